package dev.sextant.benchmarks.report;

import dev.sextant.cli.plot.Figure;
import dev.sextant.cli.text.Spread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Cost against length, heads, head dim and threads; memory predicted against measured; cold start. */
@Command(name = "curves", mixinStandardHelpOptions = true,
        description = "Measure cost against length, heads, head dim and threads, memory and cold start; write curves.md,"
                + " pictures and their tables.")
final class CurvesCommand implements Callable<Integer> {

    /** A class of curves: the parameter along the horizontal axis, and what the vertical one counts in. */
    private record Axis(String workload, String parameter, String title, boolean perUnit) {}

    private static final List<Axis> AXES = List.of(
            new Axis("C1Length", "tokens", "Nanoseconds a token, by length", true),
            new Axis("C2Heads", "heads", "Nanoseconds a head, by query heads", true),
            new Axis("C3HeadDim", "headDim", "Nanoseconds an element of a head, by head dim", true),
            new Axis("C4Threads", "threads", "Nanoseconds a call, by threads", false));

    @Option(names = {"-r", "--rounds"}, paramLabel = "N", description = "Shuffled rounds (default: ${DEFAULT-VALUE}).",
            defaultValue = "3")
    private int rounds;

    @Option(names = {"-o", "--out"}, paramLabel = "FOLDER", description = "Where they go (default: ${DEFAULT-VALUE}).",
            defaultValue = "target/bench")
    private Path out;

    @Option(names = "--page", paramLabel = "FILE", description = "Also put the tables between the marks of this page.")
    private List<Path> pages = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
        Files.createDirectories(out);
        List<Row> rows = new ArrayList<>();
        for (Axis axis : AXES) {
            Row.of(axis.workload()).stream().filter(CurvesCommand::fits).forEach(rows::add);
        }
        Rounds measured = Rounds.measure(rows, rounds, Row.Effort.FULL);
        Map<String, String> facts = Facts.gather();
        StringBuilder text = new StringBuilder(Facts.caption(facts, measured)).append('\n');
        List<Path> files = new ArrayList<>();
        for (Axis axis : AXES) {
            Map<String, TreeMap<Integer, Spread>> lines = lines(axis, measured);
            text.append('\n').append(axis.title()).append(":\n\n").append(table(axis, lines));
            files.addAll(figure(axis, lines, facts, measured).write(out));
        }
        text.append('\n').append(Probes.tables());
        files.add(Files.writeString(out.resolve("curves.md"), text));
        System.out.println(text);
        for (Path page : pages) {
            ReportFiles.insert(page, Map.of("curves", text.toString()));
        }
        files.forEach(System.out::println);
        return measured.failed().isEmpty() ? 0 : 1;
    }

    /** A machine of two cores has nothing to say of four threads. */
    private static boolean fits(Row row) {
        return row.parameter("threads").isEmpty()
                || Integer.parseInt(row.parameter("threads")) <= Runtime.getRuntime().availableProcessors();
    }

    private static Map<String, TreeMap<Integer, Spread>> lines(Axis axis, Rounds measured) {
        Map<String, TreeMap<Integer, Spread>> lines = new LinkedHashMap<>();
        for (Row row : measured.rows()) {
            if (row.workload().equals(axis.workload())) {
                int x = Integer.parseInt(row.parameter(axis.parameter()));
                String name = row.parameter("verb") + row.parameter("structure");
                lines.computeIfAbsent(name, n -> new TreeMap<>())
                        .put(x, Spread.of(row.times()).times(axis.perUnit() ? 1.0 / x : 1));
            }
        }
        return lines;
    }

    private static String table(Axis axis, Map<String, TreeMap<Integer, Spread>> lines) {
        StringBuilder text = new StringBuilder("| " + axis.parameter());
        lines.keySet().forEach(name -> text.append(" | ").append(name));
        text.append(" |\n|---").append("|---".repeat(lines.size())).append("|\n");
        lines.values().stream().flatMap(l -> l.keySet().stream()).distinct().sorted().forEach(x -> {
            text.append("| ").append(String.format(Locale.ROOT, "%,d", x));
            lines.values()
                    .forEach(l -> text.append(" | ").append(l.containsKey(x) ? Table.text(l.get(x), "%,.1f") : ""));
            text.append(" |\n");
        });
        return text.toString();
    }

    private static Figure figure(Axis axis, Map<String, TreeMap<Integer, Spread>> lines, Map<String, String> facts,
            Rounds measured) {
        Figure figure = new Figure("curve-" + axis.parameter(), Facts.title(axis.title(), facts, measured),
                axis.parameter(),
                "nanoseconds").logarithmic(true, true);
        lines.forEach((name, line) -> figure.line(name, line.keySet().stream().mapToDouble(x -> x).toArray(),
                line.values().stream().mapToDouble(Spread::median).toArray()));
        return figure;
    }
}
