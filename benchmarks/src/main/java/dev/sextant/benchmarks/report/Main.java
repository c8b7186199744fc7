package dev.sextant.benchmarks.report;

import java.util.Arrays;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry of the benchmarks' jar. */
@Command(name = "sextant-benchmarks", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "COMMAND",
        description = "Measures Sextant beside ceilings, plain loops and other libraries, in shuffled rounds.",
        subcommands = {BenchCommand.class, CurvesCommand.class},
        footer = {"", "JMH itself, with its own options: sextant-benchmarks.jar jmh ..."})
public final class Main {

    private Main() {}

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.setProperty("java.awt.headless", "true"); // pictures go to files
        System.exit(run(args));
    }

    private static int run(String[] args) {
        if (args.length > 0 && args[0].equals("jmh")) {
            try {
                org.openjdk.jmh.Main.main(Arrays.copyOfRange(args, 1, args.length));
                return 0;
            } catch (Exception e) {
                System.err.println(e.getMessage());
                return 1;
            }
        }
        CommandLine line = new CommandLine(new Main()).setExecutionExceptionHandler((e, command, parsed) -> {
            System.err.println(e instanceof RunnerException || e.getMessage() != null ? e.getMessage() : e.toString());
            return e instanceof IllegalArgumentException ? 2 : 1;
        });
        if (args.length == 0) {
            line.usage(System.err);
            return 2;
        }
        return line.execute(args);
    }

    /** Every row once, far too short to mean anything but that it runs. */
    @Command(name = "smoke", description = "Run every row once, for a moment: does it run?")
    int smoke() throws RunnerException {
        int rows = 0;
        for (String workload : Row.workloads()) {
            for (Row row : Row.of(workload)) {
                row.smoke();
                rows++;
            }
        }
        System.out.println(rows + " benchmark rows ran");
        return 0;
    }
}
