package dev.sextant.examples.session;

import java.nio.Buffer;
import java.util.Map;

/** A session of a runtime, as far as this example needs one. */
interface Session {

    /**
     * An input.
     *
     * @param data a direct buffer of floats or longs
     * @param shape its axes
     */
    record Input(Buffer data, long... shape) {}

    /** Runs the graph on inputs by name; the only output, as floats. */
    float[] run(Map<String, Input> inputs);
}
