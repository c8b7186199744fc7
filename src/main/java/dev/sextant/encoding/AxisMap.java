package dev.sextant.encoding;

import java.util.Arrays;

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

    /** The first {@code sections[0]} pairs on axis 0, the next on axis 1, and so on (Qwen2-VL, GLM-4V). */
    public static AxisMap sectioned(int... sections) {
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

    /** Height and width alternate over the first pairs, height first; time has the rest (Ernie-4.5-VL). */
    public static AxisMap ernie(int height, int width, int time) {
        int[] map = new int[height + width + time];
        for (int j = 0; j < height + width; j++) {
            map[j] = 1 + j % 2;
        }
        return of(3, map);
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
