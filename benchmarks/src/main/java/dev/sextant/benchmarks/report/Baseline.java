package dev.sextant.benchmarks.report;

import dev.sextant.cli.text.Json;
import dev.sextant.cli.text.Spread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Stored ratios, which machines share better than times: rows over their ceilings by processor, and counted instructions by
 * compiler.
 *
 * @param ratios processor to row to ratio
 * @param instructions compiler to kernel to count
 */
record Baseline(Map<String, Map<String, Spread>> ratios, Map<String, Map<String, Long>> instructions) {

    /** Reads a file; an empty one when there is none. */
    static Baseline read(Path file) throws IOException {
        Baseline baseline = new Baseline(new LinkedHashMap<>(), new LinkedHashMap<>());
        if (!Files.exists(file)) {
            return baseline;
        }
        byte[] bytes = Files.readAllBytes(file);
        Map<?, ?> document = object(Json.read(bytes, 0, bytes.length), file);
        object(document.get("of_ceiling"), file).forEach((processor, rows) -> {
            Map<String, Spread> of = new LinkedHashMap<>();
            object(rows, file).forEach((row, s) -> of.put(String.valueOf(row), spread(object(s, file))));
            baseline.ratios.put(String.valueOf(processor), of);
        });
        object(document.get("instructions"), file).forEach((compiler, kernels) -> {
            Map<String, Long> of = new LinkedHashMap<>();
            object(kernels, file).forEach((kernel, n) -> of.put(String.valueOf(kernel), ((Number) n).longValue()));
            baseline.instructions.put(String.valueOf(compiler), of);
        });
        return baseline;
    }

    private static Map<?, ?> object(Object value, Path file) {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw new IllegalArgumentException(file + ": got " + value + ", wanted an object of stored ratios");
    }

    private static Spread spread(Map<?, ?> s) {
        return new Spread(number(s.get("median")), number(s.get("least")), number(s.get("greatest")));
    }

    private static double number(Object value) {
        return ((Number) value).doubleValue();
    }

    void write(Path file) throws IOException {
        Map<String, Object> all = new LinkedHashMap<>();
        ratios.forEach((processor, rows) -> {
            Map<String, Object> of = new LinkedHashMap<>();
            rows.forEach((row, s) -> {
                Map<String, Object> three = new LinkedHashMap<>();
                three.put("median", rounded(s.median()));
                three.put("least", rounded(s.least()));
                three.put("greatest", rounded(s.greatest()));
                of.put(row, three);
            });
            all.put(processor, of);
        });
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("of_ceiling", all);
        document.put("instructions", instructions);
        Files.writeString(file, Json.write(document, true) + "\n");
    }

    private static double rounded(double ratio) {
        return Math.round(ratio * 1000) / 1000.0;
    }
}
