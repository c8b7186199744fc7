package dev.sextant.cli.check;

import dev.sextant.AttentionCall;
import dev.sextant.AttentionPlan;
import dev.sextant.AttentionShape;
import dev.sextant.Backend;
import dev.sextant.cli.text.Progress;
import dev.sextant.cli.text.Spread;
import dev.sextant.config.BiasedModel;
import dev.sextant.encoding.ScoreBias;
import dev.sextant.tensor.Alignment;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.KvCache;
import dev.sextant.tensor.Sequences;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** The attention of a model that biases its scores, on every backend: do the results agree, how long does it take. */
public final class AttentionCheck {

    /** Tokens of a prompt: few, because the Java backend takes part. */
    public static final int PREFILL_TOKENS = 128;
    /** Keys of a step of decoding. */
    public static final int DECODE_KEYS = 2048;

    private final BiasedModel model;
    private final ScoreBias bias;
    private final List<Backend> backends;
    private final List<AttentionResult> results = new ArrayList<>();

    private AttentionCheck(BiasedModel model, List<Backend> backends) {
        this.model = model;
        this.backends = backends;
        float[] table = new float[model.tableSize()];
        SplittableRandom random = new SplittableRandom(20261);
        for (int i = 0; i < table.length; i++) {
            table[i] = (float) (random.nextDouble() * 8 - 4);
        }
        this.bias = model.bias(table);
    }

    /** Checks a model on some backends; progress goes to {@code terminal}, null being nowhere. */
    public static List<AttentionResult> run(BiasedModel model, List<Backend> backends, @Nullable PrintStream terminal) {
        AttentionCheck check = new AttentionCheck(model, backends);
        long steps = 2L * DType.values().length * (2L * backends.size() + Rounds.ROUNDS);
        try (Progress progress = Progress.of("check", steps, terminal)) {
            for (DType dtype : DType.values()) {
                check.run("prefill", dtype, PREFILL_TOKENS, PREFILL_TOKENS, progress);
                check.run("decode", dtype, 1, DECODE_KEYS, progress);
            }
        }
        return check.results;
    }

    private void run(String name, DType dtype, int queries, int keys, Progress progress) {
        try (Arena arena = Arena.ofConfined()) {
            Heads q = heads(arena, dtype, queries, model.queryHeads(), 1);
            Heads k = heads(arena, dtype, keys, model.kvHeads(), 2);
            Heads v = heads(arena, dtype, keys, model.kvHeads(), 3);
            Heads expected = heads(arena, dtype, queries, model.queryHeads(), 4);
            attend(arena, plan(dtype, Backend.java()), q, k, v, expected).run();
            List<Contender> contenders = new ArrayList<>();
            Map<String, Double> errors = new LinkedHashMap<>();
            Map<String, String> kernels = new LinkedHashMap<>();
            for (Backend backend : backends) {
                AttentionPlan plan = plan(dtype, backend);
                Heads out = heads(arena, dtype, queries, model.queryHeads(), 4);
                Runnable call = attend(arena, plan, q, k, v, out);
                call.run();
                errors.put(backend.name(), error(expected, out));
                kernels.put(backend.name(), plan.kernelName());
                contenders.add(new Contender(backend.name(), call));
                progress.step();
            }
            Rounds rounds = Rounds.measure(contenders, progress::step);
            // keys that a query sees on average, once for the scores and once for the values
            double work = 4.0 * model.queryHeads() * model.headDim() * queries * (keys - (queries - 1) / 2.0);
            for (Backend backend : backends) {
                Spread time = rounds.time(backend.name());
                results.add(new AttentionResult(name, dtype, queries, keys, backend.name(),
                        kernels.getOrDefault(backend.name(), ""), errors.getOrDefault(backend.name(), Double.NaN),
                        allowed(dtype), time, work / time.median() * 1e-9));
            }
        }
    }

    /** Float32 work, and two roundings of the output that may fall to different sides. */
    private static double allowed(DType dtype) {
        return switch (dtype) {
            case F32 -> 1e-5;
            case F16 -> 1e-5 + 0x1p-10;
            case BF16 -> 1e-5 + 0x1p-7;
        };
    }

    private AttentionPlan plan(DType dtype, Backend backend) {
        return AttentionPlan.builder(AttentionShape.of(model.queryHeads(), model.kvHeads(), model.headDim(), dtype))
                .bias(bias).scale(model.scale()).structure(model.structure()).backend(backend).build();
    }

    private static Runnable attend(Arena arena, AttentionPlan plan, Heads q, Heads k, Heads v, Heads out) {
        AttentionCall call = new AttentionCall().queries(q, out).cache(KvCache.of(k, v))
                .sequences(Sequences.of(1, q.tokens(), k.tokens(), Alignment.END));
        call.workspace(arena.allocate(Math.max(64, plan.workspaceBytes(call)), 64));
        return () -> plan.attend(call);
    }

    /** Random numbers from -1 to 1, token-major. */
    private Heads heads(Arena arena, DType dtype, int tokens, int heads, int seed) {
        long count = (long) tokens * heads * model.headDim();
        MemorySegment memory = arena.allocate(count * dtype.bytes(), 64);
        SplittableRandom random = new SplittableRandom(seed);
        for (long i = 0; i < count; i++) {
            float x = (random.nextInt() >> 8) * 0x1p-23f;
            switch (dtype) {
                case F32 -> memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, x);
                case F16 -> memory.setAtIndex(ValueLayout.JAVA_SHORT, i, Float.floatToFloat16(x));
                case BF16 -> memory.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) (Float.floatToRawIntBits(x) >>> 16));
            }
        }
        return Heads.of(memory, dtype, tokens, heads, model.headDim());
    }

    /** NaN where one has a number and the other has none. */
    private static double error(Heads wanted, Heads got) {
        double worst = 0;
        long count = wanted.tokens() * wanted.heads() * wanted.dim();
        for (long i = 0; i < count; i++) {
            double difference = Math.abs((double) at(wanted, i) - at(got, i));
            worst = difference > worst || Double.isNaN(difference) ? difference : worst;
        }
        return worst;
    }

    private static float at(Heads heads, long i) {
        return switch (heads.dtype()) {
            case F32 -> heads.memory().getAtIndex(ValueLayout.JAVA_FLOAT, i);
            case F16 -> Float.float16ToFloat(heads.memory().getAtIndex(ValueLayout.JAVA_SHORT, i));
            case BF16 -> Float.intBitsToFloat(heads.memory().getAtIndex(ValueLayout.JAVA_SHORT, i) << 16);
        };
    }
}
