package dev.sextant.cli;

import dev.sextant.config.EmbeddingConfig;
import dev.sextant.config.ModelConfig;
import dev.sextant.config.RotarySet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sextant inspect}. */
@Command(name = "inspect", mixinStandardHelpOptions = true, versionProvider = Version.class, sortOptions = false,
        description = {
                "Shows what a model's own file says about its rotation, or about what it adds to embeddings.", "",
                "Frequencies and wavelengths of every pair, the pairs that a scaling moved, the attention factor, the "
                        + "context and how often the slowest pair turns within it, which layers rotate and how; with --out "
                        + "also the wavelength ladder. Of a model without rotation: each encoder and decoder, its sinusoids or the rows "
                        + "of its learned tables. What is not understood is refused by name."},
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {"0:understood", "2:wrong usage",
                "3:the file cannot be read or is not understood, or the output folder cannot be written"})
final class InspectCommand implements Callable<Integer> {

    private final Screen screen;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "FILE",
            description = "config.json of Hugging Face, or a GGUF file (only its metadata is read).")
    private Path file = Path.of("config.json");

    @Option(names = "--length", paramLabel = "N",
            description = "Length of the sequence, for rules that depend on it (default: the shortest).")
    private @Nullable Long length;

    @Option(names = "--lenient", description = "Unknown keys beside a known rule are warnings, not errors.")
    private boolean lenient;

    @Option(names = "--out", paramLabel = "DIR",
            description = "Folder for a picture and its numbers for each layer type.")
    private @Nullable Path out;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    InspectCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() throws IOException {
        Optional<EmbeddingConfig> embeddings = ModelFile.embeddings(file);
        if (embeddings.isPresent()) {
            if (out != null || length != null) {
                throw new ParameterException(Objects.requireNonNull(spec).commandLine(),
                        "--out and --length are about rotation, and model type '" + embeddings.get().modelType()
                                + "' has none");
            }
            EmbeddingPage page = new EmbeddingPage(embeddings.get());
            return print(page::text, page::object);
        }
        return rotation(ModelFile.read(file, lenient));
    }

    private int rotation(ModelConfig model) throws IOException {
        List<InspectedSet> sets = new ArrayList<>();
        for (RotarySet set : model.sets()) {
            sets.add(new InspectedSet(model, set, length == null ? OptionalLong.empty() : OptionalLong.of(length)));
        }
        List<Path> files = new ArrayList<>();
        Path folder = out;
        if (folder != null) {
            Files.createDirectories(folder);
            for (InspectedSet set : sets) {
                files.addAll(set.draw(folder));
            }
        }
        InspectPage page = new InspectPage(model, sets, files);
        return print(page::text, page::object);
    }

    private int print(Supplier<String> text, Supplier<Map<String, Object>> object) {
        if (json) {
            screen.json(object.get());
        } else {
            screen.out().print(text.get());
            screen.out().flush();
        }
        return Exit.OK;
    }
}
