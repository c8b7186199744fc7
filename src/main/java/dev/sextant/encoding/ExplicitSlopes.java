package dev.sextant.encoding;

import java.util.Arrays;
import java.util.Objects;

/**
 * Slopes given as numbers: learned ones, an engine's own tensor, or one set for each sequence of a batch (flash-attention's
 * {@code alibi_slopes} of shape {@code [heads]} or {@code [batches, heads]}). Above 0 older keys weigh less: engines that store the negative
 * have to turn the sign.
 */
public final class ExplicitSlopes implements LinearBias {

    private final int batches;
    private final int heads;
    private final double[] slopes;

    private ExplicitSlopes(int batches, int heads, double[] slopes) {
        this.batches = batches;
        this.heads = HeadRange.heads(heads);
        this.slopes = slopes;
        if (batches < 1 || slopes.length != (long) batches * heads) {
            throw new IllegalArgumentException("slopes: got " + slopes.length + ", wanted one a head, or one set of "
                    + heads + " a sequence, at least one");
        }
        for (int i = 0; i < slopes.length; i++) {
            if (!Double.isFinite(slopes[i])) {
                throw new IllegalArgumentException(
                        "slope " + i + ": got " + slopes[i] + ", wanted a finite number");
            }
        }
    }

    /** One slope a head, for all sequences; copied. */
    public static ExplicitSlopes of(double... slopes) {
        return new ExplicitSlopes(1, slopes.length, slopes.clone());
    }

    /** One float32 slope a head, for all sequences; widened exactly. */
    public static ExplicitSlopes of(float[] slopes) {
        return new ExplicitSlopes(1, slopes.length, DistanceTable.widened(slopes));
    }

    /**
     * One set of slopes for each sequence.
     *
     * @param slopes {@code [batches][heads]}, row-major; widened exactly
     * @param heads query heads
     */
    public static ExplicitSlopes batched(float[] slopes, int heads) {
        HeadRange.heads(heads);
        if (slopes.length % heads != 0) {
            throw new IllegalArgumentException(
                    "slopes: got " + slopes.length + ", wanted a multiple of " + heads + ", the heads");
        }
        return new ExplicitSlopes(slopes.length / heads, heads, DistanceTable.widened(slopes));
    }

    @Override
    public int heads() {
        return heads;
    }

    @Override
    public int batches() {
        return batches;
    }

    @Override
    public double slope(int batch, int head) {
        return slopes[Objects.checkIndex(batch, batches) * heads + Objects.checkIndex(head, heads)];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ExplicitSlopes that && batches == that.batches && heads == that.heads
                && Arrays.equals(slopes, that.slopes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(slopes);
    }

    @Override
    public String toString() {
        return "ExplicitSlopes[" + (batches == 1 ? "" : batches + " sequences of ") + heads + " heads]";
    }
}
