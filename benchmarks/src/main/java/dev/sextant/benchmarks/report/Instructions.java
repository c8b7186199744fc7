package dev.sextant.benchmarks.report;

import dev.sextant.cli.text.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Instructions of the native kernels, counted by an emulator: the same number in every run of one binary, so a change is a
 * change of the code or of the compiler. The program is {@code native/ladder/count.c}.
 *
 * @param compiler the compiler that made the program
 * @param counts instructions by kernel
 * @param missing why nothing was counted, empty when it was
 */
record Instructions(String compiler, Map<String, Long> counts, String missing) {

    private static final Pattern COLLECTED = Pattern.compile("Collected : (\\d+)");

    static Instructions count(Path program) throws IOException {
        if (!Files.isExecutable(program)) {
            return none("no " + program
                    + ": cmake -S native -B target/ladder -DSEXTANT_LADDER=ON -DCMAKE_BUILD_TYPE=Release"
                    + " && cmake --build target/ladder --target count");
        }
        List<String> lines = run(program.toString());
        Map<String, Long> counts = new LinkedHashMap<>();
        try (Progress progress = Progress.of("instructions", lines.size() - 1, System.err)) {
            for (String kernel : lines.subList(1, lines.size())) {
                List<String> out;
                try {
                    out = run("valgrind", "--tool=callgrind", "--toggle-collect=counted",
                            "--callgrind-out-file=/dev/null", program.toString(), kernel);
                } catch (IOException e) {
                    return none("is valgrind there (apt-get install valgrind)? (" + e.getMessage() + ")");
                }
                Matcher collected = COLLECTED.matcher(String.join("\n", out));
                if (!collected.find()) {
                    throw new IOException(kernel + ": no count in what valgrind printed: " + out);
                }
                counts.put(kernel, Long.valueOf(collected.group(1)));
                progress.step();
            }
        }
        return new Instructions(lines.getFirst(), counts, "");
    }

    private static Instructions none(String reason) {
        return new Instructions("", Map.of(), reason);
    }

    private static List<String> run(String... command) throws IOException {
        return Command.run(new ProcessBuilder(command).redirectErrorStream(true)).lines().toList();
    }
}
