package dev.sextant.encoding;

/**
 * What scaled models with multi-head latent attention do to their scores. Their YaRN rows carry no magnitude
 * ("mscale" equals "mscale_all_dim"), so the magnitude of both query and key, a square, is put into the softmax scale instead, where it reaches
 * the unrotated part of the heads too: {@code (1/sqrt(headDim)) * magnitude^2}. Leaving it out costs quality that no test of the
 * rotation shows. Source: DeepSeek-V2, arXiv:2405.04434, and its attention class; DeepSeek V2 and V3, Kimi K2, Mistral 4.
 *
 * @param factor YaRN's "factor", finite, above 0
 * @param mscaleAllDim the configuration's "mscale_all_dim", at least 0; 0 where it is absent, which gives 1
 */
public record LatentAttentionScale(double factor, double mscaleAllDim) {

    /** Refuses numbers outside their domain. */
    public LatentAttentionScale {
        if (!(factor > 0) || factor == Double.POSITIVE_INFINITY || !(mscaleAllDim >= 0 && mscaleAllDim <= 1e30)) {
            throw new IllegalArgumentException("factor, mscaleAllDim: got " + factor + ", " + mscaleAllDim
                    + ", wanted a finite number above 0, and a number from 0 to 1e30");
        }
    }

    /** What the usual scale of scores is multiplied by. */
    public double multiplier() {
        double magnitude = YarnFrequencies.magnitude(factor, mscaleAllDim);
        return magnitude * magnitude;
    }

    /**
     * The scale of scores.
     *
     * @param headDim elements of a query head, rotated and unrotated ("qk_nope_head_dim" + "qk_rope_head_dim")
     */
    public double scale(int headDim) {
        if (headDim < 1) {
            throw new IllegalArgumentException("head dim: got " + headDim + ", wanted at least 1");
        }
        return multiplier() / StrictMath.sqrt(headDim);
    }
}
