package dev.sextant.testkit;

import dev.sextant.encoding.PairLayout;
import java.util.List;

/** Pair layouts by what kernels do with them. */
public final class Layouts {

    /** Those that plans rotate, in place too. */
    public static final List<PairLayout> IN_PLACE = List.of(PairLayout.HALF_SPLIT, PairLayout.INTERLEAVED);

    private Layouts() {}
}
