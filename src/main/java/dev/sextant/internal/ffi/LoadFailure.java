package dev.sextant.internal.ffi;

/** One way of loading the library did not work; the message is a sentence, the fix another. */
final class LoadFailure extends Exception {

    private static final long serialVersionUID = 1L;

    private final String fix;

    LoadFailure(String reason, String fix) {
        super(reason);
        this.fix = fix;
    }

    String reason() {
        return String.valueOf(getMessage());
    }

    String fix() {
        return fix;
    }
}
