package dev.sextant.benchmarks.report;

import dev.sextant.cli.text.Spread;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What processes of their own tell: memory and cold start. */
final class Probes {

    private static final int STARTS = 9;
    private static final double MIB = 1 << 20;

    private Probes() {}

    /** Both as Markdown. */
    static String tables() throws IOException {
        return memory() + "\n" + start();
    }

    private static String memory() throws IOException {
        StringBuilder text = new StringBuilder(
                "Memory, what the library says beforehand and what the process grew by:\n\n"
                        + "| what | positions or keys | predicted | measured |\n|---|---|---|---|\n");
        for (String what : List.of("table", "attention")) {
            for (int n : new int[]{1024, 8192, 131072}) {
                String[] bytes = run(what, String.valueOf(n)).strip().split(" ");
                text.append(String.format(Locale.ROOT, "| %s | %,d | %.2f MiB | %.2f MiB |%n",
                        what.equals("table") ? "table of a rotary plan, 64 pairs" : "workspace of attention, 8 heads",
                        n,
                        Long.parseLong(bytes[0]) / MIB, Long.parseLong(bytes[1]) / MIB));
            }
        }
        return text.toString();
    }

    private static String start() throws IOException {
        StringBuilder text = new StringBuilder(
                "Cold start, a process that rotates once and ends, " + STARTS + " times:\n\n| | ms |\n|---|---|\n");
        for (String what : List.of("nothing", "java", "cpu")) {
            double[] times = new double[STARTS];
            for (int i = 0; i < STARTS; i++) {
                long begin = System.nanoTime();
                run("start", what);
                times[i] = (System.nanoTime() - begin) / 1e6;
            }
            text.append("| ")
                    .append(what.equals("nothing") ? "a JVM that does nothing" : "first rotation, backend " + what)
                    .append(" | ").append(Table.text(Spread.of(times), "%.0f")).append(" |\n");
        }
        return text.toString();
    }

    private static String run(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                        "dev.sextant.benchmarks.Probe"));
        command.addAll(List.of(arguments));
        return Command.run(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT));
    }
}
