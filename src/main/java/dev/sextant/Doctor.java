package dev.sextant;

import dev.sextant.internal.ffi.NativeLibrary;
import dev.sextant.internal.ffi.NativeOutcome;
import java.util.ArrayList;
import java.util.List;

/**
 * Examines the machine: which backends are here, which are not and why, which one is chosen, and whether each computes
 * the same bits as Java. For bug reports, for logs at start, and for the command {@code sextant doctor}. Takes a few
 * milliseconds once the classes are loaded; changes nothing.
 */
public final class Doctor {

    private Doctor() {}

    /**
     * What was found.
     *
     * @param jvm name and version of the Java runtime
     * @param system operating system and processor architecture
     * @param nativeAccess whether the JVM lets this library call native code, and what to do otherwise
     * @param library the native library: where it came from, or why it is not there
     * @param backends every backend of this build, slowest first
     * @param choice what {@link Backend#best} gives
     * @param selfCheck what each available backend made of a small rotation
     * @param cuda the state of the CUDA backend, one line
     */
    public record Report(String jvm, String system, NativeAccess nativeAccess, Library library,
            List<BackendState> backends,
            Choice choice, List<SelfCheck> selfCheck, String cuda) {

        /** Keeps lists of its own. */
        public Report {
            backends = List.copyOf(backends);
            selfCheck = List.copyOf(selfCheck);
        }

        /** Whether a backend could be chosen and all available ones passed the self-check. */
        public boolean isHealthy() {
            return choice.backend().length() > 0 && selfCheck.stream().allMatch(SelfCheck::passed);
        }

        /** The report as a page of text. */
        @Override
        public String toString() {
            StringBuilder text = new StringBuilder();
            line(text, "jvm", jvm);
            line(text, "system", system);
            line(text, "native access", nativeAccess.granted() ? "granted" : "not granted; " + nativeAccess.fix());
            line(text, "library", library.loaded() ? library.from() : "none: " + library.reason());
            if (library.loaded()) {
                line(text, "", "sha256 " + library.sha256());
            } else if (!library.fix().isEmpty()) {
                line(text, "", "to have it: " + library.fix());
            }
            for (BackendState b : backends) {
                line(text, "backend " + b.name(), b.available() ? "available" : "not available: " + b.reason());
            }
            line(text, "cuda", cuda);
            line(text, "chosen", choice.backend().isEmpty() ? "none: " + choice.reason() : choice.backend());
            for (SelfCheck s : selfCheck) {
                line(text, "self-check " + s.backend(), (s.passed() ? "good: " : "FAILED: ") + s.detail());
            }
            return text.toString();
        }

        private static void line(StringBuilder text, String name, String value) {
            text.append(String.format("%-20s %s%n", name, value));
        }
    }

    /**
     * Native access of this library's module.
     *
     * @param granted whether the JVM was told to allow it
     * @param fix the flag that allows it, empty when granted
     */
    public record NativeAccess(boolean granted, String fix) {}

    /**
     * The native library.
     *
     * @param loaded whether it is in use
     * @param from where it came from, empty when not loaded
     * @param sha256 its digest, empty when not loaded
     * @param reason why it is not there, empty when loaded
     * @param fix what to do about it, may be empty
     */
    public record Library(boolean loaded, String from, String sha256, String reason, String fix) {}

    /**
     * One backend.
     *
     * @param name {@code java}, {@code scalar}, {@code avx2}, {@code avx512}
     * @param available whether it works here
     * @param reason why not, empty when it does
     */
    public record BackendState(String name, boolean available, String reason) {}

    /**
     * What {@link Backend#best} gives.
     *
     * @param backend its name, empty when it refuses
     * @param reason why it refuses, empty otherwise
     */
    public record Choice(String backend, String reason) {}

    /**
     * A small rotation on one backend.
     *
     * @param backend its name
     * @param passed whether every bit was right
     * @param detail what was compared, or what differed
     */
    public record SelfCheck(String backend, boolean passed, String detail) {}

    /** Examines this process. */
    public static Report examine() {
        List<SelfCheck> checks = new ArrayList<>();
        SelfCheckRun selfCheck = new SelfCheckRun();
        for (Backend backend : Backend.available()) {
            checks.add(selfCheck.run(backend));
        }
        return new Report(
                System.getProperty("java.vm.name") + " " + Runtime.version(),
                System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                        + System.getProperty("os.arch"),
                nativeAccess(), library(), backends(), choice(), checks, "not part of this build");
    }

    private static NativeAccess nativeAccess() {
        boolean granted = Doctor.class.getModule().isNativeAccessEnabled();
        return new NativeAccess(granted, granted ? "" : "start java with " + NativeLibrary.accessFlag());
    }

    private static Library library() {
        return switch (NativeLibrary.outcome()) {
            case NativeOutcome.Loaded l -> new Library(true, l.from(), l.sha256(), "", "");
            case NativeOutcome.Absent a -> new Library(false, "", "", a.reason(), a.fix());
        };
    }

    private static List<BackendState> backends() {
        List<BackendState> states = new ArrayList<>();
        states.add(new BackendState(Backend.java().name(), true, ""));
        for (Isa isa : Isa.values()) {
            try {
                states.add(new BackendState(Backend.cpu(isa).name(), true, ""));
            } catch (BackendUnavailableException e) {
                states.add(new BackendState(isa.label(), false, e.reason()));
            }
        }
        return states;
    }

    private static Choice choice() {
        try {
            return new Choice(Backend.best().name(), "");
        } catch (BackendUnavailableException | IllegalArgumentException e) {
            return new Choice("", String.valueOf(e.getMessage()));
        }
    }
}
