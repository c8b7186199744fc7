package dev.sextant.benchmarks;

import dev.sextant.Backend;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** One benchmark method with one choice of its parameters: one short fork a round. */
final class Row {

    /** Methods that need no native library. */
    private static final Set<String> PLAIN_JAVA = Set.of("naive", "vectorApi");

    private static final String PACKAGE = "dev.sextant.benchmarks.";

    final String workload;
    final String method;
    final Map<String, String> parameters;
    /** Time of one operation in each round. */
    final List<Double> times = new ArrayList<>();
    String unit = "";

    private Row(String workload, String method, Map<String, String> parameters) {
        this.workload = workload;
        this.method = method;
        this.parameters = parameters;
    }

    /** Class names of all workloads. */
    static Collection<String> workloads() {
        TreeSet<String> names = new TreeSet<>();
        for (BenchmarkListEntry entry : entries("")) {
            names.add(simple(entry)[0]);
        }
        return names;
    }

    /** The rows of one workload: every method with every combination of its parameters, on the backends of this machine. */
    static List<Row> of(String workload) {
        List<String> usable = Backend.available().stream().map(Backend::name).toList();
        boolean nativeCode = usable.size() > 1;
        List<Row> rows = new ArrayList<>();
        for (BenchmarkListEntry entry : entries(workload + "\\.")) {
            List<Map<String, String>> choices = new ArrayList<>();
            choices.add(new LinkedHashMap<>());
            for (Map.Entry<String, String[]> parameter : entry.getParams().orElse(Map.of()).entrySet()) {
                List<Map<String, String>> longer = new ArrayList<>();
                for (Map<String, String> choice : choices) {
                    for (String value : parameter.getValue()) {
                        Map<String, String> more = new LinkedHashMap<>(choice);
                        more.put(parameter.getKey(), value);
                        longer.add(more);
                    }
                }
                choices = longer;
            }
            for (Map<String, String> choice : choices) {
                if (usable.contains(choice.getOrDefault("backend", "java"))
                        && (nativeCode || PLAIN_JAVA.contains(simple(entry)[1]))) {
                    rows.add(new Row(workload, simple(entry)[1], choice));
                }
            }
        }
        if (entries(workload + "\\.").isEmpty()) {
            throw new IllegalArgumentException("workload: got '" + workload + "', wanted one of " + workloads());
        }
        return rows;
    }

    private static Collection<BenchmarkListEntry> entries(String regex) {
        return BenchmarkList.defaultList().find(
                OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT),
                List.of(regex.isEmpty() ? ".*" : PACKAGE.replace(".", "\\.") + regex), List.of());
    }

    private static String[] simple(BenchmarkListEntry entry) {
        return entry.getUsername().substring(PACKAGE.length()).split("\\.");
    }

    /** Runs the row once, far too short to mean anything but that it runs, in this JVM. */
    void smoke() throws RunnerException {
        new Runner(options().forks(0).warmupIterations(0).measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(10)).build()).runSingle();
    }

    /** Runs the row once in a fork of its own and notes its time. */
    void measure() throws RunnerException {
        RunResult result = new Runner(options().build()).runSingle();
        times.add(result.getPrimaryResult().getScore());
        unit = result.getPrimaryResult().getScoreUnit().replace("/op", "");
    }

    private ChainedOptionsBuilder options() {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("^" + (PACKAGE + workload + "." + method).replace(".", "\\.") + "$")
                .verbosity(VerboseMode.SILENT).shouldFailOnError(true);
        parameters.forEach((name, value) -> options.param(name, value));
        return options;
    }

    /** Whether {@code other} is the row of method {@code rival} that this row is compared with: same workload, type and tokens. */
    boolean isComparableWith(Row other, String rival) {
        return other.workload.equals(workload) && other.method.equals(rival) && !method.equals(rival)
                && Objects.equals(other.parameters.get("dtype"), parameters.get("dtype"))
                && Objects.equals(other.parameters.get("tokens"), parameters.get("tokens"));
    }

    @Override
    public String toString() {
        return method + (parameters.isEmpty() ? "" : " " + String.join(" ", parameters.values()));
    }
}
