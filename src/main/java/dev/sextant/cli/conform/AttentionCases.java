package dev.sextant.cli.conform;

import dev.sextant.AttentionCall;
import dev.sextant.AttentionPlan;
import dev.sextant.AttentionPlanBuilder;
import dev.sextant.AttentionShape;
import dev.sextant.Backend;
import dev.sextant.cli.reference.Attributes;
import dev.sextant.cli.reference.Case;
import dev.sextant.cli.reference.Tensor;
import dev.sextant.encoding.DistanceTable;
import dev.sextant.encoding.ExplicitSlopes;
import dev.sextant.encoding.ScoreBias;
import dev.sextant.encoding.Structure;
import dev.sextant.encoding.T5Bias;
import dev.sextant.encoding.T5Buckets;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.KvCache;
import dev.sextant.tensor.Mask;
import dev.sextant.tensor.RowValues;
import dev.sextant.tensor.Sequences;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Attention with every bias and structure, against a double reading: {@code attention} with a batch axis, {@code attention-packed} with
 * sequences one after the other.
 */
final class AttentionCases implements Kind {

    @Override
    public @Nullable String unsupported(Case c) {
        return null;
    }

    @Override
    public void run(Case c, Backend backend, CaseResult result) throws IOException {
        Attributes a = c.attributes();
        Attributes s = a.object("structure");
        try (Arena arena = Arena.ofConfined()) {
            Heads q = OffHeap.tokenMajor(arena, c.tensor("q"));
            Heads k = OffHeap.tokenMajor(arena, c.tensor("k"));
            Heads v = OffHeap.tokenMajor(arena, c.tensor("v"));
            int batches = (int) q.batches();
            if (s.has("left_padding")) {
                q = packed(q);
                k = packed(k);
                v = packed(v);
            }
            Sequences sequences = CaseSequences.of(c);
            AttentionShape shape = new AttentionShape((int) q.heads(), (int) k.heads(), q.dim(), v.dim(), q.dtype(),
                    k.dtype());
            AttentionPlan plan = plan(c, shape).backend(backend).build();
            Heads out = OffHeap.newLike(arena, q, v.dim());
            long rows = q.batches() * q.tokens() * q.heads();
            MemorySegment lse = arena.allocate(4 * rows, 64);
            AttentionCall call = new AttentionCall().queries(q, out).cache(KvCache.of(k, v)).sequences(sequences)
                    .lse(RowValues.of(lse, q.batches(), q.heads(), q.tokens()));
            tensors(c, call, sequences, q, arena);
            call.workspace(arena.allocate(Math.max(1, plan.workspaceBytes(call)), 64));
            plan.attend(call);
            result.compare("o", OffHeap.floats(out), c.tensor("o").floats(), c.tolerance("o"), i -> 0);
            result.compare("lse", lse(lse, q, batches), c.tensor("lse").floats(), c.tolerance("lse"), i -> 0);
        }
    }

    /** All batch entries as one run of tokens. */
    private static Heads packed(Heads h) {
        return Heads.of(h.memory(), h.dtype(), h.batches() * h.tokens(), h.heads(), h.dim());
    }

    /** Logarithms {@code [batch, heads, tokens]}, whatever the sequences were. */
    private static float[] lse(MemorySegment memory, Heads q, int batches) {
        float[] values = OffHeap.floats(memory, q.batches() * q.tokens() * q.heads());
        if (q.batches() == batches) {
            return values;
        }
        float[] parted = new float[values.length];
        int tokens = (int) q.tokens() / batches;
        for (int i = 0; i < values.length; i++) {
            int head = i / (int) q.tokens();
            int token = i % (int) q.tokens();
            parted[(token / tokens * (int) q.heads() + head) * tokens + token % tokens] = values[i];
        }
        return parted;
    }

    private static AttentionPlanBuilder plan(Case c, AttentionShape shape) throws IOException {
        Attributes a = c.attributes();
        AttentionPlanBuilder builder = AttentionPlan.builder(shape).scale(a.number("scale", Double.NaN))
                .softcap(a.number("softcap", 0)).structure(structure(c)).bias(bias(c, shape.heads()));
        if (a.has("bias")) {
            builder.biasTensor();
        }
        if (a.has("skew")) {
            builder.skew();
        }
        if (a.flag("sink")) {
            builder.sinks(c.tensor("sink").floats());
        }
        return builder;
    }

