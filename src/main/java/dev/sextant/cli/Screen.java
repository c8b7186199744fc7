package dev.sextant.cli;

import dev.sextant.cli.text.Json;
import java.io.Console;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a command writes.
 *
 * @param out results
 * @param err complaints
 * @param terminal where progress may be drawn; null when nobody watches
 */
record Screen(PrintWriter out, PrintWriter err, @Nullable PrintStream terminal) {

    /** A screen of this process; progress only on a real terminal. */
    @SuppressWarnings("SystemConsoleNull") // from JDK 25 on it is null again when nobody watches
    static Screen ofProcess() {
        Console console = System.console();
        boolean watched = console != null && console.isTerminal();
        return new Screen(new PrintWriter(System.out, true, System.out.charset()),
                new PrintWriter(System.err, true, System.err.charset()), watched ? System.err : null);
    }

    /** Prints one JSON object. */
    void json(Map<String, ?> object) {
        out.println(Json.write(object, true));
        out.flush();
    }

    /** Where a command that was asked for JSON or not may draw progress. */
    @Nullable
    PrintStream progress(boolean json) {
        return json ? null : terminal;
    }
}
