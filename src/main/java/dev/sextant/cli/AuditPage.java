package dev.sextant.cli;

import dev.sextant.AuditReport;
import dev.sextant.AuditReport.Agreement;
import dev.sextant.AuditReport.Explanation;
import dev.sextant.cli.check.ErrorPicture;
import dev.sextant.cli.text.TextTable;
import dev.sextant.config.ModelConfig;
import dev.sextant.config.RotarySet;
import dev.sextant.encoding.Rope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** What {@code audit} found, as text, as JSON and as a picture. */
final class AuditPage {

    private static final int WORST = 8;

    private final ModelConfig model;
    private final RotarySet set;
    private final Rope rope;
    private final AuditReport report;
    private final List<Path> files = new ArrayList<>();
    private String noPicture = "";

    AuditPage(ModelConfig model, RotarySet set, Rope rope, AuditReport report) {
        this.model = model;
        this.set = set;
        this.rope = rope;
        this.report = report;
    }

    /** Writes picture and numbers. A JVM without fonts fails in many ways; the numbers are written all the same. */
    void draw(Path folder) throws IOException {
        ErrorPicture picture = new ErrorPicture(
                model.modelType() + (set.layerType().equals(ModelConfig.ALL) ? "" : " " + set.layerType()), report);
        files.add(picture.writeCsv(folder));
        try {
            files.add(picture.writePng(folder));
        } catch (RuntimeException | LinkageError | InternalError e) {
            noPicture = "this Java cannot draw (" + e + "); on Debian: apt-get install fontconfig fonts-dejavu-core";
        }
    }

    String text() {
        StringBuilder text = new StringBuilder();
        line(text, "model      " + model.modelType() + " (" + model.source() + "), layers " + set.layerType());
        line(text, "expects    " + rope.frequencies() + ", " + rope.layout() + ", " + rope.rotaryDim() + " of "
                + set.headDim() + " elements from " + set.rotaryOffset() + ", " + rope.angles()
                + (set.inverse() ? ", inverse" : ""));
        model.warnings().forEach(w -> line(text, "warning    " + w));
        if (rope.axes().axes() > 1) {
            line(text, "warning    of " + rope.axes().axes()
                    + " axes, all are taken to have the same position, as in text");
        }
        line(text, "saw        " + report.evidence());
        line(text, "verdict    " + report.sentence());
        if (!report.isMatch()) {
            explanations(text);
            worst(text);
        }
        if (!report.cannotTell().isEmpty()) {
            line(text, "not shown  these would have left the same numbers:");
            report.cannotTell().forEach(m -> line(text, "             " + m));
        }
        files.forEach(f -> line(text, "wrote      " + f));
        if (!noPicture.isEmpty()) {
            line(text, "picture    not drawn: " + noPicture);
        }
        return text.toString();
    }

    private void explanations(StringBuilder text) {
        for (Explanation each : report.explanations()) {
            line(text, "explained  " + each.mistake() + ": " + each.sentence() + " (leaves "
                    + number(each.left().largest()) + ")");
        }
        for (Explanation each : report.nearest()) {
            line(text, "nearest    " + each.mistake() + ": " + each.sentence() + " (leaves "
                    + number(each.left().largest()) + ", on average " + number(each.left().mean()) + " of "
                    + number(report.expected().mean()) + ")");
        }
        if (report.expected().outside() > 0) {
            line(text, "outside    elements outside the rotated slice change by up to "
                    + number(report.expected().outside()));
        }
    }

    private void worst(StringBuilder text) {
        List<Double> errors = report.expected().errors();
        TextTable table = new TextTable(0, "pair", "error", "allowed", "left");
        IntStream.range(0, errors.size()).boxed()
                .sorted(Comparator.comparingDouble((Integer j) -> -errors.get(j)).thenComparingInt(j -> j))
                .limit(WORST).sorted().forEach(j -> table.row(String.valueOf(j), number(errors.get(j)),
                        number(report.expected().allowed().get(j)), left(j)));
        text.append(table);
    }

    private String left(int pair) {
        return report.explanations().isEmpty() || pair >= report.explanations().getFirst().left().errors().size()
                ? "-"
                : number(report.explanations().getFirst().left().errors().get(pair));
    }

    Map<String, Object> object() {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("command", "audit");
        object.put("source", model.source());
        object.put("modelType", model.modelType());
        object.put("layerType", set.layerType());
        object.put("definition", rope.frequencies().toString());
        object.put("layout", rope.layout().name());
        object.put("rotaryDim", rope.rotaryDim());
        object.put("angles", rope.angles().name());
        object.put("warnings", model.warnings());
        object.put("evidence", report.evidence());
        object.put("verdict", report.verdict().name());
        object.put("sentence", report.sentence());
        object.put("reason", report.reason());
        object.put("expected", object(report.expected()));
        object.put("explanations", report.explanations().stream().map(AuditPage::object).toList());
        object.put("nearest", report.nearest().stream().map(AuditPage::object).toList());
        object.put("cannotTell", report.cannotTell());
        object.put("files", files.stream().map(Path::toString).toList());
        object.put("noPicture", noPicture);
        return object;
    }

    private static Map<String, Object> object(Explanation each) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("mistake", each.mistake());
        object.put("sentence", each.sentence());
        object.put("left", object(each.left()));
        return object;
    }

    private static Map<String, Object> object(Agreement agreement) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("largest", agreement.largest());
        object.put("worstPair", agreement.worstPair());
        object.put("mean", agreement.mean());
        object.put("outside", agreement.outside());
        object.put("errors", agreement.errors());
        object.put("allowed", agreement.allowed());
        return object;
    }

    private static String number(double x) {
        return x == 0 ? "0" : String.format(Locale.ROOT, "%.2g", x);
    }

    private static void line(StringBuilder text, String line) {
        text.append(line).append(System.lineSeparator());
    }
}
