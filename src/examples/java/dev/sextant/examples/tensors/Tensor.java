package dev.sextant.examples.tensors;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The engine's tensor: rows of elements that are reached one by one through virtual calls. */
abstract class Tensor {

    /** Element types that the engine computes with. */
    enum Type {
        /** 32 bits. */
        F32,
        /** The upper half of 32 bits. */
        BF16
    }

    private final MemorySegment segment;
    private final int first;
    private final int[] shape;

    Tensor(MemorySegment segment, int first, int... shape) {
        this.segment = segment;
        this.first = first;
        this.shape = shape;
    }

    /** Zeros. */
    static Tensor allocate(Type type, int rows, int columns) {
        MemorySegment memory = Arena.ofAuto().allocate((type == Type.F32 ? 4L : 2L) * rows * columns, 64);
        return type == Type.F32 ? new F32(memory, 0, rows, columns) : new Bf16(memory, 0, rows, columns);
    }

    abstract float get(int... at);

    abstract void set(float value, int... at);

    /** Row {@code index}, sharing memory. */
    abstract Tensor row(int index);

    final int rows() {
        return shape[0];
    }

    final MemorySegment segment() {
        return segment;
    }

    /** Elements of the segment before the first one of this tensor. */
    final int first() {
        return first;
    }

    /** Where row {@code index} begins. */
    final int start(int index) {
        return first + index * shape[1];
    }

    final int columns() {
        return shape[1];
    }

    /** Where an element stands in the segment. */
    final int index(int... at) {
        int index = 0;
        for (int axis = 0; axis < at.length; axis++) {
            index = index * shape[axis] + at[axis];
        }
        return first + index;
    }

    /** Float32. */
    private static final class F32 extends Tensor {

        F32(MemorySegment segment, int first, int rows, int columns) {
            super(segment, first, rows, columns);
        }

        @Override
        float get(int... at) {
            return segment().getAtIndex(ValueLayout.JAVA_FLOAT, index(at));
        }

        @Override
        void set(float value, int... at) {
            segment().setAtIndex(ValueLayout.JAVA_FLOAT, index(at), value);
        }

        @Override
        Tensor row(int index) {
            return new F32(segment(), start(index), 1, columns());
        }
    }

    /** Bfloat16, rounded to nearest even. */
    private static final class Bf16 extends Tensor {

        Bf16(MemorySegment segment, int first, int rows, int columns) {
            super(segment, first, rows, columns);
        }

        @Override
        float get(int... at) {
            return Float.intBitsToFloat(segment().getAtIndex(ValueLayout.JAVA_SHORT, index(at)) << 16);
        }

        @Override
        void set(float value, int... at) {
            int bits = Float.floatToIntBits(value);
            segment().setAtIndex(ValueLayout.JAVA_SHORT, index(at), (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16));
        }

        @Override
        Tensor row(int index) {
            return new Bf16(segment(), start(index), 1, columns());
        }
    }
}
