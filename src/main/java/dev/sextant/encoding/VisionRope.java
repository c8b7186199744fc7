package dev.sextant.encoding;

/**
 * The rotations of published image and video models, complete: layout, frequencies, axes, arithmetic. Everywhere axis 0 is the row
 * (y, height) and axis 1 the column (x, width); with three axes 0 is time, 1 the row, 2 the column. What a model puts first is in
 * its axis map, so one set of coordinates, {@link PatchGrid}, serves all. Class, register and text tokens that a model does not
 * rotate are left out of the views that are rotated.
 *
 * <p>Angles are {@link AngleMode#HF_FLOAT32}, what the weights were trained with, where nothing else is said.
 */
public final class VisionRope {

    private VisionRope() {}

    /**
     * Qwen2-VL and its kin (Qwen2.5-VL, Qwen3-VL, GLM-4V, Ernie-4.5-VL, PaddleOCR-VL, MLCD): rows, then columns, half-split over the
     * head, base 10,000. Coordinates {@link PatchGrid#mergeBlocks}. Source: Wang et al., arXiv:2409.12191, section 2.1; class
     * {@code Qwen2VisionRotaryEmbedding}.
     */
    public static Rope qwenVl(int headDim) {
        return axial(headDim, PairLayout.HALF_SPLIT, 10_000, AxisMap.axial(quarter(headDim), 0, 1));
    }

    /**
     * Pixtral and Mistral's image towers: even frequencies of the whole head to rows, odd ones to columns, half-split. Coordinates
     * {@link PatchGrid#raster}. Source: Agrawal et al., arXiv:2410.07073; class {@code PixtralVisionRotaryEmbedding}.
     */
    public static Rope pixtral(int headDim, double base) {
        AxisMap axes = AxisMap.axial(quarter(headDim), 0, 1);
        return rope(headDim, PairLayout.HALF_SPLIT, new StridedFrequencies(new GeometricFrequencies(base), axes), axes);
    }

    /**
     * SAM 2, SAM 3 and EdgeTAM memory attention: columns, then rows, interleaved, base 10,000. Keys that repeat over frames take
     * {@link PatchGrid#repeated}; object pointers at the end of the keys are not rotated. Source: Ravi et al., arXiv:2408.00714;
     * function {@code compute_axial_cis}. Trap: the reference calls its first coordinate h, but stacks column ids first.
     */
    public static Rope sam2(int headDim) {
        return axial(headDim, PairLayout.INTERLEAVED, 10_000, AxisMap.axial(quarter(headDim), 1, 0));
    }

    /**
     * EVA-02: rows, then columns, interleaved, base 10,000; class token not rotated. Coordinates {@link PatchGrid#interpolated}.
     * Source: Fang et al., arXiv:2303.11331; class {@code VisionRotaryEmbeddingFast}.
     */
    public static Rope eva02(int headDim) {
        return axial(headDim, PairLayout.INTERLEAVED, 10_000, AxisMap.axial(quarter(headDim), 0, 1));
    }

    /**
     * RoPE-ViT, axial: columns, then rows, interleaved, base 100; class token not rotated. The mixed form is {@link MixedAxes}. Source:
     * Heo et al., arXiv:2403.13298; function {@code compute_axial_cis} at naver-ai/rope-vit.
     */
    public static Rope ropeVitAxial(int headDim) {
        return axial(headDim, PairLayout.INTERLEAVED, 100, AxisMap.axial(quarter(headDim), 1, 0));
    }

    /**
     * DINOv3 by base (100 in the published weights): rows, then columns, half-split; class and register tokens not rotated.
     * Coordinates {@link PatchGrid#centres}, which hold the factor 2*pi. Source: Siméoni et al., arXiv:2508.10104; classes
     * {@code RopePositionEmbedding} and {@code DINOv3ViTRopePositionEmbedding}.
     */
    public static Rope dinov3(int headDim, double base) {
        return axial(headDim, PairLayout.HALF_SPLIT, base, AxisMap.axial(quarter(headDim), 0, 1));
    }

    /** DINOv3 by its other parameters, a shortest and a longest period. */
    public static Rope dinov3(int headDim, double minPeriod, double maxPeriod) {
        AxisMap axes = AxisMap.axial(quarter(headDim), 0, 1);
        return rope(headDim, PairLayout.HALF_SPLIT,
                new AxialFrequencies(new PeriodFrequencies(minPeriod, maxPeriod), axes), axes);
    }

    /**
     * Llama 4's image tower: columns, then rows, interleaved, base 10,000, coordinates counted from 1 and the class token last with
     * angle 0, {@link PatchGrid#fromOneThenClass}. Source: class {@code Llama4VisionRotaryEmbedding}.
     */
    public static Rope llama4(int headDim) {
        return axial(headDim, PairLayout.INTERLEAVED, 10_000, AxisMap.axial(quarter(headDim), 1, 0));
    }