    private static ScoreBias bias(Case c, int heads) throws IOException {
        Attributes a = c.attributes();
        if (a.has("alibi")) {
            return ExplicitSlopes.batched(c.tensor("slopes").floats(), heads);
        }
        if (a.has("t5")) {
            Attributes t5 = a.object("t5");
            return T5Bias.of(new T5Buckets(t5.flag("bidirectional"), (int) t5.integer("num_buckets"),
                    (int) t5.integer("max_distance")), heads, c.tensor("t5_table").floats());
        }
        return a.has("toeplitz")
                ? DistanceTable.of(heads, 1 - a.integer("queries"), c.tensor("toeplitz").floats())
                : ScoreBias.NONE;
    }

    private static Structure structure(Case c) throws IOException {
        Attributes s = c.attributes().object("structure");
        Structure structure = s.flag("causal") ? Structure.causal() : Structure.all();
        if (s.has("window_left") || s.has("window_right")) {
            structure = structure.window(integer(s, "window_left", -1), integer(s, "window_right", -1));
        }
        if (s.has("chunk")) {
            structure = structure.chunks(s.integer("chunk"));
        }
        if (s.has("dilation")) {
            structure = structure.dilated(s.integer("dilation"));
        }
        if (s.has("keep_first")) {
            structure = structure.keepFirst(s.integer("keep_first"));
        }
        if (s.has("prefix")) {
            structure = structure.prefix();
        }
        return c.attributes().has("mask") ? structure.masked() : structure;
    }

    private static long integer(Attributes a, String key, long absent) throws IOException {
        return a.has(key) ? a.integer(key) : absent;
    }

    private static void tensors(Case c, AttentionCall call, Sequences sequences, Heads q, Arena arena)
            throws IOException {
        Attributes a = c.attributes();
        long keys = a.has("keys") ? a.integer("keys") : 0;
        if (a.has("bias")) {
            Tensor t = c.tensor("bias");
            call.bias(OffHeap.repeated(arena, t.floats(), OffHeap.sizes(t), q.batches(), q.heads(), q.tokens(), keys));
        }
        if (a.has("mask")) {
            Tensor t = c.tensor("mask");
            int[] sizes = OffHeap.sizes(t);
            call.mask(Mask.of(OffHeap.copy(arena, t), q.batches(), q.heads(), q.tokens(), keys).at(0,
                    OffHeap.stride(sizes, 0), OffHeap.stride(sizes, 1), OffHeap.stride(sizes, 2),
                    OffHeap.stride(sizes, 3)));
        }
        if (a.has("skew")) {
            int clip = (int) a.object("skew").integer("clip");
            float[] values = skew(c.tensor("skew_logits").floats(), clip, q, keys, sequences.offset(0));
            call.skew(OffHeap.repeated(arena, values, new int[]{1, (int) q.heads(), (int) q.tokens(), (int) keys},
                    q.batches(), q.heads(), q.tokens(), keys));
        }
        if (a.has("temperature")) {
            MemorySegment factors = arena.allocate(4 * q.tokens(), 64);
            Attributes t = a.object("temperature");
            for (int i = 0; i < q.tokens(); i++) {
                long steps = Math.floorDiv(i + sequences.offset(0) + integer(t, "plus", 0), t.integer("original"));
                factors.setAtIndex(ValueLayout.JAVA_FLOAT, i,
                        (float) (1 + t.number("beta", Double.NaN) * StrictMath.log1p((double) steps)));
            }
            call.rowScale(RowValues.of(factors, q.batches(), 1, q.tokens()).at(0, 0, 0, 1));
        }
    }

    private static float[] skew(float[] logits, int clip, Heads q, long keys, long offset) {
        int width = 2 * clip + 1;
        float[] values = new float[(int) (q.heads() * q.tokens() * keys)];
        for (int row = 0; row < q.heads() * q.tokens(); row++) {
            long p = row % q.tokens() + offset;
            for (int j = 0; j < keys; j++) {
                values[(int) (row * keys) + j] = logits[row * width + Math.clamp(j - p, -clip, clip) + clip];
            }
        }
        return values;
    }

    /** The elements of an attribute that is one number or a list of them. */
    static long[] numbers(Attributes a, String key, int count) throws IOException {
        long[] numbers = new long[count];
        if (a.asMap().get(key) instanceof List<?>) {
            int[] list = a.integers(key);
            for (int b = 0; b < count; b++) {
                numbers[b] = list[b];
            }
        } else {
            Arrays.fill(numbers, integer(a, key, 0));
        }
        return numbers;
    }
}
