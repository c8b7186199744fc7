package dev.sextant;

/**
 * A backend that was asked for by name is not there. The message carries the reason and the way out; no other backend is
 * substituted.
 */
public final class BackendUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String backend;
    private final String reason;

    /** Names the backend and why it cannot be had. */
    public BackendUnavailableException(String backend, String reason) {
        super("backend '" + backend + "' is not available: " + reason);
        this.backend = backend;
        this.reason = reason;
    }

    /** The backend that was asked for. */
    public String backend() {
        return backend;
    }

    /** Why it cannot be had, a sentence. */
    public String reason() {
        return reason;
    }
}
