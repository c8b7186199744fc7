package dev.sextant.config;

import dev.sextant.encoding.PairLayout;
import java.util.Map;
import java.util.Set;

/**
 * The attributes of an ONNX {@code RotaryEmbedding} node ({@code ai.onnx} 23, {@code com.microsoft} 1). The node is given its cos
 * and sin, so this says how to use them and not what they are: {@code RotaryPlan.ofTable(cos, sin, node.layout(), shape)}.
 *
 * @param interleaved 1 when pairs are (2j, 2j + 1)
 * @param rotaryEmbeddingDim width of the rotated slice at the start of a head, 0 for the whole head
 * @param numHeads heads of an input of three axes {@code [batch, tokens, heads * headDim]}, 0 when it is not stated
 */
public record OnnxRotary(boolean interleaved, int rotaryEmbeddingDim, int numHeads) {

    private static final Set<String> KNOWN = Set.of("interleaved", "rotary_embedding_dim", "num_heads", "scale",
            "is_packed_batching");

    /** Refuses widths that are odd or negative. */
    public OnnxRotary {
        if (rotaryEmbeddingDim < 0 || rotaryEmbeddingDim % 2 != 0) {
            throw new IllegalArgumentException(
                    "rotary_embedding_dim: got " + rotaryEmbeddingDim + ", wanted 0 or an even number of at least 2");
        }
        if (numHeads < 0) {
            throw new IllegalArgumentException("num_heads: got " + numHeads + ", wanted at least 0");
        }
    }

    /**
     * Attributes by name, absent ones being 0. An unknown name is refused; {@code scale} (which no kernel uses) must be 1, {@code
     * is_packed_batching} 0.
     */
    public static OnnxRotary of(Map<String, ? extends Number> attributes) {
        for (String name : attributes.keySet()) {
            if (!KNOWN.contains(name)) {
                throw new IllegalArgumentException(
                        "attribute '" + name + "': is not one of a RotaryEmbedding node: "
                                + String.join(", ", KNOWN.stream().sorted().toList()));
            }
        }
        within(attributes, "is_packed_batching", 0, 0);
        Number scale = attributes.get("scale");
        if (scale != null && scale.doubleValue() != 1) {
            throw new IllegalArgumentException("scale: got " + scale + ", wanted 1");
        }
        return new OnnxRotary(within(attributes, "interleaved", 0, 1) == 1,
                within(attributes, "rotary_embedding_dim", 0, Integer.MAX_VALUE),
                within(attributes, "num_heads", 0, Integer.MAX_VALUE));
    }

    private static int within(Map<String, ? extends Number> attributes, String name, long least, long most) {
        Number value = attributes.get(name);
        if (value == null) {
            return 0;
        }
        double number = value.doubleValue();
        if (number != Math.rint(number) || number < least || number > most) {
            throw new IllegalArgumentException(
                    name + ": got " + value + ", wanted an integer from " + least + " to " + most);
        }
        return value.intValue();
    }

    /** Which elements pair up. */
    public PairLayout layout() {
        return interleaved ? PairLayout.INTERLEAVED : PairLayout.HALF_SPLIT;
    }

    /** Elements of a head, from the last axis of an input of three axes. */
    public int headDim(long lastAxis) {
        if (numHeads == 0 || lastAxis < 1 || lastAxis % numHeads != 0) {
            throw new IllegalArgumentException("num_heads: got " + numHeads + ", wanted a divisor of the last axis of "
                    + lastAxis + ", which an input of three axes needs");
        }
        return Math.toIntExact(lastAxis / numHeads);
    }

    /** Width of the rotated slice of a head, checked against the width of the cos and sin given to the node. */
    public int rotaryDim(int headDim, int cacheWidth) {
        int dim = rotaryEmbeddingDim == 0 ? headDim : rotaryEmbeddingDim;
        if (dim > headDim || dim % 2 != 0 || dim / 2 != cacheWidth) {
            throw new IllegalArgumentException(
                    "rotary dim: got " + dim + " of a head of " + headDim + " with cos and sin of "
                            + cacheWidth + ", wanted an even number up to the head, twice the width of cos and sin");
        }
        return dim;
    }
}
