package dev.sextant.internal.audit;

import dev.sextant.encoding.PairLayout;

/** Which elements of a head pair up: all that evidence must know of an engine to be read in its terms. */
record Slice(PairLayout layout, int offset, int rotaryDim) {

    int pairs() {
        return rotaryDim / 2;
    }

    /** First element that pair {@code j} reads; the partner is {@link #partner()} further. */
    int first(int j) {
        return offset + (layout == PairLayout.HALF_SPLIT ? j : 2 * j);
    }

    int partner() {
        return layout == PairLayout.HALF_SPLIT ? pairs() : 1;
    }

    /** First element that pair {@code j} writes. */
    int firstOut(int j) {
        return offset + (layout == PairLayout.INTERLEAVED ? 2 * j : j);
    }

    int partnerOut() {
        return layout == PairLayout.INTERLEAVED ? 1 : pairs();
    }
}
