package dev.sextant.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A Markdown table of rows: median time, its spread over rounds, and ratios formed inside a round (ceiling over row, rival over
 * row), median with least and greatest.
 */
final class Report {

    private Report() {}

    static String of(List<Row> rows, int rounds) {
        StringBuilder text = new StringBuilder();
        text.append("JDK ").append(System.getProperty("java.version")).append(", ").append(processor()).append(", ")
                .append(rounds).append(" shuffled rounds, one fork a row and round; median (least - greatest)\n\n")
                .append("| workload | row | time | of the ceiling | against naive | against Vector API |\n")
                .append("|---|---|---|---|---|---|\n");
        for (Row row : rows) {
            text.append("| ").append(row.workload).append(" | ").append(row).append(" | ")
                    .append(spread(row.times.stream().mapToDouble(t -> t).toArray(), "%,.1f")).append(' ')
                    .append(row.unit)
                    .append(" | ").append(ratio(rows, row, "ceiling", "%.2f"))
                    .append(" | ").append(ratio(rows, row, "naive", "%.1fx"))
                    .append(" | ").append(ratio(rows, row, "vectorApi", "%.2fx")).append(" |\n");
        }
        return text.toString();
    }

    private static String ratio(List<Row> rows, Row row, String rival, String format) {
        for (Row other : rows) {
            if (row.isComparableWith(other, rival)) {
                double[] ratios = new double[row.times.size()];
                for (int i = 0; i < ratios.length; i++) {
                    ratios[i] = other.times.get(i) / row.times.get(i);
                }
                return spread(ratios, format);
            }
        }
        return "";
    }

    private static String spread(double[] values, String format) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        double median = n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
        return String.format(Locale.ROOT, format + " (" + format + " - " + format + ")", median, sorted[0],
                sorted[n - 1]);
    }

    private static String processor() {
        try {
            return java.nio.file.Files.readAllLines(java.nio.file.Path.of("/proc/cpuinfo")).stream()
                    .filter(l -> l.startsWith("model name")).map(l -> l.substring(l.indexOf(':') + 2)).findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (java.io.IOException e) {
            return System.getProperty("os.arch");
        }
    }
}
