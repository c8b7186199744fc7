package dev.sextant.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sextant.cli.text.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** Runs a command in this process. */
abstract class CommandLineTest {

    /** What a command left behind. */
    record Outcome(int exit, String out, String err) {

        Outcome expect(int code) {
            assertEquals(code, exit, this::toString);
            return this;
        }

        /** Standard output as the one JSON object that it must be. */
        Map<?, ?> json() throws IOException {
            byte[] bytes = out.getBytes(StandardCharsets.UTF_8);
            return (Map<?, ?>) Json.read(bytes, 0, bytes.length);
        }
    }

    static Outcome sextant(Object... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] words = new String[args.length];
        for (int i = 0; i < args.length; i++) {
            words[i] = args[i].toString();
        }
        int exit = Main.run(new Screen(new PrintWriter(out), new PrintWriter(err), null), words);
        return new Outcome(exit, out.toString(), err.toString());
    }

    /** The reference data among the test resources. */
    static Path reference() throws URISyntaxException {
        return Path.of(CommandLineTest.class.getResource("/reference/rope-models.json").toURI()).getParent();
    }
}
