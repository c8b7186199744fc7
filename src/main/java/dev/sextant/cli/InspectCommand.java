package dev.sextant.cli;

import dev.sextant.config.ModelConfig;
import dev.sextant.config.RotarySet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sextant inspect}. */
@Command(name = "inspect", mixinStandardHelpOptions = true, versionProvider = Version.class, sortOptions = false,
        description = {
                "Shows what a model's own file says about its rotation.", "",
                "Frequencies and wavelengths of every pair, the pairs that a scaling moved, the attention factor, the "
                        + "context and how often the slowest pair turns within it, which layers rotate and how; with --out "
                        + "also the wavelength ladder. What is not understood is refused by name."},
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {"0:understood", "2:wrong usage",
                "3:the file cannot be read or is not understood, or the output folder cannot be written"})
final class InspectCommand implements Callable<Integer> {

    private final Screen screen;

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
        ModelConfig model = ModelFile.read(file, lenient);
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
        if (json) {
            screen.json(page.object());
        } else {
            screen.out().print(page.text());
            screen.out().flush();
        }
        return Exit.OK;
    }
}
