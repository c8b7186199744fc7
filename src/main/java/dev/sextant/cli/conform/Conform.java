package dev.sextant.cli.conform;

import dev.sextant.Backend;
import dev.sextant.cli.reference.Case;
import dev.sextant.cli.reference.Manifest;
import dev.sextant.cli.reference.UnreadableException;
import dev.sextant.cli.text.Progress;
import dev.sextant.encoding.AngleMode;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Selects cases, runs them on each backend, sums up. */
public final class Conform {

    private static final Map<String, Kind> KINDS = Map.ofEntries(
            Map.entry("attention", new AttentionCases()),
            Map.entry("attention-packed", new AttentionCases()),
            Map.entry("exact", new SincosCases(AngleMode.EXACT)),
            Map.entry("given", new SincosCases(AngleMode.EXACT)),
            Map.entry("hf-float32", new SincosCases(AngleMode.HF_FLOAT32)),
            Map.entry("onnx-Attention", new OnnxAttentionCases()),
            Map.entry("onnx-RotaryEmbedding", new OnnxRotaryCases()),
            Map.entry("rope-text", new RopeTextCases()),
            Map.entry("rope-vision", new RopeVisionCases()),
            Map.entry("rope-vjepa2", new VJepaCases()),
            Map.entry("sinusoidal", new SinusoidCases()),
            Map.entry("sinusoidal-forward", new SinusoidCases()),
            Map.entry("sincos-2d", new GridCases()),
            Map.entry("sincos-3d", new GridCases()),
            Map.entry("detr-sine", new GridCases()),
            Map.entry("fourier-powers", new FourierCases()),
            Map.entry("fourier-linspace", new FourierCases()),
            Map.entry("fourier-gaussian", new FourierCases()),
            Map.entry("merge", new MergeCases()),
            Map.entry("merge-mul", new MergeCases()),
            Map.entry("resize-1d", new ResizeCases()),
            Map.entry("resize-2d", new ResizeCases()),
            Map.entry("position-ids-roberta", new PositionIdCases()),
            Map.entry("position-ids-mask", new PositionIdCases()),
            Map.entry("position-ids-packed", new PositionIdCases()),
            Map.entry("position-ids-bipe", new PositionIdCases()),
            Map.entry("learned-rows", new TableCases()),
            Map.entry("hierarchical-decomposition", new TableCases()),
            Map.entry("axial-concat", new TableCases()),
            Map.entry("coordinate-sum", new TableCases()),
            Map.entry("row-column-concat", new TableCases()));

    private static final String WHOLE_KIND = "";

    private final Selection selection;
    private final Map<String, String> digests = new LinkedHashMap<>();
    private final Map<String, ConformReport.Line> lines = new LinkedHashMap<>();
    private final Map<String, Map<String, Integer>> skipped = new LinkedHashMap<>();
    private final List<ConformReport.Failure> failures = new ArrayList<>();

    private Conform(Selection selection) {
        this.selection = selection;
    }

    /** Runs a selection; progress goes to {@code terminal}, null being nowhere. */
    public static ConformReport run(Selection selection, @Nullable PrintStream terminal) throws IOException {
        List<Case> cases = new ArrayList<>();
        List<String> families = selection.family() == null
                ? Manifest.families(selection.folder())
                : List.of(selection.family());
        if (families.isEmpty()) {
            throw new UnreadableException(selection.folder() + ": holds no FAMILY.json beside a FAMILY.safetensors");
        }
        Conform conform = new Conform(selection);
        for (String family : families) {
            Manifest manifest = Manifest.read(selection.folder(), family);
            conform.digests.put(manifest.family(), manifest.sha256());
            manifest.cases().stream().filter(selection::wants).forEach(cases::add);
        }
        try (Progress progress = Progress.of("conform", (long) cases.size() * selection.backends().size(), terminal)) {
            for (Case c : cases) {
                conform.run(c, progress);
            }
        }
        return conform.report();
    }

    private void run(Case c, Progress progress) throws IOException {
        Kind kind = KINDS.getOrDefault(c.kind(), BiasKinds.of(c.kind()));
        String missing = kind == null ? WHOLE_KIND : kind.unsupported(c);
        if (kind == null || missing != null) {
            skipped.computeIfAbsent(c.family() + "/" + c.kind(), k -> new LinkedHashMap<>())
                    .merge(missing == null ? WHOLE_KIND : missing, 1, Integer::sum);
            return;
        }
        for (Backend backend : selection.backends()) {
            CaseResult result = new CaseResult();
            try {
                kind.run(c, backend, result);
            } catch (RuntimeException e) {
                result.fail("threw " + e); // a case is never meant to be refused as a whole
            }
            lines.computeIfAbsent(c.family() + "/" + c.kind() + "/" + backend.name(),
                    k -> new ConformReport.Line(c.family(), c.kind(), backend.name())).add(result);
            if (!result.failures().isEmpty()) {
                failures.add(
                        new ConformReport.Failure(c.family(), c.kind(), c.name(), backend.name(), result.failures()));
            }
            progress.step();
        }
    }

    private ConformReport report() {
        List<ConformReport.Skip> skips = new ArrayList<>();
        skipped.forEach((key, reasons) -> {
            int slash = key.indexOf('/');
            skips.add(new ConformReport.Skip(key.substring(0, slash), key.substring(slash + 1), reasons));
        });
        return new ConformReport(digests, new ArrayList<>(lines.values()), skips, failures);
    }
}
