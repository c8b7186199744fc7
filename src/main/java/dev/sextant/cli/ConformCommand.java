package dev.sextant.cli;

import dev.sextant.Backend;
import dev.sextant.BackendUnavailableException;
import dev.sextant.Isa;
import dev.sextant.cli.conform.Conform;
import dev.sextant.cli.conform.ConformReport;
import dev.sextant.cli.conform.Selection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sextant conform}. */
@Command(name = "conform", mixinStandardHelpOptions = true, versionProvider = Version.class, sortOptions = false,
        description = {
                "Runs reference cases through the public API.", "",
                "DIR holds pairs of files, FAMILY.json and FAMILY.safetensors; the digest of the data is checked "
                        + "first. Prints one line a family, kind and backend, and for each failing case its worst "
                        + "error and how to rerun it. Inputs outside the documented range must be refused, and are "
                        + "counted as refused."},
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {
                "0:all ran and passed", "1:a mismatch",
                "2:wrong usage, no case selected, or a backend that was asked for is not there",
                "3:a file cannot be read or is damaged", "4:under --strict, something was skipped"})
final class ConformCommand implements Callable<Integer> {

    private enum Engine {
        JAVA, CPU
    }

    private final Screen screen;

    @Parameters(paramLabel = "DIR", description = "Folder of reference data.")
    private @Nullable Path folder;

    @Option(names = "--backend", paramLabel = "java|cpu",
            description = "Only this backend (default: all available; cpu is every instruction set of this machine).")
    private @Nullable Engine backend;

    @Option(names = "--isa", paramLabel = "scalar|avx2|avx512",
            description = "Only this instruction set of the cpu backend.")
    private @Nullable Isa isa;

    @Option(names = "--family", paramLabel = "F", description = "Only this family (default: all in DIR).")
    private @Nullable String family;

    @Option(names = "--kind", paramLabel = "K", split = ",", description = "Only these kinds, separated by commas.")
    private Set<String> kinds = new LinkedHashSet<>();

    @Option(names = "--case", paramLabel = "GLOB",
            description = "Only cases whose name matches; * and ? stand for anything.")
    private @Nullable String caseGlob;

    @Option(names = "--strict", description = "Skipped cases give exit code 4.")
    private boolean strict;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Spec
    private @Nullable CommandSpec spec;

    ConformCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() throws Exception {
        Path dir = folder;
        if (dir == null) {
            throw wrong("DIR is missing");
        }
        Selection selection = new Selection(dir, backends(), family, kinds, caseGlob);
        ConformReport report = Conform.run(selection, screen.progress(json));
        if (report.lines().isEmpty() && report.skipped().isEmpty()) {
            throw wrong("no case of " + dir + " is selected by these options");
        }
        int exit = !report.failures().isEmpty()
                ? Exit.MISMATCH
                : strict && !report.skipped().isEmpty() ? Exit.SKIPPED : Exit.OK;
        ConformPage page = new ConformPage(dir, report, exit);
        if (json) {
            screen.json(page.object());
        } else {
            screen.out().print(page.text());
            screen.out().flush();
        }
        return exit;
    }

    private List<Backend> backends() {
        if (isa != null && backend == Engine.JAVA) {
            throw wrong("--isa belongs to the cpu backend, not to java");
        }
        if (isa != null) {
            return List.of(Backend.cpu(isa));
        }
        if (backend == Engine.JAVA) {
            return List.of(Backend.java());
        }
        List<Backend> found = new ArrayList<>(Machine.backends());
        if (backend == Engine.CPU) {
            found.remove(Backend.java());
            if (found.isEmpty()) {
                throw new BackendUnavailableException("cpu", reasonOfCpu());
            }
        }
        return found;
    }

    private static String reasonOfCpu() {
        try {
            return "it is there (" + Backend.cpu() + "), but none of its instruction sets is";
        } catch (BackendUnavailableException e) {
            return e.reason();
        }
    }

    private ParameterException wrong(String message) {
        CommandSpec known = spec;
        return new ParameterException(known == null ? new CommandLine(this) : known.commandLine(), message);
    }
}
