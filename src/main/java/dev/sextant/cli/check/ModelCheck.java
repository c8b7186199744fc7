package dev.sextant.cli.check;

import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.cli.text.Progress;
import dev.sextant.cli.text.Spread;
import dev.sextant.config.ModelConfig;
import dev.sextant.encoding.Rounding;
import dev.sextant.internal.cpu.Ceilings;
import dev.sextant.internal.cpu.CpuKernels;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Positions;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rotates a model's heads on every backend: are the bits equal, how long does it take. */
public final class ModelCheck {

    /** Tokens of a prompt. */
    public static final int PREFILL_TOKENS = 2048;
    /** Position of a generated token. */
    public static final int DECODE_POSITION = 5000;

    private static final String CEILING = "in-place ceiling";
    private static final String NAIVE = "naive loop";

    private final ModelConfig model;
    private final List<Backend> backends;
    private final NaiveRotation naive;
    private final List<Result> results = new ArrayList<>();
    /** Arrays of the naive loop, kept from type to type. */
    private float[][] naiveHeap = {};
    private @Nullable Workload naiveWorkload;

    private ModelCheck(ModelConfig model, List<Backend> backends) {
        this.model = model;
        this.backends = backends;
        this.naive = new NaiveRotation(model.rope().frequencies().inverse(model.rope().rotaryDim(), Rounding.FLOAT32),
                model.headDim(), model.rope().layout(), DECODE_POSITION + 1);
    }

    /** Checks a model on some backends; progress goes to {@code terminal}, null being nowhere. */
    public static List<Result> run(ModelConfig model, List<Backend> backends, @Nullable PrintStream terminal) {
        ModelCheck check = new ModelCheck(model, backends);
        int contenders = backends.size() + 2;
        long steps = 2L * DType.values().length * (backends.size() + contenders + Rounds.ROUNDS);
        try (Progress progress = Progress.of("check", steps, terminal)) {
            for (DType dtype : DType.values()) {
                check.run(Workload.prefill(model, dtype, PREFILL_TOKENS), progress);
            }
            for (DType dtype : DType.values()) {
                check.run(Workload.decode(model, dtype, DECODE_POSITION), progress);
            }
        }
        return check.results;
    }

    private void run(Workload workload, Progress progress) {
        try (Arena arena = Arena.ofConfined()) {
            Buffers buffers = new Buffers(arena, workload, Math.max(3, workload.sets()));
            Map<String, Boolean> bits = new LinkedHashMap<>();
            Map<String, String> kernels = new LinkedHashMap<>();
            MemorySegment expected = buffers.set(1);
            rotate(plan(workload, Backend.java()), buffers, 1, workload);
            List<Contender> contenders = new ArrayList<>();
            for (Backend backend : backends) {
                RotaryPlan plan = plan(workload, backend);
                buffers.set(2).copyFrom(buffers.set(0));
                rotate(plan, buffers, 2, workload);
                bits.put(backend.name(), expected.mismatch(buffers.set(2)) == -1);
                kernels.put(backend.name(), plan.kernelName());
                contenders.add(new Contender(backend.name(),
                        new Turns(workload.sets(), i -> rotate(plan, buffers, i, workload))));
                progress.step();
            }
            contenders.add(naiveContender(workload));
            addCeiling(arena, workload, contenders);
            buffers.fill();
            Rounds rounds = Rounds.measure(contenders, progress::step);
            for (Backend backend : backends) {
                results.add(result(workload, backend.name(), kernels, bits, rounds));
            }
        }
    }

    private RotaryPlan plan(Workload workload, Backend backend) {
        return RotaryPlan.builder(model.rope(), HeadShape.of(model.headDim(), workload.dtype())).backend(backend)
                .build();
    }

    private static void rotate(RotaryPlan plan, Buffers buffers, int set, Workload workload) {
        plan.rotate(buffers.q(set), buffers.k(set), Positions.from(workload.start()));
    }

    /** The loop knows float32 only, whatever the workload's type: it is what an engine without a 16-bit path runs. */
    private Contender naiveContender(Workload workload) {
        Workload floats = new Workload(workload.name(), DType.F32, workload.tokens(), workload.start(),
                workload.queryHeads(),
                workload.kvHeads(), workload.headDim());
        if (!floats.equals(naiveWorkload)) {
            naiveWorkload = floats;
            naiveHeap = new float[floats.sets()][Math.toIntExact(floats.elements())];
            for (float[] x : naiveHeap) {
                for (int i = 0; i < x.length; i++) {
                    x[i] = (i * 0x9e3779b9 >> 8) * 0x1p-22f;
                }
            }
        }
        float[][] heap = naiveHeap;
        return new Contender(NAIVE,
                new Turns(heap.length,
                        i -> naive.rotate(heap[i], workload.tokens(), workload.heads(), workload.start())));
    }

    /** Memory of its own: multiplying 16-bit data as if it were float32 would spoil it. */
    private void addCeiling(Arena arena, Workload workload, List<Contender> contenders) {
        if (backends.stream().allMatch(b -> b == Backend.java())) {
            return;
        }
        long bytes = Buffers.roomForCeiling(workload.bytes());
        Workload floats = new Workload("ceiling", DType.F32, 1, 0, 1, 0, Math.toIntExact(bytes / 4));
        Buffers memory = new Buffers(arena, floats, workload.sets());
        int isa = CpuKernels.bestIsa();
        contenders.add(new Contender(CEILING, new Turns(workload.sets(),
                i -> Ceilings.run(Ceilings.Kind.IN_PLACE, isa, memory.set(i), memory.set(i), bytes))));
    }

    private static Result result(Workload workload, String backend, Map<String, String> kernels,
            Map<String, Boolean> bits,
            Rounds rounds) {
        double scale = (double) workload.bytes() / Buffers.roomForCeiling(workload.bytes());
        Spread time = rounds.time(backend);
        return new Result(workload, backend, kernels.getOrDefault(backend, ""), bits.getOrDefault(backend, false), time,
                2 * workload.bytes() / time.median() * 1e-9,
                rounds.has(CEILING) ? rounds.ratio(CEILING, backend).times(scale) : null,
                rounds.ratio(NAIVE, backend));
    }

    /** Goes through the buffers in turn. */
    private static final class Turns implements Runnable {

        private interface Call { void run(int set); }

        private final int sets;
        private final Call call;
        private int next;

        Turns(int sets, Call call) {
            this.sets = sets;
            this.call = call;
        }

        @Override
        public void run() {
            next = next + 1 < sets ? next + 1 : 0;
            call.run(next);
        }
    }
}
