package dev.sextant.cli.reference;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A data file that is missing, damaged or not what it should be. The message names the file, the byte where that is known,
 * and the fault.
 */
public final class UnreadableException extends IOException {

    private static final long serialVersionUID = 1L;

    private final long offset;

    /** Says what is wrong. */
    public UnreadableException(String message) {
        super(message);
        this.offset = -1;
    }

    /** Says what is wrong at a byte of a file. */
    public UnreadableException(Path file, long offset, String problem) {
        super(file + " at byte " + offset + ": " + problem);
        this.offset = offset;
    }

    /** Byte of the fault; -1 where it has none. */
    public long offset() {
        return offset;
    }
}
