package dev.sextant.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;

/**
 * Runs workloads in shuffled rounds and prints ratios.
 *
 * <pre>
 * java -jar sextant-benchmarks.jar W1Rotation              7 rounds of every row, then the table
 * java -jar sextant-benchmarks.jar -r 3 W2Decode W9Boundary
 * java -jar sextant-benchmarks.jar -o table.md W3Rows      the table also to a file
 * java -jar sextant-benchmarks.jar smoke                   every row once, for a moment: does it run?
 * java -jar sextant-benchmarks.jar jmh ...                 JMH itself, with its own options
 * </pre>
 */
public final class Main {

    private Main() {}

    /** See the class comment. */
    public static void main(String[] args) throws RunnerException, IOException, CommandLineOptionException {
        if (args.length > 0 && args[0].equals("jmh")) {
            org.openjdk.jmh.Main.main(Arrays.copyOfRange(args, 1, args.length));
            return;
        }
        if (args.length > 0 && args[0].equals("smoke")) {
            smoke();
            return;
        }
        int rounds = 7;
        Path out = null;
        List<String> workloads = new ArrayList<>();
        for (int i = 0; i < args.length; i++) {
            if ((args[i].equals("-r") || args[i].equals("-o")) && i + 1 == args.length || args[i].startsWith("-h")) {
                usage();
                return;
            }
            switch (args[i]) {
                case "-r" -> rounds = Integer.parseInt(args[++i]);
                case "-o" -> out = Path.of(args[++i]);
                default -> workloads.add(args[i]);
            }
        }
        if (workloads.isEmpty()) {
            usage();
            return;
        }
        String report = report(workloads, rounds);
        System.out.println(report);
        if (out != null) {
            Files.writeString(out, report, StandardCharsets.UTF_8);
        }
    }

    private static void smoke() throws RunnerException {
        int rows = 0;
        for (String workload : Row.workloads()) {
            for (Row row : Row.of(workload)) {
                row.smoke();
                rows++;
            }
        }
        System.out.println(rows + " benchmark rows ran");
    }

    private static void usage() {
        System.out.println("usage: [-r ROUNDS] [-o FILE] WORKLOAD...   or   smoke   or   jmh JMH-OPTIONS...");
        System.out.println("workloads: " + String.join(" ", Row.workloads()));
    }

    private static String report(List<String> workloads, int rounds) throws RunnerException {
        List<Row> rows = new ArrayList<>();
        for (String workload : workloads) {
            rows.addAll(Row.of(workload));
        }
        List<Row> order = new ArrayList<>(rows);
        Random random = new Random();
        long begin = System.nanoTime();
        for (int round = 0; round < rounds; round++) {
            Collections.shuffle(order, random);
            for (int i = 0; i < order.size(); i++) {
                progress(round, rounds, i, order.size(), begin);
                order.get(i).measure();
            }
        }
        System.err.print("\r\033[K");
        return Report.of(rows, rounds);
    }

    private static void progress(int round, int rounds, int done, int of, long begin) {
        int all = round * of + done;
        long seconds = (System.nanoTime() - begin) / 1_000_000_000;
        String left = all == 0 ? "" : ", about " + seconds * (rounds * of - all) / all + " s left";
        System.err.printf("\r\033[Kround %d of %d, row %d of %d%s", round + 1, rounds, done + 1, of, left);
    }
}
