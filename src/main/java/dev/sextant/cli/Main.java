package dev.sextant.cli;

import dev.sextant.BackendUnavailableException;
import dev.sextant.config.ConfigException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParseResult;

/** Entry of the command line. */
@Command(name = "sextant", mixinStandardHelpOptions = true, versionProvider = Version.class,
        description = "Positional-encoding kernels for the JVM: look at them, check them, measure them.",
        synopsisSubcommandLabel = "COMMAND", exitCodeListHeading = "%nExit codes:%n", exitCodeList = {
                "0:everything ran and passed", "1:something computes other values than it should",
                "2:wrong usage, or a backend that was asked for is not there",
                "3:a file cannot be read, written or understood",
                "4:under --strict, something was skipped", "70:a fault of this program"},
        footer = {"",
                "Every command takes --json: one JSON object on standard output.",
                "System properties: -Dsextant.backend, -Dsextant.isa, -Dsextant.native, -Dsextant.library.path."})
public final class Main {

    /** The library's log lines repeat what the commands print; kept, because a logger without users is forgotten. */
    private static final Logger LIBRARY_LOG = Logger.getLogger("dev.sextant");

    Main() {}

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] args) {
        LIBRARY_LOG.setLevel(Level.WARNING);
        System.setProperty("java.awt.headless", "true"); // pictures go to files
        System.exit(run(Screen.ofProcess(), args));
    }

    /** Runs a command and returns its exit code. */
    static int run(Screen screen, String... args) {
        CommandLine line = new CommandLine(new Main())
                .addSubcommand(new DoctorCommand(screen))
                .addSubcommand(new CheckCommand(screen))
                .addSubcommand(new InspectCommand(screen))
                .addSubcommand(new PlotCommand(screen))
                .addSubcommand(new AuditCommand(screen))
                .addSubcommand(new ConformCommand(screen))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(screen.out())
                .setErr(screen.err())
                .setExecutionExceptionHandler((e, leaf, parsed) -> report(screen, e, parsed));
        if (args.length == 0) {
            line.usage(screen.err());
            return Exit.USAGE;
        }
        return line.execute(args);
    }

    private static int report(Screen screen, Exception e, ParseResult parsed) {
        ParseResult command = parsed;
        while (command.hasSubcommand()) {
            command = command.subcommand();
        }
        int exit = exit(e);
        String message = message(e);
        if (command.hasMatchedOption("--json")) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("command", command.commandSpec().name());
            object.put("error", message);
            object.put("exit", exit);
            screen.json(object);
        }
        screen.err().println("sextant: " + message);
        if (exit == Exit.INTERNAL) {
            e.printStackTrace(screen.err());
        }
        screen.err().flush();
        return exit;
    }

    private static int exit(Exception e) {
        return switch (e) {
            case ConfigException c -> Exit.UNREADABLE;
            case IOException io -> Exit.UNREADABLE;
            case BackendUnavailableException b -> Exit.USAGE;
            default -> Exit.INTERNAL;
        };
    }

    private static String message(Exception e) {
        return switch (e) {
            case NoSuchFileException n -> n.getMessage() + ": no such file";
            case AccessDeniedException a -> a.getMessage() + ": access denied";
            default -> e.getMessage() == null ? e.toString() : e.getMessage();
        };
    }
}
