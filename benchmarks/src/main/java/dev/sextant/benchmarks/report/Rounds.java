package dev.sextant.benchmarks.report;

import dev.sextant.cli.text.Progress;
import dev.sextant.cli.text.Spread;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.openjdk.jmh.runner.RunnerException;

/**
 * Rows measured in shuffled rounds: in each round every row runs once, in random order, so that what disturbs the machine
 * disturbs all alike. Ratios are formed inside a round.
 *
 * @param rows what was measured, in the order of their names
 * @param count how many rounds
 * @param failed rows that could not be measured, with the reason
 */
record Rounds(List<Row> rows, int count, Map<String, String> failed) {

    /** Measures; a row that fails is told and left out, the others go on. */
    static Rounds measure(List<Row> rows, int count, Row.Effort effort) {
        List<Row> left = new ArrayList<>(rows);
        Map<String, String> failed = new LinkedHashMap<>();
        Random random = new Random();
        try (Progress progress = Progress.of("rounds", (long) count * rows.size(), System.err)) {
            for (int round = 0; round < count; round++) {
                List<Row> order = new ArrayList<>(left);
                Collections.shuffle(order, random);
                for (Row row : order) {
                    try {
                        row.measure(effort);
                    } catch (RunnerException e) {
                        if (reason(e).contains("JMH lock")) {
                            throw new IllegalStateException(
                                    "another benchmark runs on this machine, and each would disturb"
                                            + " the other: wait for it, or -Djmh.ignoreLock=true",
                                    e);
                        }
                        left.remove(row);
                        failed.put(row.toString(), reason(e));
                        System.err.println(row + ": " + reason(e));
                    }
                    progress.step();
                }
            }
        }
        return new Rounds(rows.stream().filter(left::contains).toList(), count, failed);
    }

    private static String reason(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage() == null ? cause : cause.getMessage()).lines().findFirst().orElse("");
    }

    List<Row> of(Row.Kind kind) {
        return rows.stream().filter(r -> r.kind() == kind).toList();
    }

    /** The ceiling that binds a row: the one named after its method or after one of its parameters, else the general one. */
    Optional<Row> ceiling(Row row) {
        List<String> endings = new ArrayList<>();
        endings.add(row.method());
        endings.addAll(row.parameters().values());
        endings.add("");
        return endings.stream()
                .map(e -> "ceiling" + (e.isEmpty() ? "" : e.substring(0, 1).toUpperCase() + e.substring(1)))
                .flatMap(name -> rows.stream().filter(r -> r.method().equals(name) && row.isComparableWith(r)))
                .filter(r -> row.kind() != Row.Kind.CEILING).findFirst();
    }

    /** The fastest row of a kind that did the same work. */
    Optional<Row> best(Row row, Row.Kind kind) {
        return of(kind).stream().filter(row::isComparableWith)
                .min((a, b) -> Double.compare(Spread.of(a.times()).median(), Spread.of(b.times()).median()));
    }

    /** How many times as long {@code other} takes as {@code row}. */
    static Spread ratio(Row other, Row row) {
        double[] ratios = new double[row.times().length];
        double[] mine = row.times();
        double[] theirs = other.times();
        Arrays.setAll(ratios, round -> theirs[round] / mine[round]);
        return Spread.of(ratios);
    }
}
