package dev.sextant.cli;

import dev.sextant.cli.check.Result;
import dev.sextant.cli.check.Rounds;
import dev.sextant.cli.check.Workload;
import dev.sextant.cli.text.Spread;
import dev.sextant.cli.text.TextTable;
import dev.sextant.config.ModelConfig;
import dev.sextant.encoding.Rope;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A report of {@code check} as text and as JSON. */
final class CheckPage {

    private final String source;
    private final ModelConfig model;
    private final List<Result> results;
    private final List<Path> files;
    private final String noPicture;

    CheckPage(String source, ModelConfig model, List<Result> results, List<Path> files, String noPicture) {
        this.source = source;
        this.model = model;
        this.results = results;
        this.files = files;
        this.noPicture = noPicture;
    }

    String text() {
        Rope rope = model.rope();
        StringBuilder text = new StringBuilder();
        line(text, "model    " + model.modelType() + " (" + source + "): " + model.queryHeads() + " query heads, "
                + model.kvHeads() + " key heads of " + model.headDim());
        line(text, "rotary   " + rope.frequencies() + ", " + rope.layout() + ", rotary dim " + rope.rotaryDim() + ", "
                + rope.angles() + ", generated rows");
        line(text, "bits     " + bits());
        text.append(Machine.missingLine());
        text.append(System.lineSeparator()).append(table());
        text.append(System.lineSeparator());
        text.append(
                """
                        time, GB/s: median and range of %d shuffled rounds, one thread, the whole call from Java; bytes both ways
                        of ceiling: speed against a native loop x = x * 1.0000001 over as many bytes in place, in the same rounds
                        vs naive:   speed against the float[] loop with a table that engines carry today, float32 throughout
                        prefill goes through at least 128 MiB of buffers in turn; decode stays in the cache
                        """
                        .formatted(Rounds.ROUNDS));
        if (!hasCeiling()) {
            line(text, "the ceiling is a loop of the native library, so it was not measured");
        }
        text.append(System.lineSeparator());
        files.forEach(f -> line(text, "wrote    " + f));
        if (!noPicture.isEmpty()) {
            line(text, "picture  not drawn: " + noPicture);
        }
        return text.toString();
    }

    private String bits() {
        List<String> different = results.stream().filter(r -> !r.sameBits())
                .map(r -> r.backend() + " " + r.workload().name() + " " + type(r.workload())).toList();
        if (!different.isEmpty()) {
            return "DIFFERENT from java: " + String.join(", ", different);
        }
        List<String> backends = results.stream().map(Result::backend).distinct().toList();
        return backends.size() == 1
                ? "only the java backend is here, so nothing to compare with"
                : "equal on " + String.join(", ", backends) + " in every element of prefill and decode, f32, f16, bf16";
    }

    private boolean hasCeiling() {
        return results.stream().anyMatch(r -> r.ofCeiling() != null);
    }

    private TextTable table() {
        TextTable table = new TextTable(3, "workload", "type", "backend", "bits", "time", "range", "GB/s", "of ceiling",
                "range",
                "vs naive");
        for (Result r : results) {
            double unit = r.workload().isCached() ? 1e6 : 1e3;
            Spread t = r.seconds().times(unit);
            Spread c = r.ofCeiling();
            table.row(r.workload().name() + (r.workload().isCached() ? " (cached)" : ""), type(r.workload()),
                    r.backend(),
                    r.sameBits() ? "equal" : "DIFFER", number(t.median()) + (unit == 1e6 ? " us" : " ms"),
                    number(t.least()) + "-" + number(t.greatest()), String.format(Locale.ROOT, "%.1f", r.gigabytes()),
                    c == null ? "-" : percent(c.median()),
                    c == null ? "-" : percent(c.least()) + "-" + percent(c.greatest()),
                    String.format(Locale.ROOT, "%.2fx", r.overNaive().median()));
        }
        return table;
    }

    private static String type(Workload w) {
        return w.dtype().name().toLowerCase(Locale.ROOT);
    }

    private static String number(double x) {
        return String.format(Locale.ROOT, x < 1 ? "%.3f" : x < 100 ? "%.2f" : "%.0f", x);
    }

    private static String percent(double x) {
        return String.format(Locale.ROOT, "%.0f%%", 100 * x);
    }

    private static void line(StringBuilder text, String line) {
        text.append(line).append(System.lineSeparator());
    }

    Map<String, Object> object() {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("command", "check");
        object.put("source", source);
        Map<String, Object> m = new LinkedHashMap<>();
        m.put("modelType", model.modelType());
        m.put("queryHeads", model.queryHeads());
        m.put("kvHeads", model.kvHeads());
        m.put("headDim", model.headDim());
        m.put("rotaryDim", model.rope().rotaryDim());
        m.put("layout", model.rope().layout().name());
        m.put("frequencies", model.rope().frequencies().toString());
        m.put("angles", model.rope().angles().name());
        object.put("model", m);
        object.put("bitsEqual", results.stream().allMatch(Result::sameBits));
        object.put("notHere", Machine.missing());
        object.put("rounds", Rounds.ROUNDS);
        object.put("results", results.stream().map(CheckPage::object).toList());
        object.put("files", files.stream().map(Path::toString).toList());
        object.put("noPicture", noPicture);
        return object;
    }

    private static Map<String, Object> object(Result r) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("workload", r.workload().name());
        result.put("type", type(r.workload()));
        result.put("tokens", r.workload().tokens());
        result.put("cached", r.workload().isCached());
        result.put("backend", r.backend());
        result.put("kernel", r.kernel());
        result.put("bitsEqual", r.sameBits());
        result.put("seconds", spread(r.seconds()));
        result.put("gigabytesPerSecond", r.gigabytes());
        Spread ceiling = r.ofCeiling();
        if (ceiling != null) {
            result.put("ofInPlaceCeiling", spread(ceiling));
        }
        result.put("timesNaive", spread(r.overNaive()));
        return result;
    }

    private static Map<String, Object> spread(Spread s) {
        Map<String, Object> spread = new LinkedHashMap<>();
        spread.put("median", s.median());
        spread.put("least", s.least());
        spread.put("greatest", s.greatest());
        return spread;
    }
}
