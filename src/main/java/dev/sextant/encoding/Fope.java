package dev.sextant.encoding;

import java.util.Arrays;

/**
 * FoPE: only frequencies that complete a turn within the trained context are kept, and learned matrices of each head mix them:
 * {@code cos_d = sum_k cos(p*f_k) * C[k][d]}, {@code sin_d = sum_k sin(p*f_k) * S[k][d]}. Pairs beyond the outputs are padded.
 * Half-split pairs over the head; no rotation, norms change. Source: Hua et al., Fourier Position Embedding, arXiv:2412.17739;
 * class {@code FourierEmbedding} of its code, {@code FourierRotaryEmbedding} of vLLM.
 *
 * <p>Traps: the paper's code pads cos <i>and</i> sin with 1, so that padded pairs turn by 45 degrees and grow by the root of 2; vLLM pads
 * sin with 0. The paper's code mixes into at most a quarter of the head dim, vLLM into as many pairs as there are inputs.
 */
public final class Fope {

    private Fope() {}

    /** The sine of padded pairs; their cosine is 1. */
    public enum Padding {
        /** 1, as in the paper's code. */
        PAPER,
        /** 0, as in vLLM: padded pairs stand still. */
        STILL
    }

    /** The frequencies above {@code 2*pi/trainedContext}, fastest first, in float32. */
    public static float[] kept(double base, int headDim, long trainedContext) {
        if (headDim < 2 || headDim % 2 != 0 || trainedContext < 1) {
            throw new IllegalArgumentException("headDim, trainedContext: got " + headDim + ", " + trainedContext
                    + ", wanted an even number of at least 2, and at least 1");
        }
        double[] inverse = new GeometricFrequencies(base).inverse(headDim, Rounding.FLOAT32);
        float least = (float) (2 * StrictMath.PI / (double) trainedContext);
        float[] kept = new float[inverse.length];
        int n = 0;
        while (n < kept.length && inverse[n] > least) {
            kept[n] = (float) inverse[n];
            n++;
        }
        return Arrays.copyOf(kept, n);
    }

    /**
     * Rows of one head. Sums are made in double and rounded once; the reference's order of summation is its framework's.
     *
     * @param headDim elements of a head, even
     * @param frequencies f, radians per position, one an input, {@link #kept}
     * @param cosMix C, {@code [inputs][outputs]}, row by row
     * @param sinMix S, {@code [inputs][outputs]}, row by row
     * @param padding what pairs beyond the outputs get
     * @param positions one a token
     */
    public static PairRows rows(int headDim, float[] frequencies, float[] cosMix, float[] sinMix, Padding padding,
            long... positions) {
        int inputs = frequencies.length;
        if (headDim < 2 || headDim % 2 != 0) {
            throw new IllegalArgumentException("headDim: got " + headDim + ", wanted an even number of at least 2");
        }
        if (inputs < 1 || cosMix.length != sinMix.length || cosMix.length % inputs != 0
                || cosMix.length / inputs > headDim / 2) {
            throw new IllegalArgumentException("cosMix, sinMix: got " + cosMix.length + " and " + sinMix.length
                    + " numbers for " + inputs + " frequencies, wanted as many of each, [inputs][outputs] with at most "
                    + headDim / 2 + " outputs");
        }
        int pairs = headDim / 2;
        int outputs = cosMix.length / inputs;
        float[] cos = new float[Math.multiplyExact(positions.length, pairs)];
        float[] sin = new float[cos.length];
        Arrays.fill(cos, 1f);
        Arrays.fill(sin, padding == Padding.PAPER ? 1f : 0f);
        float[] one = new float[inputs];
        for (int t = 0; t < positions.length; t++) {
            for (int k = 0; k < inputs; k++) {
                one[k] = (float) positions[t] * frequencies[k];
            }
            for (int d = 0; d < outputs; d++) {
                double c = 0;
                double s = 0;
                for (int k = 0; k < inputs; k++) {
                    c += (double) (float) StrictMath.cos(one[k]) * cosMix[k * outputs + d];
                    s += (double) (float) StrictMath.sin(one[k]) * sinMix[k * outputs + d];
                }
                cos[t * pairs + d] = (float) c;
                sin[t * pairs + d] = (float) s;
            }
        }
        return new PairRows(pairs, cos, sin);
    }
}
