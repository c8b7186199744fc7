package dev.sextant.internal.ffi;

/** What every downcall shares. */
final class Downcall {

    private Downcall() {}

    /** What a downcall can throw is unchecked; the compiler cannot know. */
    static RuntimeException unexpected(Throwable e) {
        if (e instanceof RuntimeException unchecked) {
            return unchecked;
        }
        if (e instanceof Error error) {
            throw error;
        }
        throw new AssertionError(e);
    }
}
