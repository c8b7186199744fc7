package dev.sextant.internal.audit;

import dev.sextant.encoding.PairLayout;

/** Which elements of a head pair up: all that evidence must know of an engine to be read in its terms. */
record Slice(PairLayout layout, int offset, int rotaryDim) {

    int pairs() {
        return rotaryDim / 2;
    }

    private boolean readsHalves() {
        return layout == PairLayout.HALF_SPLIT || layout == PairLayout.HALF_IN_INTERLEAVED_OUT;
    }

    private boolean writesHalves() {
        return layout == PairLayout.HALF_SPLIT || layout == PairLayout.INTERLEAVED_IN_HALF_OUT;
    }

    /** First element that pair {@code j} reads; the partner is {@link #partner()} further. */
    int first(int j) {
        return offset + (readsHalves() ? j : 2 * j);
    }

    int partner() {
        return readsHalves() ? pairs() : 1;
    }

    /** First element that pair {@code j} writes. */
    int firstOut(int j) {
        return offset + (writesHalves() ? j : 2 * j);
    }

    int partnerOut() {
        return writesHalves() ? pairs() : 1;
    }
}
