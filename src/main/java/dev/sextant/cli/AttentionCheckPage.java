package dev.sextant.cli;

import dev.sextant.cli.check.AttentionCheck;
import dev.sextant.cli.check.AttentionResult;
import dev.sextant.cli.check.Rounds;
import dev.sextant.cli.text.Spread;
import dev.sextant.cli.text.TextTable;
import dev.sextant.config.BiasedModel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A report of {@code check} on a model that biases its scores, as text and as JSON. */
final class AttentionCheckPage {

    private final BiasedModel model;
    private final List<AttentionResult> results;

    AttentionCheckPage(BiasedModel model, List<AttentionResult> results) {
        this.model = model;
        this.results = results;
    }

    private String bias() {
        return model.slopes() != null ? model.slopes().toString() : String.valueOf(model.buckets());
    }

    String text() {
        StringBuilder text = new StringBuilder();
        line(text, "model    " + model.modelType() + " (" + model.source() + "): " + model.queryHeads()
                + " query heads, " + model.kvHeads() + " key heads of " + model.headDim());
        line(text, "bias     " + bias() + (model.buckets() == null ? "" : ", random numbers for the checkpoint's")
                + ", scale " + (float) model.scale());
        line(text, "agree    " + agreement());
        text.append(Machine.missingLine());
        text.append(System.lineSeparator()).append(table()).append(System.lineSeparator());
        text.append(
                """
                        error:   greatest difference from the Java backend, values being -1 to 1; 16-bit outputs differ by their rounding
                        time, GFLOP/s: median and range of %d shuffled rounds, one thread, the whole call from Java
                        prefill is %d causal tokens, decode one query over %d keys
                        """
                        .formatted(Rounds.ROUNDS, AttentionCheck.PREFILL_TOKENS, AttentionCheck.DECODE_KEYS));
        return text.toString();
    }

    private String agreement() {
        List<String> bad = results.stream().filter(r -> !r.isGood())
                .map(r -> r.backend() + " " + r.workload() + " " + type(r)).toList();
        if (!bad.isEmpty()) {
            return "NOT with java: " + String.join(", ", bad);
        }
        List<String> backends = results.stream().map(AttentionResult::backend).distinct().toList();
        return backends.size() == 1
                ? "only the java backend is here, so nothing to compare with"
                : String.join(", ", backends) + " in prefill and decode, f32, f16, bf16";
    }

    private TextTable table() {
        TextTable table = new TextTable(3, "workload", "type", "backend", "kernel", "error", "allowed", "time", "range",
                "GFLOP/s");
        for (AttentionResult r : results) {
            Spread t = r.seconds().times(1e3);
            table.row(r.workload(), type(r), r.backend(), r.kernel(), String.format(Locale.ROOT, "%.1e", r.error()),
                    String.format(Locale.ROOT, "%.1e", r.allowed()), number(t.median()) + " ms",
                    number(t.least()) + "-" + number(t.greatest()),
                    String.format(Locale.ROOT, "%.1f", r.gigaflops()));
        }
        return table;
    }

    private static String type(AttentionResult r) {
        return r.dtype().name().toLowerCase(Locale.ROOT);
    }

    private static String number(double x) {
        return String.format(Locale.ROOT, x < 1 ? "%.3f" : x < 100 ? "%.2f" : "%.0f", x);
    }

    private static void line(StringBuilder text, String line) {
        text.append(line).append(System.lineSeparator());
    }

    Map<String, Object> object() {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("command", "check");
        object.put("source", model.source());
        Map<String, Object> m = new LinkedHashMap<>();
        m.put("modelType", model.modelType());
        m.put("queryHeads", model.queryHeads());
        m.put("kvHeads", model.kvHeads());
        m.put("headDim", model.headDim());
        m.put("bias", bias());
        m.put("scale", model.scale());
        object.put("model", m);
        object.put("agree", results.stream().allMatch(AttentionResult::isGood));
        object.put("notHere", Machine.missing());
        object.put("rounds", Rounds.ROUNDS);
        object.put("results", results.stream().map(AttentionCheckPage::object).toList());
        return object;
    }

    private static Map<String, Object> object(AttentionResult r) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("workload", r.workload());
        result.put("type", type(r));
        result.put("queries", r.queries());
        result.put("keys", r.keys());
        result.put("backend", r.backend());
        result.put("kernel", r.kernel());
        result.put("error", r.error());
        result.put("allowed", r.allowed());
        result.put("secondsMedian", r.seconds().median());
        result.put("secondsLeast", r.seconds().least());
        result.put("secondsGreatest", r.seconds().greatest());
        result.put("gigaflops", r.gigaflops());
        return result;
    }
}
