package dev.sextant.cli;

import dev.sextant.Audit;
import dev.sextant.AuditReport;
import dev.sextant.cli.reference.UnreadableException;
import dev.sextant.config.ModelConfig;
import dev.sextant.config.RotarySet;
import dev.sextant.encoding.Rope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sextant audit}. */
@Command(name = "audit", mixinStandardHelpOptions = true, versionProvider = Version.class, sortOptions = false,
        description = {
                "Compares what an engine uses with what the model's file says, and names the likely mistake.", "",
                "Give one of: the engine's inverse frequencies; its cos and sin rows; queries (or keys) before and after. "
                        + "FILE is a .npy file, or a safetensors file with FILE:TENSOR. Wrong base, dropped or other "
                        + "scaling, attention factor, pairing, direction, shifted positions, rotary dim, slice, layer set, "
                        + "length, precision and angle arithmetic are tried, alone and two at once; that none of them "
                        + "explains the numbers is said too."},
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {"0:the engine does what the file says",
                "1:it does not", "2:wrong usage",
                "3:a file cannot be read or is not understood, or the output folder cannot be written"})
final class AuditCommand implements Callable<Integer> {

    private static final String HELP = """
            wanted what the engine uses, one of
              --inv-freq FILE
              --cos FILE --sin FILE [--positions FILE|START]
              --before FILE --after FILE --positions FILE|START
            From a model of the reference Python framework, for instance:
              rotary = model.model.rotary_emb
              numpy.save("inv_freq.npy", rotary.inv_freq.float().cpu().numpy())
              cos, sin = rotary(hidden, torch.arange(4096)[None])
              numpy.save("cos.npy", cos.float().cpu().numpy()); numpy.save("sin.npy", sin.float().cpu().numpy())
            then
              sextant audit config.json --inv-freq inv_freq.npy
              sextant audit config.json --cos cos.npy --sin sin.npy""";

    private final Screen screen;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "CONFIG",
            description = "config.json of Hugging Face, or a GGUF file (only its metadata is read).")
    private @Nullable Path config;

    @Option(names = "--inv-freq", paramLabel = "FILE[:TENSOR]", description = "Inverse frequencies, one a pair.")
    private @Nullable String inverseFrequencies;

    @Option(names = "--cos", paramLabel = "FILE[:TENSOR]",
            description = "Cosines [positions, pairs] or [positions, rotary dim].")
    private @Nullable String cos;

    @Option(names = "--sin", paramLabel = "FILE[:TENSOR]", description = "Sines, as many.")
    private @Nullable String sin;

    @Option(names = "--before", paramLabel = "FILE[:TENSOR]",
            description = "Queries or keys before the rotation, [tokens, heads, head dim].")
    private @Nullable String before;

    @Option(names = "--after", paramLabel = "FILE[:TENSOR]", description = "The same after it.")
    private @Nullable String after;

    @Option(names = "--head-major", description = "Heads before and after are [heads, tokens, head dim].")
    private boolean headMajor;

    @Option(names = "--positions", paramLabel = "FILE[:TENSOR]|START",
            description = "The position of each row or token, or that of the first (default for cos and sin: 0).")
    private @Nullable String positions;

    @Option(names = "--layer-type", paramLabel = "T",
            description = "The type of layer, for models whose layers rotate differently.")
    private @Nullable String layerType;

    @Option(names = "--length", paramLabel = "N",
            description = "Length of the sequence, for rules that depend on it (default: the shortest).")
    private long length = 1;

    @Option(names = "--lenient", description = "Unknown keys beside a known rule are warnings, not errors.")
    private boolean lenient;

    @Option(names = "--out", paramLabel = "DIR", description = "Folder for the error-per-pair picture and its numbers.")
    private @Nullable Path out;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    AuditCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() throws IOException {
        Path file = config;
        checkUsage();
        ModelConfig model = ModelFile.read(Objects.requireNonNull(file), lenient);
        RotarySet set = set(model);
        Rope rope = set.rope(length);
        AuditReport report = report(audit(model, set, rope), set, rope);
        AuditPage page = new AuditPage(model, set, rope, report);
        Path folder = out;
        if (folder != null) {
            Files.createDirectories(folder);
            page.draw(folder);
        }
        if (json) {
            screen.json(page.object());
        } else {
            screen.out().print(page.text());
            screen.out().flush();
        }
        return report.isMatch() ? Exit.OK : Exit.MISMATCH;
    }

    private void checkUsage() {
        List<String> given = new ArrayList<>();
        if (inverseFrequencies != null) {
            given.add("--inv-freq");
        }
        if (cos != null || sin != null) {
            given.add("--cos, --sin");
        }
        if (before != null || after != null) {
            given.add("--before, --after");
        }
        if (config == null) {
            throw usage(
                    "wanted CONFIG, the model's config.json or GGUF file, and " + HELP.substring("wanted ".length()));
        }
        if (given.isEmpty()) {
            throw usage(HELP);
        }
        if (given.size() > 1) {
            throw usage("got " + String.join(" and ", given) + ", wanted one of them");
        }
        if ((cos == null) != (sin == null)) {
            throw usage("wanted both --cos and --sin");
        }
        if ((before == null) != (after == null) || before != null && positions == null) {
            throw usage("wanted all of --before, --after and --positions");
        }
        if (length < 1) {
            throw usage("--length: got " + length + ", wanted at least 1");
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
    }

    private RotarySet set(ModelConfig model) {
        String type = layerType;
        if (type == null && model.sets().size() > 1) {
            throw usage(model.source() + ": layers rotate differently, wanted --layer-type with one of "
                    + String.join(", ", model.rotatingTypes()));
        }
        return type == null ? model.set() : model.set(type);
    }

    /** The set under audit; all others, and other lengths of its rule, are suspects. */
    private Audit audit(ModelConfig model, RotarySet set, Rope rope) {
        Audit audit = Audit.of(rope).heads(set.headDim(), set.rotaryOffset());
        audit = set.inverse() ? audit.inverse() : audit;
        if (set.scaling().isPresent()) {
            audit = audit.scaling(set.scaling().get());
        }
        for (RotarySet other : model.sets()) {
            if (!other.equals(set)) {
                audit = audit.other(other.layerType(), other.rope(length));
            }
        }
        return audit;
    }

    private AuditReport report(Audit audit, RotarySet set, Rope rope) throws IOException {
        try {
            if (inverseFrequencies != null) {
                return audit.frequencies(AuditInput.frequencies(inverseFrequencies));
            }
            if (cos != null && sin != null) {
                return audit.table(AuditInput.rows(cos), AuditInput.rows(sin), AuditInput.positions(positions));
            }
            String in = Objects.requireNonNull(before);
            return audit.rotation(AuditInput.heads(in, set.headDim(), rope.rotaryDim(), headMajor),
                    AuditInput.heads(Objects.requireNonNull(after), set.headDim(), rope.rotaryDim(), headMajor),
                    AuditInput.positions(positions));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) { // shapes that do not fit each other
            String files = String.join(", ", Stream.of(inverseFrequencies, cos, sin, before, after, positions)
                    .filter(Objects::nonNull).toList());
            throw new UnreadableException(files + ": " + e.getMessage());
        }
    }
}
