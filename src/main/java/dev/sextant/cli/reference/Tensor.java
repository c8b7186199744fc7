package dev.sextant.cli.reference;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A tensor of a data file.
 *
 * @param name full name
 * @param dtype element type
 * @param shape row-major, empty for a scalar
 * @param data its bytes, in the byte order that the buffer says
 */
public record Tensor(String name, Type dtype, long[] shape, ByteBuffer data) {

    /** Element types by their names in the file. */
    public enum Type {
        /** IEEE 754 binary64. */
        F64(8),
        /** IEEE 754 binary32. */
        F32(4),
        /** IEEE 754 binary16. */
        F16(2),
        /** The upper half of a binary32. */
        BF16(2),
        /** 64-bit integer. */
        I64(8),
        /** 32-bit integer. */
        I32(4),
        /** One byte, 0 or 1. */
        BOOL(1);

        private final int bytes;

        Type(int bytes) {
            this.bytes = bytes;
        }

        /** Bytes of one element. */
        public int bytes() {
            return bytes;
        }
    }

    /** Bytes of a tensor of sizes of at least 0; a number too large to matter where they are more than 2^60. */
    static long bytes(long[] shape, Type type) {
        long bytes = type.bytes();
        boolean empty = Arrays.stream(shape).anyMatch(n -> n == 0);
        for (long n : shape) {
            bytes = empty ? 0 : bytes > (1L << 60) / n ? 1L << 60 : bytes * n;
        }
        return bytes;
    }

    /** Number of elements. */
    public int count() {
        return data.limit() / dtype.bytes();
    }

    /** Size of one axis; negative axes count from the end. */
    public int size(int axis) {
        return (int) shape[axis < 0 ? shape.length + axis : axis];
    }

    /** The elements of an F32 tensor. */
    public float[] floats() throws UnreadableException {
        expect(Type.F32);
        float[] values = new float[count()];
        data.asReadOnlyBuffer().order(data.order()).asFloatBuffer().get(values);
        return values;
    }

    /** The bit patterns of an F16 or BF16 tensor. */
    public short[] halves() throws UnreadableException {
        expect(Type.F16, Type.BF16);
        short[] values = new short[count()];
        data.asReadOnlyBuffer().order(data.order()).asShortBuffer().get(values);
        return values;
    }

    /** The elements of an F64 or F32 tensor, widened. */
    public double[] doubles() throws UnreadableException {
        expect(Type.F64, Type.F32);
        double[] values = new double[count()];
        for (int i = 0; i < values.length; i++) {
            values[i] = dtype == Type.F64 ? data.getDouble(8 * i) : data.getFloat(4 * i);
        }
        return values;
    }

    /** The elements of an I64 or I32 tensor, widened. */
    public long[] longs() throws UnreadableException {
        expect(Type.I64, Type.I32);
        long[] values = new long[count()];
        for (int i = 0; i < values.length; i++) {
            values[i] = dtype == Type.I64 ? data.getLong(8 * i) : data.getInt(4 * i);
        }
        return values;
    }

    /** The elements of a tensor of floating-point numbers, as float32: of an F64 tensor rounded. */
    public float[] toFloats() throws UnreadableException {
        expect(Type.F64, Type.F32, Type.F16, Type.BF16);
        float[] values = new float[count()];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (dtype) {
                case F64 -> (float) data.getDouble(8 * i);
                case F16 -> Float.float16ToFloat(data.getShort(2 * i));
                case BF16 -> Float.intBitsToFloat(data.getShort(2 * i) << 16);
                default -> data.getFloat(4 * i);
            };
        }
        return values;
    }

    private void expect(Type... wanted) throws UnreadableException {
        if (!Arrays.asList(wanted).contains(dtype)) {
            throw new UnreadableException("tensor " + name + ": got " + dtype + ", wanted " + Arrays.toString(wanted));
        }
    }
}
