package dev.sextant.encoding;

/**
 * RoPE-ViT, mixed: every head and layer has learned frequencies for both axes, and pair j turns by {@code x * fx_j + y * fy_j}, so that
 * it can look along a diagonal. Interleaved pairs; the class token is not rotated. Source: Heo et al., Rotary Position Embedding for
 * Vision Transformer, arXiv:2403.13298; function {@code compute_mixed_cis} at naver-ai/rope-vit. Two-by-two LieRE and
 * ComRoPE blocks that commute are the same form.
 *
 * <p>Trap: the base of 10 only initialises the frequencies; they must be read from the checkpoint, whose tensor is
 * {@code [2 (x, y)][layers][heads * pairs]}.
 */
public final class MixedAxes {

    private MixedAxes() {}

    /**
     * Rows of one head, in the reference's float32 steps: both products and their sum rounded.
     *
     * @param ofColumn fx, radians per column, one a pair
     * @param ofRow fy, radians per row, one a pair
     * @param coordinates row and column {@code [2][tokens]}, as {@link PatchGrid} gives them
     * @throws IllegalArgumentException if lengths do not fit, or an angle is not finite
     */
    public static PairRows rows(float[] ofColumn, float[] ofRow, float... coordinates) {
        int pairs = ofColumn.length;
        if (pairs < 1 || ofRow.length != pairs) {
            throw new IllegalArgumentException("ofColumn, ofRow: got " + pairs + " and " + ofRow.length
                    + " frequencies, wanted as many of each, at least 1");
        }
        if (coordinates.length % 2 != 0) {
            throw new IllegalArgumentException(
                    "coordinates: got " + coordinates.length + ", wanted a row and a column for every token");
        }
        int tokens = coordinates.length / 2;
        float[] cos = new float[Math.multiplyExact(tokens, pairs)];
        float[] sin = new float[cos.length];
        for (int t = 0; t < tokens; t++) {
            for (int j = 0; j < pairs; j++) {
                float angle = coordinates[tokens + t] * ofColumn[j] + coordinates[t] * ofRow[j];
                if (!Float.isFinite(angle)) {
                    throw new IllegalArgumentException(
                            "angle of token " + t + ", pair " + j + ": got " + angle + ", wanted a finite number");
                }
                cos[t * pairs + j] = (float) StrictMath.cos(angle);
                sin[t * pairs + j] = (float) StrictMath.sin(angle);
            }
        }
        return new PairRows(pairs, cos, sin);
    }

    /** The same for whole coordinates. */
    public static PairRows rows(float[] ofColumn, float[] ofRow, int... coordinates) {
        float[] real = new float[coordinates.length];
        for (int i = 0; i < real.length; i++) {
            real[i] = coordinates[i];
        }
        return rows(ofColumn, ofRow, real);
    }
}
