package dev.sextant.encoding;

/**
 * {@code max(1, ln(p + 1) / ln(trainedLength))}: 1 up to the trained length, then the entropy-keeping factor of longer contexts.
 * Used with {@link ReRope} and {@link SelfExtend}. Source: Su, kexue.fm/archives/8823; implementations bojone/rerope and
 * datamllab/LongLM ("scale_base").
 *
 * @param trainedLength tokens the model was trained on (4096 in the reference), finite, above 1
 */
public record LogLengthTemperature(double trainedLength) implements QueryTemperature {

    /** Refuses lengths that have no logarithm above 0. */
    public LogLengthTemperature {
        if (!(trainedLength > 1) || trainedLength == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException(
                    "trainedLength: got " + trainedLength + ", wanted a finite number above 1");
        }
    }

    @Override
    public double factor(long position) {
        if (position < 0) {
            throw new IllegalArgumentException("position: got " + position + ", wanted at least 0");
        }
        return Math.max(1, StrictMath.log(position + 1.0) / StrictMath.log(trainedLength));
    }
}
