package dev.sextant.benchmarks;

import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * State that has something made before a row and closed after it, by parameters of the class that extends this one.
 *
 * @param <T> what is made
 */
public abstract class Held<T extends AutoCloseable> {

    T it;

    abstract T make();

    /** Before the row. */
    @Setup
    public void setup() {
        it = make();
    }

    /** After it. */
    @TearDown
    public void close() throws Exception {
        it.close();
    }
}
