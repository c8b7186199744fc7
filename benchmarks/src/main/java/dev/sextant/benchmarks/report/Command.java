package dev.sextant.benchmarks.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Other programs. */
final class Command {

    private Command() {}

    /** Runs one to its end; returns what it printed. The exception says how it ended if not well, or that it did not start. */
    static String run(ProcessBuilder program) throws IOException {
        Process process = program.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", program.command()) + ": ended with " + process.exitValue()
                        + " after printing: " + out.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return out;
    }
}
