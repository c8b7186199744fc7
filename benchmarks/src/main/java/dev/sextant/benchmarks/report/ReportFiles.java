package dev.sextant.benchmarks.report;

import dev.sextant.cli.text.Json;
import dev.sextant.cli.text.Spread;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;

/** What a run leaves: numbers for programs, a table for readers, pictures. */
final class ReportFiles {

    private ReportFiles() {}

    /** Writes everything into a folder; returns the files. */
    static List<Path> write(Rounds rounds, Map<String, String> facts, Path folder) throws IOException {
        Files.createDirectories(folder);
        List<Path> files = new ArrayList<>();
        files.add(Files.writeString(folder.resolve("report.md"), markdown(rounds, facts)));
        files.add(Files.writeString(folder.resolve("report.json"), Json.write(json(rounds, facts), true)));
        files.add(jmh(rounds, folder.resolve("jmh.json")));
        files.addAll(Roofline.of(rounds, facts).write(folder));
        files.addAll(PeersChart.write(rounds, facts, folder));
        return files;
    }

    /** Caption, short table, every row, what could not be measured. */
    static String markdown(Rounds rounds, Map<String, String> facts) {
        StringBuilder text = new StringBuilder(Facts.caption(facts, rounds)).append("\n\n")
                .append(Table.summary(rounds))
                .append("\nEvery row:\n\n").append(Table.full(rounds));
        if (!rounds.failed().isEmpty()) {
            text.append("\nNot measured: ").append(rounds.failed().entrySet().stream()
                    .map(e -> e.getKey() + " (" + e.getValue() + ")").collect(Collectors.joining("; "))).append(".\n");
        }
        return text.append('\n').append(Table.absent()).toString();
    }

    private static Map<String, Object> json(Rounds rounds, Map<String, String> facts) {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("facts", facts);
        report.put("rounds", rounds.count());
        List<Object> rows = new ArrayList<>();
        for (Row row : rounds.rows()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("workload", row.workload());
            one.put("row", row.name());
            one.put("kind", row.kind().name().toLowerCase(Locale.ROOT));
            one.put("parameters", row.parameters());
            one.put("unit", row.unit());
            one.put("times", Arrays.stream(row.times()).boxed().toList());
            one.put("time", spread(Spread.of(row.times())));
            rounds.ceiling(row).ifPresent(c -> one.put("of_ceiling", spread(Rounds.ratio(c, row))));
            if (row.kind() == Row.Kind.OURS) {
                for (Row.Kind kind : Row.Kind.RIVALS) {
                    rounds.best(row, kind).ifPresent(rival -> {
                        Map<String, Object> ratio = spread(Rounds.ratio(rival, row));
                        ratio.put("rival", rival.name());
                        one.put("against_" + kind.name().toLowerCase(Locale.ROOT), ratio);
                    });
                }
            }
            rows.add(one);
        }
        report.put("rows", rows);
        report.put("failed", rounds.failed());
        return report;
    }

    private static Map<String, Object> spread(Spread spread) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("median", spread.median());
        map.put("least", spread.least());
        map.put("greatest", spread.greatest());
        return map;
    }

    /** JMH's own results, one a row and round. */
    private static Path jmh(Rounds rounds, Path file) throws IOException {
        List<RunResult> results = rounds.rows().stream().flatMap(r -> r.results().stream()).toList();
        try (PrintStream out = new PrintStream(Files.newOutputStream(file), false, StandardCharsets.UTF_8)) {
            ResultFormatFactory.getInstance(ResultFormatType.JSON, out).writeOut(results);
        }
        return file;
    }

    /** Puts each text between the marks of its name, of which a page has one at least. */
    static void insert(Path page, Map<String, String> texts) throws IOException {
        String old = Files.readString(page);
        String text = old;
        boolean marked = false;
        for (Map.Entry<String, String> e : texts.entrySet()) {
            String begin = "<!-- " + e.getKey() + " -->";
            int from = text.indexOf(begin);
            int to = text.indexOf("<!-- end of " + e.getKey() + " -->");
            if (from >= 0 && to > from) {
                marked = true;
                text = text.substring(0, from) + begin + "\n\n" + e.getValue() + "\n" + text.substring(to);
            }
        }
        if (!marked) {
            throw new IOException(
                    page + ": wanted a line '<!-- NAME -->' and a line '<!-- end of NAME -->', NAME one of "
                            + texts.keySet());
        }
        Files.writeString(page, text);
    }
}
