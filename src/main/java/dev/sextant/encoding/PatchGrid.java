package dev.sextant.encoding;

/**
 * The patches of one image or video, and the coordinates that models give them. Every array is {@code [axes][tokens]}, one axis behind
 * the other, as {@code Positions.axes} and {@code Positions.coordinates} take it: row and column, or time, row and column, the
 * axis order of {@link VisionRope}. Real coordinates are float32 in the steps of the reference classes.
 *
 * @param frames frames, 1 for an image
 * @param rows patches from top to bottom
 * @param columns patches from left to right
 */
public record PatchGrid(int frames, int rows, int columns) {

    /** Refuses an empty grid and one of more than 2^24 patches, where float32 indices end. */
    public PatchGrid {
        if (frames < 1 || rows < 1 || columns < 1 || (long) frames * rows > 1 << 24
                || (long) frames * rows * columns > 1 << 24) {
            throw new IllegalArgumentException("frames, rows, columns: got " + frames + ", " + rows + ", " + columns
                    + ", wanted at least 1 each and at most 16777216 patches");
        }
    }

    /** The patches of an image. */
    public static PatchGrid image(int rows, int columns) {
        return new PatchGrid(1, rows, columns);
    }

    /** Patches in all. */
    public int tokens() {
        return frames * rows * columns;
    }

    /** Row and column, row by row; the same for every frame. Pixtral, SAM 2, RoPE-ViT, Gemma 4, Kimi. */
    public int[] raster() {
        return mergeBlocks(1);
    }

    /** Time, row and column, frame by frame, row by row. */
    public int[] rasterWithTime() {
        return mergeBlocksWithTime(1);
    }

    /**
     * Row and column in the order of Qwen-VL's patches: {@code size} by {@code size} blocks row by row, inside each row by row; the
     * same for every frame. Source: function {@code get_vision_position_ids} of transformers.
     *
     * @param size "spatial_merge_size", a divisor of rows and columns
     */
    public int[] mergeBlocks(int size) {
        int[] ids = new int[2 * tokens()];
        System.arraycopy(mergeBlocksWithTime(size), tokens(), ids, 0, ids.length);
        return ids;
    }

    /** The same with the frame as a first axis (MiniMax-M3). */
    public int[] mergeBlocksWithTime(int size) {
        if (size < 1 || rows % size != 0 || columns % size != 0) {
            throw new IllegalArgumentException("size: got blocks of " + size + " for " + rows + " rows and " + columns
                    + " columns, wanted a divisor of both");
        }
        int n = tokens();
        int[] ids = new int[3 * n];
        int area = size * size;
        for (int t = 0; t < n; t++) {
            int inFrame = t % (rows * columns);
            int block = inFrame / area;
            int inBlock = inFrame % area;
            ids[t] = t / (rows * columns);
            ids[n + t] = block / (columns / size) * size + inBlock / size;
            ids[2 * n + t] = block % (columns / size) * size + inBlock % size;
        }
        return ids;
    }

    /** Pixtral's position ids, one a patch: {@code row * side + column}, where {@code side} is the widest grid that the model takes. */
    public int[] pixtralIds(int side) {
        if (side < columns || side < rows || side > 1 << 12) {
            throw new IllegalArgumentException("side: got " + side + " for " + rows + " rows and " + columns
                    + " columns, wanted at least as many, at most 4096");
        }
        int[] raster = raster();
        int[] ids = new int[tokens()];
        for (int t = 0; t < ids.length; t++) {
            ids[t] = raster[t] * side + raster[ids.length + t];
        }
        return ids;
    }

    /**
     * Time, row and column of chosen patches, by their index in raster order: V-JEPA 2, which shows the encoder only some. Ids beyond
     * the last frame are legal, as in the reference.
     */
    public int[] ofTokens(int... indices) {
        int n = indices.length;
        int[] ids = new int[Math.multiplyExact(3, n)];
        for (int t = 0; t < n; t++) {
            if (indices[t] < 0) {
                throw new IllegalArgumentException(
                        "index of token " + t + ": got " + indices[t] + ", wanted at least 0");
            }
            ids[t] = indices[t] / (rows * columns);
            ids[n + t] = indices[t] % (rows * columns) / columns;
            ids[2 * n + t] = indices[t] % columns;
        }
        return ids;
    }

