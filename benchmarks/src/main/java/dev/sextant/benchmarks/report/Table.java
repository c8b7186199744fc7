package dev.sextant.benchmarks.report;

import dev.sextant.cli.text.Spread;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Rounds as Markdown: every row with its time and its ratios, and a short table of the fastest row of each workload and element
 * type beside the best peer.
 */
final class Table {

    private Table() {}

    /** Every row; losing ones with the reason. */
    static String full(Rounds rounds) {
        StringBuilder text = new StringBuilder(
                "| workload | row | time | of the ceiling | against naive | against Vector API |"
                        + " against the best peer | remark |\n|---|---|---|---|---|---|---|---|\n");
        for (Row row : rounds.rows()) {
            text.append("| ").append(row.workload()).append(" | ").append(row.name()).append(" | ").append(time(row))
                    .append(" | ").append(rounds.ceiling(row).map(c -> text(Rounds.ratio(c, row), "%.2f")).orElse(""));
            for (Row.Kind rival : Row.Kind.RIVALS) {
                text.append(" | ").append(row.kind() != Row.Kind.OURS ? "" : against(rounds, row, rival));
            }
            text.append(" | ").append(row.kind() == Row.Kind.OURS ? remark(rounds, row) : "").append(" |\n");
        }
        return text.toString();
    }

    /** Our fastest row of each workload, method and element type. */
    static String summary(Rounds rounds) {
        StringBuilder text = new StringBuilder(
                "| workload | fastest row | time | of the ceiling | against naive | against Vector API | against the best peer |\n"
                        + "|---|---|---|---|---|---|---|\n");
        for (Row row : fastest(rounds)) {
            text.append("| ").append(row.workload()).append(" | ").append(row.name()).append(" | ")
                    .append(amount(Spread.of(row.times()).median(), row.unit())).append(" | ")
                    .append(rounds.ceiling(row).map(c -> number(Rounds.ratio(c, row).median(), "%.2f")).orElse(""));
            for (Row.Kind rival : Row.Kind.RIVALS) {
                text.append(" | ").append(rounds.best(row, rival)
                        .map(r -> number(Rounds.ratio(r, row).median(), "%.2fx")
                                + (rival == Row.Kind.PEER ? " " + r.method() : ""))
                        .orElse(""));
            }
            text.append(" |\n");
        }
        return text.toString();
    }

    /** Peers that are not among the rows. */
    static String absent() {
        StringBuilder text = new StringBuilder("Not compared, and why:\n\n");
        for (Absent a : Absent.all()) {
            text.append("* ").append(a.peer()).append(" (").append(String.join(", ", a.workloads())).append("): ")
                    .append(a.reason()).append(".\n");
        }
        return text.toString();
    }

    /** Of rows that differ by backend alone, the fastest. */
    static List<Row> fastest(Rounds rounds) {
        List<Row> ours = rounds.of(Row.Kind.OURS);
        return ours.stream().filter(row -> ours.stream().noneMatch(other -> other != row && sameButBackend(row, other)
                && Spread.of(other.times()).median() < Spread.of(row.times()).median())).toList();
    }

    private static boolean sameButBackend(Row a, Row b) {
        return a.workload().equals(b.workload()) && a.method().equals(b.method()) && a.parameters().entrySet().stream()
                .allMatch(e -> e.getKey().equals("backend") || b.parameter(e.getKey()).equals(e.getValue()));
    }

    private static String against(Rounds rounds, Row row, Row.Kind kind) {
        Optional<Row> rival = rounds.best(row, kind);
        return rival.map(r -> text(Rounds.ratio(r, row), "%.2fx") + (kind == Row.Kind.PEER ? " " + r.method() : ""))
                .orElse("");
    }

    /** Why a row loses; silence about a loss would be a loss too. */
    private static String remark(Rounds rounds, Row row) {
        boolean loses = false;
        for (Row.Kind kind : Row.Kind.RIVALS) {
            loses |= rounds.best(row, kind).map(r -> Rounds.ratio(r, row).median() < 1).orElse(false);
        }
        return loses ? Remarks.of(row) : "";
    }

    private static String time(Row row) {
        return text(Spread.of(row.times()), "%,.1f") + " " + row.unit();
    }

    /** Microseconds from a thousand on as milliseconds, nanoseconds as microseconds. */
    private static String amount(double value, String unit) {
        if (value >= 1000 && !unit.startsWith("ms")) {
            return number(value / 1000, "%,.2f") + (unit.startsWith("us") ? " ms" : " us");
        }
        return number(value, "%,.0f") + " " + unit;
    }

    static String text(Spread spread, String format) {
        return number(spread.median(), format) + " (" + number(spread.least(), format) + " - "
                + number(spread.greatest(), format) + ")";
    }

    private static String number(double value, String format) {
        return String.format(Locale.ROOT, format, value);
    }
}
