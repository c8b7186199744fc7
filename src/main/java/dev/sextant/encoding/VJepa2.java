package dev.sextant.encoding;

import java.util.Arrays;

/**
 * The element rows of V-JEPA 2: time, row and column have {@code d = 2*((n/3)/2)} elements each, the rest of the head is not touched.
 * Within an axis, element e takes the angle {@code coordinate * 10000^(-2k/d)} with {@code k = e mod (d/2)}, but pairs are (2i, 2i+1):
 * the tables are tiled where they should be repeated. The weights were trained so, and it must be reproduced as it is. Source:
 * Assran et al., V-JEPA 2, arXiv:2506.09985; function {@code rotate_queries_or_keys}.
 *
 * <p>Trap: the reference works in the element type of its activations; these rows are its float32.
 */
public final class VJepa2 {

    private VJepa2() {}

    /** Width of the slice that rows cover, the first elements of a head; a multiple of 6. */
    public static int rotaryDim(int headDim) {
        if (headDim < 6) {
            throw new IllegalArgumentException("headDim: got " + headDim + ", wanted at least 6, two for each axis");
        }
        return 6 * (headDim / 3 / 2);
    }

    /**
     * Rows for heads of {@code headDim} elements, interleaved pairs.
     *
     * @param coordinates time, row and column {@code [3][tokens]}: {@link PatchGrid#rasterWithTime} or {@link PatchGrid#ofTokens}
     */
    public static ElementRows rows(int headDim, int... coordinates) {
        int width = rotaryDim(headDim) / 3;
        double[] inverse = new GeometricFrequencies(10_000).inverse(width, Rounding.FLOAT32);
        double[] frequency = new double[3 * width];
        int[] axis = new int[3 * width];
        for (int block = 0; block < 3; block++) {
            Arrays.fill(axis, block * width, (block + 1) * width, block);
            for (int e = 0; e < width; e++) {
                frequency[block * width + e] = inverse[e % inverse.length];
            }
        }
        return ElementRows.turned(PairLayout.INTERLEAVED, frequency, axis, 3, Rounding.FLOAT32, 1, coordinates);
    }
}
