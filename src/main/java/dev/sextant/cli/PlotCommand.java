package dev.sextant.cli;

import dev.sextant.cli.plot.Plots;
import dev.sextant.cli.plot.Plots.What;
import dev.sextant.cli.plot.Subject;
import dev.sextant.config.ModelConfig;
import dev.sextant.config.RotarySet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sextant plot}. */
@Command(name = "plot", mixinStandardHelpOptions = true, versionProvider = Version.class, sortOptions = false,
        description = {"Draws encodings, and writes the numbers of each picture beside it.", "",
                "heatmap      rows of an additive encoding, or cosines of a rotation, by position",
                "wavelengths  of every pair or wave, with the context and the shortest that does not alias",
                "spectrum     turns a token of every pair or wave: what aliases, what never turns",
                "angles       error of float32 angles by position",
                "bias         score bias by distance, a line a head",
                "attention    probabilities of random tokens under a score bias"},
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {"0:drawn",
                "2:wrong usage, an encoding that is not known or has no such picture",
                "3:the file cannot be read or is not understood, or the output folder cannot be written"})
final class PlotCommand implements Callable<Integer> {

    private final Screen screen;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "PICTURE", description = "${COMPLETION-CANDIDATES}.")
    private @Nullable What what;

    @Option(names = "--encoding", paramLabel = "NAME",
            description = "An encoding by its name in the catalogue, once for each; --list prints them.")
    private List<String> names = new ArrayList<>();

    @Option(names = "--model", paramLabel = "FILE",
            description = "Rotations of a config.json or GGUF file, beside the named encodings.")
    private @Nullable Path model;

    @Option(names = "--width", paramLabel = "N", description = "Columns of a row, elements of a head (default: 64).")
    private int width = 64;

    @Option(names = "--tokens", paramLabel = "N", description = "Positions of heatmap and attention (default: 128).")
    private int tokens = 128;

    @Option(names = "--length", paramLabel = "N",
            description = "Context: for errors, rules by length, levels; distances of bias (default: 4096; bias 128).")
    private @Nullable Long length;

    @Option(names = "--heads", paramLabel = "N", description = "Heads of a score bias (default: 8).")
    private int heads = 8;

    @Option(names = "--out", paramLabel = "DIR", description = "Folder for picture and numbers (default: .).")
    private Path out = Path.of(".");

    @Option(names = "--list", description = "Print the names of encodings.")
    private boolean list;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    PlotCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() throws IOException {
        if (list) {
            print(Map.of("command", "plot", "encodings", Subject.names()), Subject.names());
            return Exit.OK;
        }
        What picture = what;
        if (picture == null) {
            throw usage("picture: got none, wanted heatmap, wavelengths, spectrum, angles, bias or attention");
        }
        between("width", width, 2, 1 << 14);
        between("tokens", tokens, 1, 1 << 14);
        between("heads", heads, 1, 128);
        long context = length != null ? length : picture == What.BIAS ? 128 : 4096;
        between("length", context, 2, 1L << 31);
        List<Subject> subjects = subjects(context);
        List<Path> files;
        try {
            var figure = new Plots(subjects, tokens, context, heads, screen.progress(json)).draw(picture);
            Files.createDirectories(out);
            files = figure.write(out);
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("command", "plot");
        object.put("picture", picture.name().toLowerCase(Locale.ROOT));
        object.put("encodings", subjects.stream().map(Subject::name).toList());
        object.put("files", files.stream().map(Path::toString).toList());
        print(object, files.stream().map(f -> "wrote " + f).toList());
        return Exit.OK;
    }

    private List<Subject> subjects(long context) throws IOException {
        List<Subject> subjects = new ArrayList<>();
        try {
            for (String name : names) {
                subjects.add(Subject.named(name.strip(), width, context));
            }
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
        Path file = model;
        if (file != null) {
            ModelConfig config = ModelFile.read(file, false);
            for (RotarySet set : config.sets()) {
                String name = config.modelType() + (config.sets().size() > 1 ? ", " + set.layerType() : "");
                subjects.add(Subject.of(name, set.dependsOnLength() ? set.rope(context) : set.definition()));
            }
        }
        if (subjects.isEmpty()) {
            throw usage("encodings: got none, wanted --encoding NAME (see --list) or --model FILE");
        }
        return subjects;
    }

    private void between(String what, long got, long least, long most) {
        if (got < least || got > most) {
            throw usage(what + ": got " + got + ", wanted " + least + " to " + most);
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
    }

    private void print(Map<String, ?> object, List<String> lines) {
        if (json) {
            screen.json(object);
        } else {
            lines.forEach(screen.out()::println);
            screen.out().flush();
        }
    }
}
