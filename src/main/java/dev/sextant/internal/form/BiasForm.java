package dev.sextant.internal.form;

import dev.sextant.encoding.DistanceBias;
import dev.sextant.encoding.LinearBias;
import dev.sextant.encoding.ScoreBias;

/**
 * The canonical form of every score bias: the only thing kernels know about one. Arrays are owned by the form and never written
 * after it is made.
 *
 * @param kind how a bias is found
 * @param heads query heads
 * @param batches sets of slopes, 1 for all sequences or one for each; 1 but for {@code LINEAR}
 * @param values slopes {@code [batches][heads]}, or the numbers of the distances {@code [heads][last - first + 1]}
 * @param first least distance with a number, at most 0; 0 but for {@code TOEPLITZ}
 * @param last greatest distance with a number, at least 0; 0 but for {@code TOEPLITZ}
 * @param clampsBelow whether distances below {@code first} have its number; otherwise they have none
 * @param clampsAbove whether distances above {@code last} have its number; otherwise they have none
 * @param dense whether a tensor of biases comes with each call, to be added after that of the distance
 */
public record BiasForm(Kind kind, int heads, int batches, float[] values, long first, long last, boolean clampsBelow,
        boolean clampsAbove, boolean dense) {

    /** How a bias is found. The ordinals are the enumerators of the C ABI. */
    public enum Kind {
        /** There is none. */
        NONE,
        /** {@code -slope * |distance|}. */
        LINEAR,
        /** A number for each distance. */
        TOEPLITZ
    }

    /** Numbers that one form may hold. */
    private static final long MOST = 1L << 30;

    /**
     * Compiles a definition.
     *
     * @param heads query heads, those of the definition unless it serves any number
     * @param reach greatest magnitude of a distance that a function which goes on must serve
     * @param dense whether calls bring a tensor too
     */
    public static BiasForm of(ScoreBias bias, int heads, long reach, boolean dense) {
        if (bias.heads() != 0 && bias.heads() != heads) {
            throw new IllegalArgumentException(
                    "bias: got " + bias.heads() + " heads, wanted " + heads + ", the plan's query heads");
        }
        return switch (bias) {
            case ScoreBias.None _ -> new BiasForm(Kind.NONE, heads, 1, new float[0], 0, 0, true, true, dense);
            case LinearBias linear -> linear(linear, heads, dense);
            case DistanceBias distance -> toeplitz(distance, heads, reach, dense);
        };
    }

    private static BiasForm linear(LinearBias bias, int heads, boolean dense) {
        int batches = bias.batches();
        if (batches < 1) {
            throw new IllegalArgumentException("sets of slopes: got " + batches + ", wanted at least 1");
        }
        float[] slopes = new float[Math.multiplyExact(batches, heads)];
        for (int b = 0; b < batches; b++) {
            for (int h = 0; h < heads; h++) {
                slopes[b * heads + h] = finite("slope of head " + h, bias.slope(b, h));
            }
        }
        return new BiasForm(Kind.LINEAR, heads, batches, slopes, 0, 0, true, true, dense);
    }

    private static BiasForm toeplitz(DistanceBias bias, int heads, long reach, boolean dense) {
        long first = bias.first() == -DistanceBias.UNBOUNDED ? -reach : bias.first();
        long last = bias.last() == DistanceBias.UNBOUNDED ? reach : bias.last();
        if (first > 0 || last < 0) {
            throw new IllegalArgumentException(
                    "first, last distance: got " + first + ", " + last + ", wanted first <= 0 <= last");
        }
        if (last - first < 0 || last - first >= MOST / heads) {
            throw new IllegalArgumentException("distances " + first + " to " + last + " of " + heads
                    + " heads: got more numbers than " + MOST + ", wanted a shorter reach");
        }
        int width = (int) (last - first + 1);
        float[] values = new float[heads * width];
        for (int h = 0; h < heads; h++) {
            for (int t = 0; t < width; t++) {
                values[h * width + t] = finite("bias of head " + h + " at distance " + (first + t),
                        bias.bias(h, first + t));
            }
        }
        return new BiasForm(Kind.TOEPLITZ, heads, 1, values, first, last, bias.clamps() && first == bias.first(),
                bias.clamps() && last == bias.last(), dense);
    }

    /** Whether distances {@code least} to {@code greatest} have a bias. */
    public boolean serves(long least, long greatest) {
        return (clampsBelow || least >= first) && (clampsAbove || greatest <= last);
    }

    private static float finite(String what, double value) {
        float rounded = (float) value;
        if (!Float.isFinite(rounded)) {
            throw new IllegalArgumentException(what + ": got " + value + ", wanted a finite float");
        }
        return rounded;
    }

    /** Distances that have a number. */
    public int width() {
        return (int) (last - first + 1);
    }

    /** What is added to a score for the distance of its key, in float32, rounded once. */
    public float at(long batch, int head, long distance) {
        return switch (kind) {
            case NONE -> 0;
            case LINEAR -> -(values[(batches == 1 ? 0 : (int) batch) * heads + head] * (float) Math.abs(distance));
            case TOEPLITZ -> values[head * width() + (int) (Math.clamp(distance, first, last) - first)];
        };
    }
}
