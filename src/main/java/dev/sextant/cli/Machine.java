package dev.sextant.cli;

import dev.sextant.Backend;
import dev.sextant.BackendUnavailableException;
import dev.sextant.Isa;
import dev.sextant.internal.ffi.NativeLibrary;
import dev.sextant.internal.ffi.NativeOutcome.Absent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** The backends that a command runs on, and a word about those that are not here. */
final class Machine {

    private Machine() {}

    /**
     * Every backend of this machine, fastest first.
     *
     * @throws BackendUnavailableException when the user demanded the native library and it is not there
     */
    static List<Backend> backends() {
        if (NativeLibrary.outcome() instanceof Absent absent && absent.fatal()) {
            throw new BackendUnavailableException("cpu", absent.sentence());
        }
        return Backend.available();
    }

    /** Backend to reason, of those that are not here. */
    static Map<String, String> missing() {
        Map<String, String> missing = new LinkedHashMap<>();
        if (NativeLibrary.outcome() instanceof Absent absent) {
            missing.put("cpu", absent.sentence());
            return missing;
        }
        for (Isa isa : Isa.values()) {
            try {
                Backend.cpu(isa);
            } catch (BackendUnavailableException e) {
                missing.put(isa.label(), e.reason());
            }
        }
        return missing;
    }

    /** The same in one line, empty when nothing is missing. */
    static String missingLine() {
        StringJoiner line = new StringJoiner("; ", "not here: ", System.lineSeparator()).setEmptyValue("");
        missing().forEach((backend, reason) -> line.add(backend + " (" + reason + ")"));
        return line.toString();
    }
}
