package dev.sextant.encoding;

import java.util.Arrays;

/** The greedy order behind {@link AxisMap#pangu}. */
final class PanguOrder {

    private PanguOrder() {}

    static int[] of(int... sections) {
        boolean timeLast = sections.length == 3;
        int[] counts = sections.clone();
        for (int axis = 0; axis < counts.length; axis++) {
            if (counts[axis] < 1) {
                throw new IllegalArgumentException(
                        "section of axis " + axis + ": got " + counts[axis] + ", wanted at least 1");
            }
        }
        int[] map = new int[Arrays.stream(sections).sum()];
        int[] placed = new int[counts.length];
        counts[0] -= timeLast ? 1 : 0;
        int last = -1;
        for (int j = 0; j < map.length - (timeLast ? 1 : 0); j++) {
            int best = leastPlaced(counts, placed, last);
            last = best < 0 ? last : best;
            map[j] = last;
            placed[last]++;
        }
        return map;
    }

    /** The axis other than {@code last} with the least of its share placed, or -1 when only {@code last} has pairs left. */
    private static int leastPlaced(int[] counts, int[] placed, int last) {
        int best = -1;
        for (int axis = 0; axis < counts.length; axis++) {
            boolean open = axis != last && placed[axis] < counts[axis];
            if (open && (best < 0 || (double) placed[axis] / counts[axis] < (double) placed[best] / counts[best])) {
                best = axis;
            }
        }
        return best;
    }
}
