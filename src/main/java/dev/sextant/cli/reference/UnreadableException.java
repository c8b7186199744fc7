package dev.sextant.cli.reference;

import java.io.IOException;

/**
 * A file of reference data that is missing, damaged or not what it should be. The message names the file and the fault.
 */
public final class UnreadableException extends IOException {

    private static final long serialVersionUID = 1L;

    /** Says what is wrong. */
    public UnreadableException(String message) {
        super(message);
    }
}
