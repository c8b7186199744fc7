package dev.sextant.cli;

import dev.sextant.Backend;
import dev.sextant.cli.conform.ConformReport;
import dev.sextant.cli.text.TextTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/** A report of {@code conform} as text and as JSON. */
final class ConformPage {

    private final Path folder;
    private final ConformReport report;
    private final int exit;

    ConformPage(Path folder, ConformReport report, int exit) {
        this.folder = folder;
        this.report = report;
        this.exit = exit;
    }

    String text() {
        StringBuilder text = new StringBuilder();
        line(text, folder + ": digests as the manifests say: " + String.join(", ", report.digests().keySet()));
        TextTable table = new TextTable(3, "family", "kind", "backend", "passed", "values", "equal bits", "refused");
        for (ConformReport.Line l : report.lines()) {
            table.row(l.family(), l.kind(), l.backend(), l.passed() + "/" + l.cases(), number(l.values()),
                    number(l.equalBits()),
                    l.refused() == 0 ? "-" : number(l.refused()));
        }
        if (!report.lines().isEmpty()) {
            text.append(table);
        }
        report.lines().stream().filter(l -> !l.notProduced().isEmpty())
                .map(l -> l.family() + " " + l.kind() + ": not produced by this library: "
                        + String.join(", ", l.notProduced()))
                .distinct().forEach(line -> line(text, line));
        report.lines().stream().filter(l -> l.fromConfig() > 0)
                .map(l -> l.family() + " " + l.kind() + ": frequencies of " + l.fromConfig()
                        + " cases from the model's "
                        + "configuration, of " + (l.cases() - l.fromConfig())
                        + " from the rule that the manifest states")
                .distinct().forEach(line -> line(text, line));
        if (report.lines().stream().anyMatch(l -> l.refused() > 0)) {
            line(text, "refused: positions of 2^32 and beyond, by the documented exception, nothing written");
        }
        skippedLines().forEach(line -> line(text, line));
        text.append(Machine.missingLine());
        for (ConformReport.Failure f : report.failures()) {
            line(text, "FAILED: " + f.family() + " " + f.kind() + " " + f.name() + " on " + f.backend());
            f.problems().forEach(p -> line(text, "  " + p));
            line(text, "  rerun: " + rerun(f));
        }
        line(text, verdict());
        return text.toString();
    }

    private String verdict() {
        int skipped = report.skipped().stream().mapToInt(ConformReport.Skip::cases).sum();
        String end = skipped == 0 ? "" : "; " + skipped + " cases skipped";
        if (!report.failures().isEmpty()) {
            return report.failures().size() + " failures" + end;
        }
        return (report.lines().isEmpty() ? "nothing ran" : "all that ran passed") + end;
    }

    /** Whole kinds in one line a family, parts of a kind in a line of their own. */
    private List<String> skippedLines() {
        Map<String, StringJoiner> kinds = new LinkedHashMap<>();
        List<String> lines = new ArrayList<>();
        for (ConformReport.Skip s : report.skipped()) {
            if (s.isWholeKind()) {
                kinds.computeIfAbsent(s.family(), f -> new StringJoiner(", ")).add(s.kind() + " (" + s.cases() + ")");
            } else {
                StringJoiner reasons = new StringJoiner(", ");
                s.reasons().forEach((reason, count) -> reasons.add(reason + " (" + count + ")"));
                lines.add("skipped: " + s.family() + " " + s.kind() + ": not supported yet: " + reasons);
            }
        }
        kinds.forEach((family, names) -> lines.add("skipped: " + family + ": kinds not supported yet: " + names));
        return lines;
    }

    private String rerun(ConformReport.Failure f) {
        String java = Backend.java().name();
        return "sextant conform " + quoted(folder.toString()) + " --family " + f.family() + " --kind " + f.kind()
                + " --case "
                + quoted(f.name()) + (f.backend().equals(java) ? " --backend java" : " --isa " + f.backend());
    }

    private static String quoted(String word) {
        return word.matches("[A-Za-z0-9_./:+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    private static String number(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    private static void line(StringBuilder text, String line) {
        text.append(line).append(System.lineSeparator());
    }

    Map<String, Object> object() {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("command", "conform");
        object.put("folder", folder.toString());
        object.put("sha256", report.digests());
        object.put("results", report.lines().stream().map(ConformPage::object).toList());
        object.put("skipped", report.skipped().stream().map(s -> {
            Map<String, Object> skip = new LinkedHashMap<>();
            skip.put("family", s.family());
            skip.put("kind", s.kind());
            skip.put("cases", s.cases());
            skip.put("notSupportedYet", s.isWholeKind() ? Map.of("kind " + s.kind(), s.cases()) : s.reasons());
            return skip;
        }).toList());
        object.put("failures", report.failures().stream().map(f -> {
            Map<String, Object> failure = new LinkedHashMap<>();
            failure.put("family", f.family());
            failure.put("kind", f.kind());
            failure.put("case", f.name());
            failure.put("backend", f.backend());
            failure.put("problems", f.problems());
            failure.put("rerun", rerun(f));
            return failure;
        }).toList());
        object.put("notHere", Machine.missing());
        object.put("exit", exit);
        return object;
    }

    private static Map<String, Object> object(ConformReport.Line l) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("family", l.family());
        line.put("kind", l.kind());
        line.put("backend", l.backend());
        line.put("cases", l.cases());
        line.put("passed", l.passed());
        line.put("values", l.values());
        line.put("equalBits", l.equalBits());
        line.put("refused", l.refused());
        line.put("fromConfig", l.fromConfig());
        line.put("notProduced", l.notProduced());
        return line;
    }
}
