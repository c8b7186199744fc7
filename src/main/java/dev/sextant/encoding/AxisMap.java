package dev.sextant.encoding;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Which coordinate of a token drives each rotary pair. Text has one axis; M-RoPE has three (time, height, width), images two.
 * A map is data, so sectioned, interleaved and axial layouts are the same kernel. Immutable.
 *
 * <p>Frequencies keep the index of their pair whatever the axis. Source: Wang et al., Qwen2-VL, arXiv:2409.12191, section 2.1,
 * and the model classes named on the factories.
 */
public final class AxisMap {

    private static final AxisMap TEXT = new AxisMap(1, new byte[0]);

    private final int axes;
    private final byte[] axisOfPair;

    private AxisMap(int axes, byte[] axisOfPair) {
        this.axes = axes;
        this.axisOfPair = axisOfPair;
    }

    /** One position drives every pair. */
    public static AxisMap text() {
        return TEXT;
    }

    /** A map stated pair by pair: {@code axisOfPair[j]} is 0 to {@code axes - 1}. */
    public static AxisMap of(int axes, int... axisOfPair) {
        if (axes < 1 || axes > 8) {
            throw new IllegalArgumentException("axes: got " + axes + ", wanted 1 to 8");
        }
        byte[] map = new byte[axisOfPair.length];
        for (int j = 0; j < map.length; j++) {
            if (axisOfPair[j] < 0 || axisOfPair[j] >= axes) {
                throw new IllegalArgumentException(
                        "axis of pair " + j + ": got " + axisOfPair[j] + ", wanted 0 to " + (axes - 1));
            }
            map[j] = (byte) axisOfPair[j];
        }
        return axes == 1 ? TEXT : new AxisMap(axes, map);
    }

    /**
     * The first {@code sections[0]} pairs on axis 0, the next on axis 1, and so on: Qwen2-VL, GLM-4V (there on interleaved pairs), and
     * ggml's MROPE, which has a fourth section and a fourth id.
     */
    public static AxisMap sectioned(int... sections) {
        for (int axis = 0; axis < sections.length; axis++) {
            if (sections[axis] < 0) {
                throw new IllegalArgumentException(
                        "section of axis " + axis + ": got " + sections[axis] + ", wanted at least 0");
            }
        }
        int[] map = new int[Arrays.stream(sections).sum()];
        int pair = 0;
        for (int axis = 0; axis < sections.length; axis++) {
            Arrays.fill(map, pair, pair + sections[axis], axis);
            pair += sections[axis];
        }
        return of(sections.length, map);
    }

    /**
     * Height at pairs 1, 4, 7, ... below {@code 3 * height}, width at 2, 5, 8, ... below {@code 3 * width}, time everywhere else
     * (Qwen3-VL, Qwen3.5).
     */
    public static AxisMap interleaved(int time, int height, int width) {
        int[] map = new int[time + height + width];
        for (int j = 0; j < map.length; j++) {
            map[j] = j % 3 == 1 && j < 3 * height ? 1 : j % 3 == 2 && j < 3 * width ? 2 : 0;
        }
        return of(3, map);
    }

    /** Height and width alternate over the first pairs, height first; time has the rest (Ernie-4.5-VL, Bailing). */
    public static AxisMap ernie(int height, int width, int time) {
        int[] map = new int[height + width + time];
        for (int j = 0; j < height + width; j++) {
            map[j] = 1 + j % 2;
        }
        return of(3, map);
    }

    /**
     * Blocks of {@code pairs} pairs, one an axis, in the given order: {@code axial(20, 0, 1)} is rows, then columns;
     * {@code axial(20, 1, 0)} columns, then rows (images, see {@link VisionRope}).
     */
    public static AxisMap axial(int pairs, int... order) {
        int[] map = new int[Math.multiplyExact(atLeastOne(pairs), order.length)];
        for (int j = 0; j < map.length; j++) {
            map[j] = order[j / pairs];
        }
        return of(everyAxisOnce(order), map);
    }

    /** Pairs that take the axes in turn, {@code pairs} in all: {@code alternating(36, 1, 0)} is 1, 0, 1, 0, ... (Kimi K2.5 images). */
    public static AxisMap alternating(int pairs, int... order) {
        int axes = everyAxisOnce(order);
        int[] map = new int[atLeastOne(pairs)];
        for (int j = 0; j < map.length; j++) {
            map[j] = order[j % axes];
        }
        return of(axes, map);
    }