    /**
     * Gemma 4's image tower: columns, then rows, half-split inside each axis's half of the head, base 100. Coordinates
     * {@link PatchGrid#raster}. Source: class {@code Gemma4VisionRotaryEmbedding}. Trap: the class calls its first coordinate h, but the
     * image processor's ids are (x, y).
     */
    public static Rope gemma4(int headDim) {
        return axial(headDim, PairLayout.HALF_SPLIT_BY_AXIS, 100, AxisMap.axial(quarter(headDim), 1, 0));
    }

    /**
     * Kimi K2.5 and MoonViT: columns and rows take the pairs in turn, half-split as transformers permutes the weights, base 10,000.
     * MoonViT's own files pair interleaved: {@code kimi(n).layout(PairLayout.INTERLEAVED)}. Source: Kimi-VL, arXiv:2504.07491; class {@code Kimi_K25VisionRotaryEmbedding}.
     */
    public static Rope kimi(int headDim) {
        return axial(headDim, PairLayout.HALF_SPLIT, 10_000, AxisMap.alternating(2 * quarter(headDim), 1, 0));
    }

    /**
     * FLUX.1: head dim 128, 16 elements for an id that is 0 throughout, 56 for rows, 56 for columns, interleaved, base 10,000, angles
     * in double precision ({@link AngleMode#EXACT}). Coordinates {@link PatchGrid#afterText}. Source: black-forest-labs/flux, class
     * {@code EmbedND}, function {@code rope}.
     */
    public static Rope flux() {
        return flux(10_000, 16, 56, 56);
    }

    /** FLUX's rotation with other widths, each even: one an axis, together the head dim. */
    public static Rope flux(double base, int... axesDim) {
        int[] pairs = new int[axesDim.length];
        int headDim = 0;
        for (int axis = 0; axis < pairs.length; axis++) {
            if (axesDim[axis] < 2 || axesDim[axis] % 2 != 0) {
                throw new IllegalArgumentException("width of axis " + axis + ": got " + axesDim[axis]
                        + ", wanted an even number of at least 2");
            }
            pairs[axis] = axesDim[axis] / 2;
            headDim += axesDim[axis];
        }
        return axial(headDim, PairLayout.INTERLEAVED, base, AxisMap.sectioned(pairs)).angles(AngleMode.EXACT);
    }

    /**
     * MiniMax-M3's image tower: time, rows, columns, {@code 2*((n/3)/2)} elements each, half-split over the three together, base
     * 10,000; the rest of the head is not rotated. Coordinates {@link PatchGrid#mergeBlocksWithTime}. Source: class
     * {@code MiniMaxM3VLVisionRotaryEmbedding}.
     */
    public static Rope miniMaxM3(int headDim) {
        if (headDim < 6) {
            throw new IllegalArgumentException("headDim: got " + headDim + ", wanted at least 6, two for each axis");
        }
        int pairs = headDim / 3 / 2;
        return axial(6 * pairs, PairLayout.HALF_SPLIT, 10_000, AxisMap.axial(pairs, 0, 1, 2));
    }

    /**
     * The "pixel" form of lucidrains/rotary-embedding-torch over any number of axes, {@code axisDim} elements each, interleaved.
     * Coordinates {@link PatchGrid#endToEnd}.
     */
    public static Rope pixel(int axes, int axisDim, double maxFrequency) {
        if (axisDim < 2 || axisDim % 2 != 0 || axes < 2 || axes > 8) {
            throw new IllegalArgumentException("axes, axisDim: got " + axes + ", " + axisDim
                    + ", wanted 2 to 8 and an even number of at least 2");
        }
        int[] order = new int[axes];
        for (int axis = 0; axis < axes; axis++) {
            order[axis] = axis;
        }
        AxisMap map = AxisMap.axial(axisDim / 2, order);
        return rope(axes * axisDim, PairLayout.INTERLEAVED,
                new AxialFrequencies(new PixelFrequencies(maxFrequency), map), map);
    }

    private static Rope axial(int rotaryDim, PairLayout layout, double base, AxisMap axes) {
        return rope(rotaryDim, layout, new AxialFrequencies(new GeometricFrequencies(base), axes), axes);
    }

    private static Rope rope(int rotaryDim, PairLayout layout, Frequencies frequencies, AxisMap axes) {
        return new Rope(rotaryDim, layout, frequencies, AngleMode.HF_FLOAT32, axes);
    }

    /** Pairs of one of two axes. */
    private static int quarter(int headDim) {
        if (headDim < 4 || headDim % 4 != 0) {
            throw new IllegalArgumentException("headDim: got " + headDim
                    + ", wanted a multiple of 4, so that each of two axes has whole pairs");
        }
        return headDim / 4;
    }
}
