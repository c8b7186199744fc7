package dev.sextant.benchmarks.report;

import dev.sextant.Backend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures workloads and writes the report, or checks a few of them against the stored ratios. */
@Command(name = "bench", mixinStandardHelpOptions = true,
        description = {"Measure workloads in shuffled rounds and write report.md, report.json, jmh.json, roofline.png,"
                + " peers.png and their tables.",
                "With --quick: three short rounds of our fastest rows and their ceilings, compared with stored ratios;"
                        + " and counted instructions, where valgrind is there."},
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {"0:measured; with --quick: nothing got slower",
                "1:a row failed; with --quick: something got slower",
                "2:wrong usage, or no stored ratios for this machine"})
final class BenchCommand implements Callable<Integer> {

    @Parameters(paramLabel = "WORKLOAD", description = "Which workloads; all when none is named.")
    private List<String> workloads = new ArrayList<>();

    @Option(names = {"-r", "--rounds"}, paramLabel = "N", description = "Shuffled rounds (default: 7; 3 with --quick).")
    private int rounds;

    @Option(names = "--rows", paramLabel = "REGEX",
            description = "Only rows whose name, 'WORKLOAD method parameters', contains a match.")
    private Pattern only = Pattern.compile("");

    @Option(names = "--list", description = "Name the rows and measure nothing.")
    private boolean list;

    @Option(names = "--all",
            description = "Every row; without it the fastest backend and the peers in float32 and bfloat16 on one thread,"
                    + " and no prompts beyond 1,024 tokens.")
    private boolean all;

    @Option(names = {"-o", "--out"}, paramLabel = "FOLDER",
            description = "Where the report goes (default: ${DEFAULT-VALUE}).",
            defaultValue = "target/bench")
    private Path out;

    @Option(names = "--page", paramLabel = "FILE", description = "Also put the tables between the marks of this page.")
    private List<Path> pages = new ArrayList<>();

    @Option(names = "--quick", description = "Compare with the stored ratios instead of making a report.")
    private boolean quick;

    @Option(names = "--baseline", paramLabel = "FILE", description = "The stored ratios (default: ${DEFAULT-VALUE}).",
            defaultValue = "benchmarks/baseline.json")
    private Path baseline;

    @Option(names = "--counter", paramLabel = "FILE",
            description = "With --quick: the program whose instructions are counted (default: ${DEFAULT-VALUE}).",
            defaultValue = "target/ladder/ladder/count")
    private Path counter;

    @Option(names = "--accept",
            description = "With --quick: store what was measured as the new ratios of this machine.")
    private boolean accept;

    @Override
    public Integer call() throws IOException {
        if (list) {
            selected().forEach(System.out::println);
            return 0;
        }
        if (quick) {
            return Guard.run(selected(), rounds > 0 ? rounds : 3, baseline, counter, accept);
        }
        Rounds measured = Rounds.measure(selected(), rounds > 0 ? rounds : 7, Row.Effort.FULL);
        Map<String, String> facts = Facts.gather();
        List<Path> files = ReportFiles.write(measured, facts, out);
        System.out.println(ReportFiles.markdown(measured, facts));
        for (Path page : pages) {
            String caption = Facts.caption(facts, measured) + "\n\n";
            ReportFiles.insert(page, Map.of("short table", caption + Table.summary(measured), "every row",
                    caption + Table.full(measured) + "\n" + Table.absent()));
        }
        files.forEach(System.out::println);
        return measured.failed().isEmpty() ? 0 : 1;
    }

    /** Curves are a command of their own. */
    private static List<String> allWorkloads() {
        return Row.workloads().stream().filter(name -> !name.matches("C\\d.*")).toList();
    }

    /** What most readers do not ask for. */
    private static boolean isAside(Row row) {
        return !row.isOn(Backend.best()) || row.parameter("dtype").equals("F16")
                || row.parameter("threads").equals("2") || row.workload().equals("W5Long");
    }

    private List<Row> selected() {
        List<Row> rows = new ArrayList<>();
        for (String workload : workloads.isEmpty() ? allWorkloads() : workloads) {
            rows.addAll(Row.of(workload));
        }
        rows.removeIf(row -> !only.matcher(row.toString()).find() || !all && isAside(row));
        if (rows.isEmpty()) {
            throw new IllegalArgumentException("rows: got '" + only + "', which no row of " + workloads + " matches");
        }
        return rows;
    }
}
