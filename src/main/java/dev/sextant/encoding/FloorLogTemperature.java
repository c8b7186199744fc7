package dev.sextant.encoding;

/**
 * {@code ln(floor((p + offset) / floorScale) + 1) * scale + 1}: 1 within the first {@code floorScale} positions, then a staircase. This is
 * llama.cpp's parametrisation, of which Llama 4 (offset 1) and Ministral 3, Mistral 4, DeepSeek-format Mistral (offset 0) are cases: keys
 * "attention.temperature_length" and "attention.temperature_scale" of GGUF files. Source: Nakanishi, Scalable-Softmax,
 * arXiv:2501.19399, and the Llama 4 release.
 *
 * @param offset added to the position, at least 0
 * @param floorScale positions of one stair, finite, above 0
 * @param scale weight of the logarithm, finite, at least 0
 */
public record FloorLogTemperature(double offset, double floorScale, double scale) implements QueryTemperature {

    /** Refuses numbers outside their domain. */
    public FloorLogTemperature {
        if (!(offset >= 0 && floorScale > 0 && scale >= 0)
                || offset + floorScale + scale == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException("offset, floorScale, scale: got " + offset + ", " + floorScale + ", "
                    + scale + ", wanted finite numbers, at least 0, above 0, at least 0");
        }
    }

    @Override
    public double factor(long position) {
        if (position < 0) {
            throw new IllegalArgumentException("position: got " + position + ", wanted at least 0");
        }
        return StrictMath.log(StrictMath.floor((position + offset) / floorScale) + 1) * scale + 1;
    }
}
