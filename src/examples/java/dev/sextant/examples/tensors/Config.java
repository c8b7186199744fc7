package dev.sextant.examples.tensors;

import java.nio.file.Path;
import java.util.Map;

/**
 * What the engine keeps of a {@code config.json}.
 *
 * @param file the file itself
 * @param type element type of queries and keys
 * @param heads query heads
 * @param kvHeads key heads
 * @param headDim elements of a head
 * @param context positions the engine prepares for
 * @param theta base of the frequencies
 * @param factor what positions are divided by
 */
record Config(Path file, Tensor.Type type, int heads, int kvHeads, int headDim, int context, double theta,
        double factor) {

    /** Of the scaling only the factor of {@code linear} is kept; any other rule counts as none. */
    Config(Path file, Tensor.Type type, int heads, int kvHeads, int headDim, int context, double theta,
            Map<String, String> scaling) {
        this(file, type, heads, kvHeads, headDim, context, theta,
                "linear".equals(scaling.get("rope_type")) ? Double.parseDouble(scaling.get("factor")) : 1);
    }
}
