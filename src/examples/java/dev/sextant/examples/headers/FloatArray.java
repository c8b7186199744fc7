package dev.sextant.examples.headers;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The engine's array: floats in a segment that begins with a header, which belongs to the device's runtime. */
final class FloatArray {

    /** Floats that the header takes. */
    static final int HEADER = 4;

    private final MemorySegment segment;

    FloatArray(int size) {
        this.segment = Arena.ofAuto().allocate(4L * (HEADER + size), 16);
        segment.set(ValueLayout.JAVA_LONG, 0, size);
        segment.set(ValueLayout.JAVA_LONG, 8, 0x68656164_65722121L);
    }

    float get(int index) {
        return segment.getAtIndex(ValueLayout.JAVA_FLOAT, HEADER + index);
    }

    void set(int index, float value) {
        segment.setAtIndex(ValueLayout.JAVA_FLOAT, HEADER + index, value);
    }

    int size() {
        return (int) segment.get(ValueLayout.JAVA_LONG, 0);
    }

    /** Header and floats. */
    MemorySegment segment() {
        return segment;
    }
}