    /**
     * The interleaved map of ggml (IMROPE), four axes: time at pairs 0, 3, ... below {@code 3 * time}, height at 1, 4, ... below
     * {@code 3 * height}, width at 2, 5, ... below {@code 3 * width}, and the fourth axis at every pair that fails its test. There it
     * differs from {@link #interleaved}, which gives those pairs to time: with 24, 20, 20 pairs 61 and 62 stand still in text, whose
     * fourth id is 0. For keys that must match a ggml cache. Source: {@code ggml_mrope_cache_init} in ggml's CPU backend.
     */
    public static AxisMap interleavedGgml(int time, int height, int width, int extra) {
        int[] limits = {3 * time, 3 * height, 3 * width};
        int[] map = new int[time + height + width + extra];
        for (int j = 0; j < map.length; j++) {
            map[j] = j < limits[j % 3] ? j % 3 : 3;
        }
        return of(4, map);
    }

    /**
     * One section an axis in the order of HunYuan-VL's ids: sequence, width, height, image (XD-RoPE). Source: the function
     * {@code apply_rotary_pos_emb_xdrope} of Tencent's model code, and vLLM's {@code XDRotaryEmbedding}.
     *
     * <p>Trap: transformers 5.18 doubles each section over the elements instead, which is no rotation: see
     * {@link ElementRows#sectioned}.
     */
    public static AxisMap xdRope(int sequence, int width, int height, int image) {
        return sectioned(sequence, width, height, image);
    }

    /**
     * The map of openPangu: pairs go, one by one, to the axis with the least of its share placed (ties to the lower axis), never to
     * the same axis twice running unless no other is left; with three axes the last pair is time. Two sections are height and width,
     * three are time, height, width. Source: vLLM's {@code MRotaryEmbeddingInterleaved}.
     */
    public static AxisMap pangu(int... sections) {
        if (sections.length != 2 && sections.length != 3) {
            throw new IllegalArgumentException("sections: got " + sections.length + ", wanted 2 or 3");
        }
        return of(sections.length, PanguOrder.of(sections));
    }

    private static int atLeastOne(int pairs) {
        if (pairs < 1) {
            throw new IllegalArgumentException("pairs: got " + pairs + ", wanted at least 1");
        }
        return pairs;
    }

    private static int everyAxisOnce(int[] order) {
        for (int axis = 0; axis < order.length; axis++) {
            int wanted = axis;
            if (Arrays.stream(order).noneMatch(a -> a == wanted)) {
                throw new IllegalArgumentException("order: got " + Arrays.toString(order) + ", wanted each of 0 to "
                        + (order.length - 1) + " once");
            }
        }
        return order.length;
    }

    /** Number of coordinates of a token. */
    public int axes() {
        return axes;
    }

    /** Pairs that the map names, 0 for text, which fits any number of pairs. */
    public int pairs() {
        return axisOfPair.length;
    }

    /** The axis of pair {@code j}. */
    public int axis(int j) {
        return axes == 1 ? 0 : axisOfPair[j];
    }

    /** The pairs of one axis, ascending. */
    public int[] pairsOf(int axis) {
        return IntStream.range(0, axisOfPair.length).filter(j -> axis(j) == axis).toArray();
    }

    /** Refuses the map of text, which names no pairs. */
    void requirePairs() {
        if (axes == 1) {
            throw new IllegalArgumentException("axes: got one axis, wanted a map of at least 2");
        }
    }

    /** Refuses a rotary dim of another number of pairs. */
    void requirePairs(int rotaryDim) {
        if (axisOfPair.length != rotaryDim / 2) {
            throw new IllegalArgumentException("axes: got a map of " + axisOfPair.length + " pairs, wanted "
                    + rotaryDim / 2 + " for rotary dim " + rotaryDim);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AxisMap that && axes == that.axes && Arrays.equals(axisOfPair, that.axisOfPair);
    }

    @Override
    public int hashCode() {
        return 31 * axes + Arrays.hashCode(axisOfPair);
    }

    @Override
    public String toString() {
        return axes == 1 ? "text" : axes + " axes " + Arrays.toString(axisOfPair);
    }
}
