package dev.sextant.benchmarks.report;

import java.util.List;
import java.util.regex.Pattern;

/** Why rows lose, for those whose reason was found by experiment; printed only beside a row that does lose. */
final class Remarks {

    private record Remark(String row, String text) {}

    /** The first that matches counts. */
    private static final List<Remark> ALL = List.of(
            new Remark("W2Decode .*F32.*",
                    "the rival reads a table and makes no call; of this row about 45 ns make cosines"
                            + " and sines and about 60 are checks, struct and downcall"),
            new Remark(".* scalar .*", "the compiler's own loop, kept to measure against"),
            new Remark(".* java .*", "a specification first: every rounding in the open, one element at a time"));

    private Remarks() {}

    static String of(Row row) {
        return ALL.stream().filter(r -> Pattern.matches(r.row(), row.toString())).map(Remark::text).findFirst()
                .orElse("not explained yet");
    }
}
