package dev.sextant.internal.ffi;

/** What came of looking for the native library. */
public sealed interface NativeOutcome {

    /**
     * The library is open and its ABI was checked.
     *
     * @param from where it came from, for reports
     * @param sha256 its digest in hexadecimal
     */
    record Loaded(String from, String sha256) implements NativeOutcome {}

    /**
     * The library is not there.
     *
     * @param reason why, a sentence
     * @param fix what to do about it
     * @param fatal whether the user asked for it in a way that rules out a substitute (explicit path, mode require)
     * @param chosen whether the user switched it off
     */
    record Absent(String reason, String fix, boolean fatal, boolean chosen) implements NativeOutcome {

        /** Reason and fix in one line. */
        public String sentence() {
            return fix.isEmpty() ? reason : reason + "; " + fix;
        }
    }
}
