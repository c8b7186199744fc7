package dev.sextant.cli.conform;

import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.cli.reference.Attributes;
import dev.sextant.cli.reference.Case;
import dev.sextant.cli.reference.Tensor;
import dev.sextant.config.OnnxRotary;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Nodes of ONNX's RotaryEmbedding: the caller's own cos and sin, an input of four axes (batch, head, token, element) or three
 * (batch, token, heads and elements), ids or one row a token.
 */
final class OnnxRotaryCases implements Kind {

    @Override
    public @Nullable String unsupported(Case c) throws IOException {
        return c.tensor("X").dtype() == Tensor.Type.F32 ? null : "element type " + c.tensor("X").dtype();
    }

    @Override
    public void run(Case c, Backend backend, CaseResult result) throws IOException {
        OnnxRotary node = node(c.attributes());
        Tensor x = c.tensor("X");
        float[] in = x.floats();
        float[] out = new float[in.length];
        boolean flat = x.shape().length == 3;
        int dim = flat ? node.headDim(x.size(2)) : x.size(3);
        int batches = x.size(0);
        int tokens = x.size(flat ? 1 : 2);
        int width = c.tensor("cos_cache").size(-1);
        node.rotaryDim(dim, width);
        int rows = c.tensor("cos_cache").count() / width;
        RotaryPlan plan = RotaryPlan.ofTable(Rows.of(c.tensor("cos_cache").floats(), rows, width),
                Rows.of(c.tensor("sin_cache").floats(), rows, width), node.layout(), HeadShape.of(dim, DType.F32),
                backend);
        long heads = x.count() / ((long) batches * tokens * dim);
        // without ids every token has a row of its own
        long[] ids = c.has("position_ids")
                ? c.tensor("position_ids").longs()
                : LongStream.range(0, (long) batches * tokens).toArray();
        plan.rotate(view(in, flat, batches, tokens, heads, dim), view(out, flat, batches, tokens, heads, dim), null,
                null, Positions.ids(ids).batched(tokens));
        result.compare("Y", out, c.tensor("Y").floats(), c.tolerance("Y"), i -> 0);
    }

    private static Heads view(float[] array, boolean flat, long batches, long tokens, long heads, int dim) {
        MemorySegment memory = MemorySegment.ofArray(array);
        Heads one = flat
                ? Heads.of(memory, DType.F32, tokens, heads, dim)
                : Heads.headMajor(memory, DType.F32, tokens, heads, dim);
        return one.batches(batches, tokens * heads * dim);
    }

    /** The attributes of the node among those of the case. */
    private static OnnxRotary node(Attributes a) throws IOException {
        Map<String, Number> attributes = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : a.asMap().entrySet()) {
            if (entry.getValue() instanceof Number value && !"opset".equals(entry.getKey())) {
                attributes.put(String.valueOf(entry.getKey()), value);
            }
        }
        return OnnxRotary.of(attributes);
    }
}
