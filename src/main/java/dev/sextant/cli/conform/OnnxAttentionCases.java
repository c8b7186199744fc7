package dev.sextant.cli.conform;

import dev.sextant.AttentionCall;
import dev.sextant.AttentionPlan;
import dev.sextant.AttentionPlanBuilder;
import dev.sextant.AttentionShape;
import dev.sextant.Backend;
import dev.sextant.cli.reference.Attributes;
import dev.sextant.cli.reference.Case;
import dev.sextant.cli.reference.Tensor;
import dev.sextant.encoding.CapturePoint;
import dev.sextant.encoding.Structure;
import dev.sextant.tensor.Alignment;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.KvCache;
import dev.sextant.tensor.Mask;
import dev.sextant.tensor.Scores;
import dev.sextant.tensor.Sequences;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Nodes of ONNX's Attention: four axes (batch, head, token, element) or three (batch, token, heads and elements), past keys and values
 * before the new ones, a mask that is added or selects, lengths of an external cache, windows, the scores at one of four points.
 */
final class OnnxAttentionCases implements Kind {

    private static final Set<String> READ = Set.of("op", "opset", "domain", "is_causal", "q_num_heads", "kv_num_heads",
            "scale", "softcap", "softmax_precision", "qk_matmul_output_mode", "left_window_size", "right_window_size");

    @Override
    public @Nullable String unsupported(Case c) throws IOException {
        for (Object key : c.attributes().asMap().keySet()) {
            if (!READ.contains(String.valueOf(key))) {
                return "attribute " + key;
            }
        }
        return null;
    }

    @Override
    public void run(Case c, Backend backend, CaseResult result) throws IOException {
        Attributes a = c.attributes();
        try (Arena arena = Arena.ofConfined()) {
            Heads q = heads(arena, c.tensor("Q"), a, "q_num_heads");
            Heads k = cache(arena, c, "K", "past_key");
            Heads v = cache(arena, c, "V", "past_value");
            Tensor y = c.tensor("Y");
            Heads out = heads(arena.allocate(y.data().limit(), 64), y, a, "q_num_heads");
            AttentionShape shape = new AttentionShape((int) q.heads(), (int) k.heads(), q.dim(), v.dim(), q.dtype(),
                    k.dtype());
            Tensor mask = c.has("attn_mask") ? c.tensor("attn_mask") : null;
            AttentionPlan plan = plan(a, shape, mask).backend(backend).build();
            AttentionCall call = new AttentionCall().queries(q, out).cache(KvCache.of(k, v))
                    .sequences(sequences(c, q, k));
            if (mask != null) {
                mask(arena, call, mask, q, k.tokens());
            }
            call.workspace(arena.allocate(Math.max(1, plan.workspaceBytes(call)), 64));
            plan.attend(call);
            result.compare("Y", OffHeap.floats(out), y.toFloats(), c.tolerance("Y"), i -> 0);
            if (c.has("qk_matmul_output")) {
                MemorySegment memory = arena.allocate(4 * q.batches() * q.heads() * q.tokens() * k.tokens(), 64);
                CapturePoint point = CapturePoint.values()[(int) a.number("qk_matmul_output_mode", 0)];
                plan.scores(call, point, Scores.of(memory, q.batches(), q.heads(), q.tokens(), k.tokens()));
                result.compare("qk_matmul_output", OffHeap.floats(memory, memory.byteSize() / 4),
                        c.tensor("qk_matmul_output").toFloats(), c.tolerance("qk_matmul_output"), i -> 0);
            }
            present(c, "present_key", k, result);
            present(c, "present_value", v, result);
        }
    }

    private static AttentionPlanBuilder plan(Attributes a, AttentionShape shape, @Nullable Tensor mask)
            throws IOException {
        AttentionPlanBuilder builder = AttentionPlan.builder(shape)
                .scale(a.number("scale", 1 / Math.sqrt(shape.keyDim()))).softcap(a.number("softcap", 0));
        boolean selects = mask != null && mask.dtype() == Tensor.Type.BOOL;
        if (mask != null && !selects) {
            builder.biasTensor();
        }
        Structure structure = a.number("is_causal", 0) != 0 ? Structure.causal() : Structure.all();
        structure = structure.window((long) a.number("left_window_size", -1), (long) a.number("right_window_size", -1));
        return builder.structure(selects ? structure.masked() : structure);
    }

    /** The tensor itself as heads. */
    private static Heads heads(Arena arena, Tensor t, Attributes a, String headsKey) throws IOException {
        return heads(OffHeap.copy(arena, t), t, a, headsKey);
    }

