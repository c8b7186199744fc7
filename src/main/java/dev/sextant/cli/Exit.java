package dev.sextant.cli;

/** Exit codes of every command; {@code --help} lists them. */
final class Exit {

    /** All ran and passed. */
    static final int OK = 0;
    /** Something computes what it should not. */
    static final int MISMATCH = 1;
    /** Wrong usage, or a backend that was asked for is not there. */
    static final int USAGE = 2;
    /** A file cannot be read, written or understood. */
    static final int UNREADABLE = 3;
    /** Under {@code --strict}: something was skipped. */
    static final int SKIPPED = 4;
    /** A fault of this program. */
    static final int INTERNAL = 70;

    private Exit() {}
}
