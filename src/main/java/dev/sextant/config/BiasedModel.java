package dev.sextant.config;

import dev.sextant.encoding.DistanceBias;
import dev.sextant.encoding.LinearBias;
import dev.sextant.encoding.ScoreBias;
import dev.sextant.encoding.Structure;
import dev.sextant.encoding.T5Bias;
import dev.sextant.encoding.T5Buckets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the file of a model that biases its scores says about its attention, in place of a rotation: slopes (ALiBi), or buckets of distances
 * whose numbers are in the checkpoint (T5). Exactly one of the two is there. Read by {@link HfBias}.
 *
 * @param source the file, or the name given by the caller
 * @param modelType "model_type"
 * @param queryHeads query heads of a layer
 * @param kvHeads heads of keys and values
 * @param headDim elements of a head
 * @param scale what scores are multiplied by
 * @param structure which keys a query sees: that of a decoder
 * @param slopes one slope a head, null for buckets
 * @param buckets classes of distances, null for slopes
 */
public record BiasedModel(String source, String modelType, int queryHeads, int kvHeads, int headDim, double scale,
        Structure structure, @Nullable LinearBias slopes, @Nullable T5Buckets buckets) {

    /** Refuses missing parts. */
    public BiasedModel {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(modelType, "modelType");
        Objects.requireNonNull(structure, "structure");
        if ((slopes == null) == (buckets == null)) {
            throw new IllegalArgumentException(
                    "slopes, buckets: got " + slopes + ", " + buckets + ", wanted one of the two");
        }
    }

    /** Numbers that a checkpoint holds for {@link #bias}, {@code [buckets][queryHeads]}; 0 for slopes. */
    public int tableSize() {
        return buckets == null ? 0 : buckets.buckets() * queryHeads;
    }

    /** The bias; {@code table} holds {@link #tableSize} numbers of the checkpoint, {@code relative_attention_bias.weight}. */
    public ScoreBias bias(float[] table) {
        T5Buckets classes = buckets;
        LinearBias linear = slopes;
        if (classes != null) {
            DistanceBias bias = T5Bias.of(classes, queryHeads, table);
            return bias;
        }
        return linear == null ? ScoreBias.NONE : linear;
    }
}
