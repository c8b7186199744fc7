package dev.sextant.encoding;

import java.util.Objects;

/**
 * Sandwich: what the product of two sinusoidal embeddings says about their distance, squeezed by a ratio of the head:
 * {@code (sum over k of cos(n * base^(-2k/width)) - width/2) / (8 s / heads)}, k from 1 to width/2, s from 1 to heads, n the number of
 * positions from the key to the query, 0 for keys after it. Source: Chi et al., Dissecting Transformer Length Extrapolation,
 * arXiv:2212.10356, section 5, and the file sandwich_relative_position_embedding of NVIDIA NeMo.
 *
 * <p>Traps: k begins at 1, so the pair of frequency 1 is not there and the last frequency is {@code 1/base}; the ratio grows with the head
 * where ALiBi's slopes fall; {@code width} is a number of its own, not the head dim.
 *
 * @param heads query heads
 * @param width width of the embeddings, even, at least 2
 * @param base base of the frequencies (10,000), finite, above 1
 */
public record Sandwich(int heads, int width, double base) implements PastBias {

    /** Refuses an odd width or a base not above 1. */
    public Sandwich {
        HeadRange.heads(heads);
        if (width < 2 || width % 2 != 0) {
            throw new IllegalArgumentException("width: got " + width + ", wanted an even number of at least 2");
        }
        if (!(base > 1) || base == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException("base: got " + base + ", wanted a finite number above 1");
        }
    }

    /** The paper's base. */
    public static Sandwich of(int heads, int width) {
        return new Sandwich(heads, width, 10_000);
    }

    @Override
    public double bias(int head, long distance) {
        double n = Math.max(-distance, 0);
        double sum = 0;
        for (int k = 1; k <= width / 2; k++) {
            double half = StrictMath.sin(n * StrictMath.pow(base, -2.0 * k / width) / 2);
            sum -= 2 * half * half; // cos(x) - 1, without the cancellation near 0
        }
        return sum / (8.0 * (Objects.checkIndex(head, heads) + 1) / heads);
    }

    @Override
    public Traits traits() {
        return new Traits(Traits.Place.SCORES, true, Traits.NONE, Traits.Reach.FAR);
    }
}
