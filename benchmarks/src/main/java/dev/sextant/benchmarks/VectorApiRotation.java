package dev.sextant.benchmarks;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The best plain-Java rotation we could write, float32 half-split: table vectors in registers, heads inner, two vectors at a
 * time. Native float32 code is held against this, not against a scalar loop.
 */
final class VectorApiRotation {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int WIDTH = SPECIES.length();
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    private final float[] cos;
    private final float[] sin;

    VectorApiRotation(float[] cos, float[] sin) {
        this.cos = cos;
        this.sin = sin;
    }

    /** Rotates the heads of one token in place; {@code half} is a multiple of two vectors. */
    void rotate(MemorySegment x, long from, int heads, int dim, int position) {
        int half = dim / 2;
        for (int j = 0; j < half; j += 2 * WIDTH) {
            int row = position * half + j;
            FloatVector c0 = FloatVector.fromArray(SPECIES, cos, row);
            FloatVector c1 = FloatVector.fromArray(SPECIES, cos, row + WIDTH);
            FloatVector s0 = FloatVector.fromArray(SPECIES, sin, row);
            FloatVector s1 = FloatVector.fromArray(SPECIES, sin, row + WIDTH);
            for (int h = 0; h < heads; h++) {
                long at = 4 * (from + (long) h * dim + j);
                pair(x, at, 4L * half, c0, s0);
                pair(x, at + 4L * WIDTH, 4L * half, c1, s1);
            }
        }
    }

    private static void pair(MemorySegment x, long at, long partner, FloatVector c, FloatVector s) {
        FloatVector x0 = FloatVector.fromMemorySegment(SPECIES, x, at, ORDER);
        FloatVector x1 = FloatVector.fromMemorySegment(SPECIES, x, at + partner, ORDER);
        x0.mul(c).sub(x1.mul(s)).intoMemorySegment(x, at, ORDER);
        x1.mul(c).add(x0.mul(s)).intoMemorySegment(x, at + partner, ORDER);
    }
}
