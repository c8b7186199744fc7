package dev.sextant.cli;

import dev.sextant.cli.text.Json;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a command writes.
 *
 * @param out results
 * @param err complaints
 * @param progress where progress is told; null for nowhere
 */
record Screen(PrintWriter out, PrintWriter err, @Nullable PrintStream progress) {

    /** A screen of this process; progress goes to standard error. */
    static Screen ofProcess() {
        return new Screen(new PrintWriter(System.out, true, System.out.charset()),
                new PrintWriter(System.err, true, System.err.charset()), System.err);
    }

    /** Prints one JSON object. */
    void json(Map<String, ?> object) {
        out.println(Json.write(object, true));
        out.flush();
    }

    /** Where a command that was asked for JSON or not tells its progress. */
    @Nullable
    PrintStream progress(boolean json) {
        return json ? null : progress;
    }
}
