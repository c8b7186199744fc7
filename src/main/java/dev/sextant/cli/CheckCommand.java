package dev.sextant.cli;

import dev.sextant.Backend;
import dev.sextant.cli.check.AttentionCheck;
import dev.sextant.cli.check.AttentionResult;
import dev.sextant.cli.check.Ladder;
import dev.sextant.cli.check.ModelCheck;
import dev.sextant.cli.check.Result;
import dev.sextant.cli.reference.UnreadableException;
import dev.sextant.config.BiasedModel;
import dev.sextant.config.HfBias;
import dev.sextant.config.HfConfig;
import dev.sextant.config.ModelConfig;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.Rope;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sextant check}. */
@Command(name = "check", mixinStandardHelpOptions = true, versionProvider = Version.class, sortOptions = false,
        description = {
                "Checks and measures the rotation of a model, or its biased attention, on every backend.", "",
                "Reads the model's configuration, builds its plan, rotates queries and keys of its shape (a prompt "
                        + "of 2048 tokens; one token at position 5000; f32, f16, bf16), says whether the bits agree, "
                        + "measures, and draws the wavelength ladder. Of a model that biases its scores (BLOOM, MPT, Falcon "
                        + "with ALiBi, T5) it runs the attention: a short prompt and one token over 2048 keys. A "
                        + "configuration that is not understood is refused by name."},
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {
                "0:all backends agree: equal bits, or attention within its bound", "1:a backend differs from Java",
                "2:wrong usage",
                "3:the configuration cannot be read or is not understood, or the output folder cannot be written"})
final class CheckCommand implements Callable<Integer> {

    private static final String BUNDLED = "llama-3.1-8b.json";

    private final Screen screen;

    @Parameters(arity = "0..1", paramLabel = "config.json",
            description = "Configuration in the Hugging Face format (default: a bundled one of Llama 3.1 8B).")
    private @Nullable Path config;

    @Option(names = "--out", paramLabel = "DIR", description = "Folder for the picture and its numbers.",
            showDefaultValue = Visibility.ALWAYS)
    private Path out = Path.of("sextant-check");

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    CheckCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() throws IOException {
        Path file = config;
        Optional<BiasedModel> biased = file == null ? Optional.empty() : HfBias.read(file);
        if (biased.isPresent()) {
            return attention(biased.get());
        }
        ModelConfig model = file == null ? bundled() : HfConfig.read(file);
        refuseWhatTheNaiveLoopDoesNot(model);
        String source = file == null ? "bundled configuration of Llama 3.1 8B" : file.toString();
        Files.createDirectories(out);
        List<Backend> backends = Machine.backends();
        List<Result> results = ModelCheck.run(model, backends, screen.progress(json));
        List<Path> files = new ArrayList<>();
        Ladder ladder = new Ladder(model.modelType(), model.rope(), model.maxPositions());
        files.add(ladder.writeCsv(out));
        String noPicture = draw(ladder, files);
        CheckPage page = new CheckPage(source, model, results, files, noPicture);
        if (json) {
            screen.json(page.object());
        } else {
            screen.out().print(page.text());
            screen.out().flush();
        }
        return results.stream().allMatch(Result::sameBits) ? Exit.OK : Exit.MISMATCH;
    }

    /** A model that biases its scores has no rotation to check: its attention is run instead. */
    private int attention(BiasedModel model) throws IOException {
        List<AttentionResult> results = AttentionCheck.run(model, Machine.backends(), screen.progress(json));
        AttentionCheckPage page = new AttentionCheckPage(model, results);
        if (json) {
            screen.json(page.object());
        } else {
            screen.out().print(page.text());
            screen.out().flush();
        }
        return results.stream().allMatch(AttentionResult::isGood) ? Exit.OK : Exit.MISMATCH;
    }

    /** The comparison rotates whole heads from their first element, one position a token. */
    private static void refuseWhatTheNaiveLoopDoesNot(ModelConfig model) throws UnreadableException {
        Rope rope = model.rope();
        if (model.set().rotaryOffset() > 0 || model.set().inverse() || rope.axes().axes() > 1
                || rope.layout() == PairLayout.INTERLEAVED_IN_HALF_OUT) {
            throw new UnreadableException(model.source() + ": is understood (" + rope + " at element "
                    + model.set().rotaryOffset()
                    + "), but check compares plain heads only: no offset, one axis, one layout");
        }
    }

    /** Draws the picture; why it could not be drawn, else an empty string. A JVM without fonts fails in many ways. */
    private String draw(Ladder ladder, List<Path> files) throws IOException {
        try {
            files.add(ladder.writePng(out));
            return "";
        } catch (RuntimeException | LinkageError | InternalError e) {
            return "this Java cannot draw (" + e + "); on Debian: apt-get install fontconfig fonts-dejavu-core";
        }
    }

    private static ModelConfig bundled() throws IOException {
        try (InputStream in = CheckCommand.class.getResourceAsStream(BUNDLED)) {
            if (in == null) {
                throw new IllegalStateException("resource " + BUNDLED + " is missing from this build");
            }
            return HfConfig.read(in, BUNDLED);
        }
    }
}
