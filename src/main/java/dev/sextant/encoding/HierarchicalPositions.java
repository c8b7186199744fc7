package dev.sextant.encoding;

/**
 * Positions beyond a learned table by decomposition: {@code p} of up to {@code n * n} is row {@code p / n} and row {@code p % n} of one
 * derived table {@code u}, mixed: {@code e(p) = alpha * u[p / n] + (1 - alpha) * u[p % n]} with
 * {@code u[k] = (e[k] - alpha * e[0]) / (1 - alpha)}, which leaves the first {@code n} positions as they were learned. A plan reads it as
 * two tables of one memory, scaled by {@code alpha} and {@code 1 - alpha}, with the ids of {@link CoordinateIds#blocks}. Source: Su 2020,
 * kexue.fm/archives/7947; layer PositionEmbedding of bert4keras.
 *
 * @param alpha weight of the outer row, between 0 and 1, not 1/2; 0.4 in the source
 */
public record HierarchicalPositions(double alpha) {

    /** Refuses a weight under which rows cannot be told apart. */
    public HierarchicalPositions {
        if (!(alpha > 0 && alpha < 1) || alpha == 0.5) {
            throw new IllegalArgumentException("alpha: got " + alpha
                    + ", wanted between 0 and 1 and not 0.5, where (i, j) and (j, i) are one position");
        }
    }

    /** The source's choice, 0.4. */
    public static HierarchicalPositions standard() {
        return new HierarchicalPositions(0.4);
    }

    /**
     * The derived table {@code u}, in double, rounded once.
     *
     * @param table {@code [n, dim]}, the learned rows
     * @return {@code [n, dim]}
     */
    public float[] table(float[] table, int dim) {
        if (dim < 1 || table.length == 0 || table.length % dim != 0) {
            throw new IllegalArgumentException(
                    "table: got " + table.length + " numbers, wanted at least one row of " + dim);
        }
        float[] u = new float[table.length];
        for (int i = 0; i < u.length; i++) {
            u[i] = (float) ((table[i] - alpha * table[i % dim]) / (1 - alpha));
        }
        return u;
    }

    /** Weight of the row of the block, {@code alpha}. */
    public float outer() {
        return (float) alpha;
    }

    /** Weight of the row inside the block, {@code 1 - alpha}. */
    public float inner() {
        return (float) (1 - alpha);
    }

    /** Positions that {@code n} rows reach. */
    public long positions(int n) {
        return (long) n * n;
    }
}
