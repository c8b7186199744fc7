package dev.sextant.benchmarks.report;

import dev.sextant.Backend;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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

/**
 * One benchmark method with one choice of its parameters. Names say what it is: methods {@code ceiling...} are what the hardware
 * can do, {@code naive} and {@code vectorApi} are plain-Java loops, classes {@code ...Peers} hold other people's libraries under
 * the workload that they are compared in, and everything else is this library.
 */
final class Row {

    /** Whose time it is. */
    enum Kind {
        /** The hardware's. */
        CEILING,
        /** The loop that single-file engines carry. */
        NAIVE,
        /** A good Vector API loop. */
        VECTOR_API,
        /** Another library's. */
        PEER,
        /** Ours. */
        OURS;

        /** Whom we are compared with, in the order of the tables. */
        static final List<Kind> RIVALS = List.of(NAIVE, VECTOR_API, PEER);
    }

    /** How long a row is measured; zeros leave what its class says. */
    record Effort(int warmUps, int iterations, int millis) {
        static final Effort FULL = new Effort(0, 0, 0);
        static final Effort QUICK = new Effort(6, 2, 100);
    }

    private static final String PACKAGE = "dev.sextant.benchmarks.";
    private static final String PEERS = "Peers";

    private final String type;
    private final Map<String, String> parameters;
    private final String method;
    /** One result a round, and what is read off it. */
    private final List<RunResult> results = new ArrayList<>();
    private final List<Double> times = new ArrayList<>();
    private String unit = "";

    Row(String type, String method, Map<String, String> parameters) {
        this.type = type;
        this.method = method;
        this.parameters = Map.copyOf(parameters);
    }

    /** Names of all workloads, in order. */
    static Collection<String> workloads() {
        TreeSet<String> names = new TreeSet<>();
        entries().forEach(entry -> names.add(workload(simple(entry)[0])));
        return names;
    }

    /** The rows of a workload that this machine can run: every method with every combination of its parameters. */
    static List<Row> of(String workload) {
        if (!workloads().contains(workload)) {
            throw new IllegalArgumentException("workload: got '" + workload + "', wanted one of " + workloads());
        }
        Set<String> usable = new HashSet<>(Backend.available().stream().map(Backend::name).toList());
        boolean nativeCode = usable.size() > 1;
        List<Row> rows = new ArrayList<>();
        for (BenchmarkListEntry entry : entries()) {
            String[] name = simple(entry);
            if (workload(name[0]).equals(workload)) {
                for (Map<String, String> choice : choices(entry.getParams().orElse(Map.of()))) {
                    Row row = new Row(name[0], name[1], choice);
                    if (usable.contains(choice.getOrDefault("backend", "java"))
                            && (nativeCode || row.kind() == Kind.NAIVE || row.kind() == Kind.VECTOR_API)) {
                        rows.add(row);
                    }
                }
            }
        }
        return rows;
    }

    private static List<Map<String, String>> choices(Map<String, String[]> parameters) {
        List<Map<String, String>> choices = List.of(Map.of());
        for (Map.Entry<String, String[]> parameter : parameters.entrySet()) {
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
        return choices;
    }

    private static Collection<BenchmarkListEntry> entries() {
        return BenchmarkList.defaultList().find(
                OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT), List.of(".*"), List.of());
    }

    private static String[] simple(BenchmarkListEntry entry) {
        return entry.getUsername().substring(PACKAGE.length()).split("\\.");
    }

    private static String workload(String type) {
        return type.endsWith(PEERS) ? type.substring(0, type.length() - PEERS.length()) : type;
    }

    String workload() {
        return workload(type);
    }

    String method() {
        return method;
    }

    /** Value of a parameter, empty when the row has none of that name. */
    String parameter(String name) {
        return parameters.getOrDefault(name, "");
    }

    Map<String, String> parameters() {
        return parameters;
    }

    /** Whether the row runs on this backend, as all those do that name none. */
    boolean isOn(Backend backend) {
        return parameters.getOrDefault("backend", backend.name()).equals(backend.name());
    }

    Kind kind() {
        if (method.startsWith("ceiling") || type.equals("Machine")) {
            return Kind.CEILING;
        }
        return switch (method) {
            case "naive" -> Kind.NAIVE;
            case "vectorApi" -> Kind.VECTOR_API;
            default -> type.endsWith(PEERS) ? Kind.PEER : Kind.OURS;
        };
    }

    /**
     * Whether both did the same work, as far as names tell: all parameters that both have, but the backend, are equal. A row that does
     * not name its threads has one.
     */
    boolean isComparableWith(Row other) {
        return other != this && other.workload().equals(workload())
                && parameters.getOrDefault("threads", "1").equals(other.parameters.getOrDefault("threads", "1"))
                && parameters.entrySet().stream()
                        .allMatch(e -> e.getKey().equals("backend")
                                || other.parameters.getOrDefault(e.getKey(), e.getValue()).equals(e.getValue()));
    }

    /** Runs the row once, far too short to mean anything but that it runs, in this JVM. */
    void smoke() throws RunnerException {
        new Runner(options().forks(0).warmupIterations(0).measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(10)).build()).runSingle();
    }

    /** Runs the row once in a fork of its own and keeps the result. */
    void measure(Effort effort) throws RunnerException {
        ChainedOptionsBuilder options = options();
        if (effort.iterations() > 0) {
            options.warmupIterations(effort.warmUps()).measurementIterations(effort.iterations())
                    .warmupTime(TimeValue.milliseconds(effort.millis()))
                    .measurementTime(TimeValue.milliseconds(effort.millis()));
        }
        RunResult result = new Runner(options.build()).runSingle();
        results.add(result);
        add(result.getPrimaryResult().getScore(), result.getPrimaryResult().getScoreUnit().replace("/op", ""));
    }

    /** Keeps the time of one operation in one round. */
    void add(double time, String ofUnit) {
        times.add(time);
        unit = ofUnit;
    }

    /** Forgets what was measured. */
    void clear() {
        results.clear();
        times.clear();
    }

    private ChainedOptionsBuilder options() {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("^" + (PACKAGE + type + "." + method).replace(".", "\\.") + "$")
                .jvmArgsPrepend("--sun-misc-unsafe-memory-access=allow") // JMH's own use of it, told once a fork else
                .verbosity(VerboseMode.SILENT).shouldFailOnError(true);
        parameters.forEach((name, value) -> options.param(name, value));
        return options;
    }

    List<RunResult> results() {
        return results;
    }

    /** Time of one operation in each round, in {@link #unit()}. */
    double[] times() {
        return times.stream().mapToDouble(t -> t).toArray();
    }

    String unit() {
        return unit;
    }

    /** What tells this row from the others of its workload. */
    String name() {
        return parameters.isEmpty() ? method : method + " " + String.join(" ", ordered().values());
    }

    /** Backend and element type first, as people ask for them. */
    private Map<String, String> ordered() {
        Map<String, String> ordered = new LinkedHashMap<>();
        for (String first : List.of("backend", "dtype")) {
            if (parameters.containsKey(first)) {
                ordered.put(first, parameter(first));
            }
        }
        new TreeMap<>(parameters).forEach(ordered::putIfAbsent);
        return ordered;
    }

    @Override
    public String toString() {
        return workload() + " " + name();
    }
}
