package dev.sextant;

import java.util.Arrays;

/**
 * The slots that the tokens of one call go to, to find two that are the same. One a thread, as large as the largest call
 * with slots out of order that it has seen, so that the next call allocates nothing.
 */
final class SlotSet {

    private static final ThreadLocal<SlotSet> OWN = ThreadLocal.withInitial(SlotSet::new);

    private long[] places = new long[256];
    private int mask;

    /** The set of this thread, empty, with room for {@code count} slots. */
    static SlotSet of(long count) {
        SlotSet set = OWN.get();
        long wanted = 4L << 63 - Long.numberOfLeadingZeros(Math.max(count, 1)); // a power of two, at most half full
        if (wanted > 1 << 30) {
            throw Checks.wanted("tokens of a call whose slots are out of order", count, "below " + (1 << 28));
        }
        if (set.places.length < wanted) {
            set.places = new long[(int) wanted];
        }
        set.mask = (int) wanted - 1;
        Arrays.fill(set.places, 0, (int) wanted, -1);
        return set;
    }

    /** Whether {@code place} (at least 0) was not there yet. */
    boolean add(long place) {
        int i = (int) (place * 0x9e3779b97f4a7c15L >>> 32) & mask;
        while (places[i] != -1) {
            if (places[i] == place) {
                return false;
            }
            i = i + 1 & mask;
        }
        places[i] = place;
        return true;
    }
}