    private static Heads heads(MemorySegment memory, Tensor t, Attributes a, String headsKey) throws IOException {
        if (t.shape().length == 3) {
            int heads = (int) a.integer(headsKey);
            return Heads.of(memory, OffHeap.dtype(t), t.size(1), heads, t.size(2) / heads).batches(t.size(0),
                    (long) t.size(1) * t.size(2));
        }
        return Heads.headMajor(memory, OffHeap.dtype(t), t.size(2), t.size(1), t.size(3)).batches(t.size(0),
                (long) t.size(1) * t.size(2) * t.size(3));
    }

    /** Past and new tokens one after the other, head-major, as the node hands them out. */
    private static Heads cache(Arena arena, Case c, String fresh, String past) throws IOException {
        Heads now = heads(arena, c.tensor(fresh), c.attributes(), "kv_num_heads");
        if (!c.has(past)) {
            return now;
        }
        Heads before = heads(arena, c.tensor(past), c.attributes(), "kv_num_heads");
        long tokens = before.tokens() + now.tokens();
        long entry = tokens * now.heads() * now.dim();
        MemorySegment memory = arena.allocate(now.batches() * entry * now.dtype().bytes(), 64);
        Heads all = Heads.headMajor(memory, now.dtype(), tokens, now.heads(), now.dim()).batches(now.batches(), entry);
        copy(before, all.tokens(0, before.tokens()));
        copy(now, all.tokens(before.tokens(), tokens));
        return all;
    }

    private static void copy(Heads from, Heads to) {
        long bytes = from.dtype().bytes();
        for (long b = 0; b < from.batches(); b++) {
            for (long t = 0; t < from.tokens(); t++) {
                for (long h = 0; h < from.heads(); h++) {
                    MemorySegment.copy(from.memory(), at(from, b, t, h) * bytes, to.memory(), at(to, b, t, h) * bytes,
                            from.dim() * bytes);
                }
            }
        }
    }

    private static long at(Heads heads, long b, long t, long h) {
        return heads.origin() + b * heads.batchStride() + t * heads.tokenStride() + h * heads.headStride();
    }

    private static Sequences sequences(Case c, Heads q, Heads k) throws IOException {
        int batches = (int) q.batches();
        if (c.has("nonpad_kv_seqlen")) {
            return Sequences.lengths(q.tokens(), c.tensor("nonpad_kv_seqlen").longs(), Alignment.END);
        }
        long[] offsets = new long[batches];
        Arrays.fill(offsets, c.has("past_key") ? c.tensor("past_key").size(2) : 0);
        return Sequences.of(batches, q.tokens(), k.tokens(), Alignment.START).offsets(offsets);
    }

    /** Broadcast from the right; keys beyond the last axis are hidden. */
    private static void mask(Arena arena, AttentionCall call, Tensor t, Heads q, long keys) throws IOException {
        int rank = t.shape().length;
        int[] sizes = new int[4];
        Arrays.fill(sizes, 1);
        for (int axis = 0; axis < rank; axis++) {
            sizes[4 - rank + axis] = t.size(axis);
        }
        int shown = sizes[3];
        int rows = sizes[0] * sizes[1] * sizes[2];
        boolean padded = shown < keys && shown != 1;
        int width = padded ? (int) keys : shown;
        sizes[3] = width;
        if (t.dtype() == Tensor.Type.BOOL) {
            MemorySegment memory = arena.allocate(Math.max(1, (long) rows * width), 64);
            for (int r = 0; r < rows; r++) {
                for (int j = 0; j < shown; j++) {
                    memory.set(ValueLayout.JAVA_BYTE, (long) r * width + j,
                            t.data().get(r * shown + j));
                }
            }
            call.mask(Mask.of(memory, q.batches(), q.heads(), q.tokens(), keys).at(0, OffHeap.stride(sizes, 0),
                    OffHeap.stride(sizes, 1), OffHeap.stride(sizes, 2), OffHeap.stride(sizes, 3)));
            return;
        }
        float[] given = t.toFloats();
        float[] values = new float[rows * width];
        Arrays.fill(values, Float.NEGATIVE_INFINITY);
        for (int r = 0; r < rows; r++) {
            System.arraycopy(given, r * shown, values, r * width, shown);
        }
        call.bias(OffHeap.repeated(arena, values, sizes, q.batches(), q.heads(), q.tokens(), keys));
    }

    /** What the node hands out as present is the cache, which attention leaves as it was. */
    private static void present(Case c, String tensor, Heads cache, CaseResult result) throws IOException {
        if (c.has(tensor)) {
            result.compare(tensor, OffHeap.floats(cache), c.tensor(tensor).toFloats(), c.tolerance(tensor), i -> 0);
        }
    }
}