    /** FLUX: {@code text} tokens at (0, 0, 0), then the patches at (0, row, column). */
    public int[] afterText(int text) {
        if (text < 0 || text > 1 << 24) {
            throw new IllegalArgumentException("text: got " + text + " tokens, wanted 0 to 16777216");
        }
        int n = text + tokens();
        int[] raster = raster();
        int[] ids = new int[3 * n];
        System.arraycopy(raster, 0, ids, n + text, tokens());
        System.arraycopy(raster, tokens(), ids, 2 * n + text, tokens());
        return ids;
    }

    /** Llama 4: row and column counted from 1, then the class token at (0, 0), where the angle is 0. */
    public int[] fromOneThenClass() {
        int n = tokens();
        int[] raster = raster();
        int[] ids = new int[2 * (n + 1)];
        for (int t = 0; t < n; t++) {
            ids[t] = raster[t] + 1;
            ids[n + 1 + t] = raster[n + t] + 1;
        }
        return ids;
    }

    /** {@code times} copies of the raster behind one another: SAM 2's keys, one copy a remembered frame. */
    public int[] repeated(int times) {
        if (times < 1) {
            throw new IllegalArgumentException("times: got " + times + ", wanted at least 1");
        }
        return new PatchGrid(Math.multiplyExact(frames, times), rows, columns).raster();
    }

    /**
     * Row and column stretched to the grid of the pre-training: {@code i / rows * side} (EVA-02 at another resolution).
     *
     * @param side patches a side in pre-training, "pt_seq_len" (16)
     */
    public float[] interpolated(int side) {
        if (side < 1) {
            throw new IllegalArgumentException("side: got " + side + ", wanted at least 1");
        }
        return real(i -> (float) i / rows * side, i -> (float) i / columns * side);
    }

    /**
     * Patch centres from -1 to 1, times 2*pi (DINOv3), for frequencies of {@code 1/period}.
     *
     * @param normalization what counts as 1
     */
    public float[] centres(Normalization normalization) {
        int divisorOfRows = normalization.divisor(rows, columns);
        int divisorOfColumns = normalization.divisor(columns, rows);
        return real(i -> centre(i, divisorOfRows), i -> centre(i, divisorOfColumns));
    }

    private static float centre(int i, int divisor) {
        float unit = 2f * ((i + 0.5f) / divisor) - 1f;
        return (float) (2 * StrictMath.PI) * unit;
    }

    /** How DINOv3 scales patch centres, "normalize_coords". */
    public enum Normalization {
        /** Each axis by its own count: both reach from edge to edge. What the published weights have. */
        SEPARATE,
        /** Both axes by the smaller count: the longer one reaches beyond 1. */
        MIN,
        /** Both axes by the larger count: the shorter one ends before 1. */
        MAX;

        int divisor(int own, int other) {
            return switch (this) {
                case SEPARATE -> own;
                case MIN -> Math.min(own, other);
                case MAX -> Math.max(own, other);
            };
        }
    }

    /** From -1 at the first patch to 1 at the last; a single patch is at -1. For {@link PixelFrequencies}. */
    public float[] endToEnd() {
        double[] down = Linspace.of(-1, 1, rows, Rounding.FLOAT32);
        double[] across = Linspace.of(-1, 1, columns, Rounding.FLOAT32);
        return real(i -> (float) down[i], i -> (float) across[i]);
    }

    private float[] real(Coordinate ofRow, Coordinate ofColumn) {
        int n = tokens();
        int[] raster = raster();
        float[] coordinates = new float[2 * n];
        for (int t = 0; t < n; t++) {
            coordinates[t] = ofRow.of(raster[t]);
            coordinates[n + t] = ofColumn.of(raster[n + t]);
        }
        return coordinates;
    }

    @FunctionalInterface
    private interface Coordinate {

        float of(int index);
    }
}
