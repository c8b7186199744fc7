package dev.sextant.cli;

import dev.sextant.Doctor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sextant doctor}. */
@Command(name = "doctor", mixinStandardHelpOptions = true, versionProvider = Version.class, description = {
        "Says which backends this machine has, and why not the others.", "",
        "Also where the native library came from, which backend is chosen, and whether each computes the same bits "
                + "as Java on a small rotation."},
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {
                "0:every available backend is good",
                "1:a backend computes wrong values, or none could be chosen"})
final class DoctorCommand implements Callable<Integer> {

    private final Screen screen;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    DoctorCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        Doctor.Report report = Doctor.examine();
        if (json) {
            screen.json(object(report));
        } else {
            screen.out().println("sextant " + Version.number());
            screen.out().print(report);
            screen.out().flush();
        }
        return report.isHealthy() ? Exit.OK : Exit.MISMATCH;
    }

    private static Map<String, Object> object(Doctor.Report report) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("command", "doctor");
        object.put("version", Version.number());
        object.put("jvm", report.jvm());
        object.put("system", report.system());
        Map<String, Object> access = new LinkedHashMap<>();
        access.put("granted", report.nativeAccess().granted());
        access.put("fix", report.nativeAccess().fix());
        object.put("nativeAccess", access);
        Doctor.Library library = report.library();
        Map<String, Object> found = new LinkedHashMap<>();
        found.put("loaded", library.loaded());
        found.put("from", library.from());
        found.put("sha256", library.sha256());
        found.put("reason", library.reason());
        found.put("fix", library.fix());
        object.put("library", found);
        object.put("backends", report.backends().stream().map(b -> {
            Map<String, Object> backend = new LinkedHashMap<>();
            backend.put("name", b.name());
            backend.put("available", b.available());
            backend.put("reason", b.reason());
            return backend;
        }).toList());
        object.put("cuda", report.cuda());
        object.put("chosen", report.choice().backend());
        object.put("chosenReason", report.choice().reason());
        object.put("selfCheck", report.selfCheck().stream().map(s -> {
            Map<String, Object> check = new LinkedHashMap<>();
            check.put("backend", s.backend());
            check.put("passed", s.passed());
            check.put("detail", s.detail());
            return check;
        }).toList());
        object.put("healthy", report.isHealthy());
        return object;
    }
}
