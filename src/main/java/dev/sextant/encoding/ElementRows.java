package dev.sextant.encoding;

import java.util.Objects;

/**
 * Cosine and sine of every element of every row, for models whose tables are not one angle a pair. The elements a and b of a pair
 * become {@code a' = a*cos_a - b*sin_a} and {@code b' = b*cos_b + a*sin_b}: no rotation unless both agree, and norms change. The
 * transpose, which a gradient needs, is {@code a = a'*cos_a + b'*sin_b}, {@code b = b'*cos_b - a'*sin_a}. Row t is for token t of the
 * coordinates the rows were made from. Immutable.
 */
public final class ElementRows {

    private final PairLayout layout;
    private final int rotaryDim;
    private final float[] cos;
    private final float[] sin;

    /** Takes the arrays without a copy. */
    ElementRows(PairLayout layout, int rotaryDim, float[] cos, float[] sin) {
        this.layout = layout;
        this.rotaryDim = rotaryDim;
        this.cos = cos;
        this.sin = sin;
    }

    /**
     * Rows of the caller's own.
     *
     * @param layout which elements form a pair: {@link PairLayout#HALF_SPLIT} or {@link PairLayout#INTERLEAVED}
     * @param rotaryDim elements of a row, even, at least 2
     * @param cos {@code [rows][rotaryDim]}, copied
     * @param sin {@code [rows][rotaryDim]}, copied
     */
    public static ElementRows of(PairLayout layout, int rotaryDim, float[] cos, float[] sin) {
        requireLayout(layout);
        if (rotaryDim < 2 || rotaryDim % 2 != 0) {
            throw new IllegalArgumentException("rotaryDim: got " + rotaryDim + ", wanted an even number of at least 2");
        }
        if (cos.length != sin.length || cos.length % rotaryDim != 0) {
            throw new IllegalArgumentException("cos, sin: got " + cos.length + " and " + sin.length
                    + " values, wanted as many of each, whole rows of " + rotaryDim);
        }
        return new ElementRows(layout, rotaryDim, cos.clone(), sin.clone());
    }

    /** Rows of pairs, said element by element. */
    public static ElementRows of(PairLayout layout, PairRows rows) {
        requireLayout(layout);
        int pairs = rows.pairs();
        float[] cos = new float[Math.multiplyExact(2, rows.rows() * pairs)];
        float[] sin = new float[cos.length];
        for (int r = 0; r < rows.rows(); r++) {
            for (int e = 0; e < 2 * pairs; e++) {
                int pair = layout == PairLayout.INTERLEAVED ? e / 2 : e % pairs;
                cos[r * 2 * pairs + e] = rows.cos(r, pair);
                sin[r * 2 * pairs + e] = rows.sin(r, pair);
            }
        }
        return new ElementRows(layout, 2 * pairs, cos, sin);
    }

    /**
     * M-RoPE whose sections are doubled and cut out of the doubled list of frequencies, as transformers 5.18 does for HunYuan-VL: with
     * sections 16, 16, 16, 16 the first half of a head follows axes 0 and 1, the second half axes 2 and 3, so that the two elements
     * of a pair turn by different positions. Equal to {@link AxisMap#xdRope} for text, whose axes agree; Tencent's own code and
     * vLLM have that map for images too.
     *
     * @param rope frequencies, layout and arithmetic; its own axis map is not used
     * @param sections pairs an axis, together half the rotary dim
     * @param coordinates {@code [axes][tokens]}
     */
    public static ElementRows sectioned(Rope rope, int[] sections, int... coordinates) {
        requireLayout(rope.layout());
        AxisMap map = AxisMap.sectioned(sections);
        map.requirePairs(rope.rotaryDim());
        int[] axisOfElement = new int[rope.rotaryDim()];
        for (int e = 0; e < axisOfElement.length; e++) {
            axisOfElement[e] = map.axis(e / 2);
        }
        double[] inverse = rope.frequencies().inverse(rope.rotaryDim(), rope.angles().rounding());
        double[] ofElement = new double[rope.rotaryDim()];
        for (int e = 0; e < ofElement.length; e++) {
            ofElement[e] = inverse[e % inverse.length];
        }
        return turned(rope.layout(), ofElement, axisOfElement, map.axes(), rope.angles().rounding(),
                rope.frequencies().attentionFactor(), coordinates);
    }

    /** One angle an element: the frequency of the element times the coordinate of the element's axis. */
    static ElementRows turned(PairLayout layout, double[] frequency, int[] axis, int axes, Rounding r, double factor,
            int... coordinates) {
        if (coordinates.length % axes != 0) {
            throw new IllegalArgumentException(
                    "coordinates: got " + coordinates.length + ", wanted a multiple of " + axes + " axes");
        }
        int tokens = coordinates.length / axes;
        int width = frequency.length;
        float[] cos = new float[Math.multiplyExact(tokens, width)];
        float[] sin = new float[cos.length];
        for (int t = 0; t < tokens; t++) {
            for (int e = 0; e < width; e++) {
                double angle = r.round(r.round(coordinates[axis[e] * tokens + t]) * frequency[e]);
                cos[t * width + e] = (float) StrictMath.cos(angle) * (float) factor;
                sin[t * width + e] = (float) StrictMath.sin(angle) * (float) factor;
            }
        }
        return new ElementRows(layout, width, cos, sin);
    }

    private static void requireLayout(PairLayout layout) {
        Objects.requireNonNull(layout, "layout");
        if (layout != PairLayout.HALF_SPLIT && layout != PairLayout.INTERLEAVED) {
            throw new IllegalArgumentException("layout: got " + layout + ", wanted HALF_SPLIT or INTERLEAVED");
        }
    }

    /** Which elements form a pair. */
    public PairLayout layout() {
        return layout;
    }

    /** Elements of a row. */
    public int rotaryDim() {
        return rotaryDim;
    }

    /** Rows. */
    public int rows() {
        return cos.length / rotaryDim;
    }

    /** The cosine of one element of a row. */
    public float cos(int row, int element) {
        return cos[Objects.checkIndex(row, rows()) * rotaryDim + Objects.checkIndex(element, rotaryDim)];
    }

    /** The sine of one element of a row. */
    public float sin(int row, int element) {
        return sin[Objects.checkIndex(row, rows()) * rotaryDim + Objects.checkIndex(element, rotaryDim)];
    }

    /** Cosines {@code [rows][rotaryDim]}, a copy. */
    public float[] cos() {
        return cos.clone();
    }

    /** Sines {@code [rows][rotaryDim]}, a copy. */
    public float[] sin() {
        return sin.clone();
    }
}
