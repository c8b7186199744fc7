package dev.sextant.testkit;

import dev.sextant.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/** Contents of test buffers: filling them with what breaks kernels, comparing them bit for bit. */
public final class Bits {

    private static final int[] AWKWARD = {
            0x00000000, 0x80000000, 0x00000001, 0x80000001, 0x007fffff, 0x00800000, 0x80800000, 0x7f7fffff, 0xff7fffff,
            0x7f800000, 0xff800000, 0x7fc00000, 0xffc12345, 0x7f800001, 0x3f800000, 0xbf800000, 0x33800000, 0x3f808000,
            0x3f818000, 0x477fe000, 0x477ff000, 0x33000000, 0x33000001, 0x387fc000, 0x38800000};

    private Bits() {}

    /**
     * Fills with ordinary numbers, or, when {@code awkward}, also with NaN, infinities, zeros, denormals and random
     * bits.
     */
    public static void fill(MemorySegment memory, DType dtype, SplittableRandom random, boolean awkward) {
        long elements = memory.byteSize() / dtype.bytes();
        for (long i = 0; i < elements; i++) {
            int kind = awkward ? random.nextInt(8) : 7;
            float value = switch (kind) {
                case 0 -> Float.intBitsToFloat(AWKWARD[random.nextInt(AWKWARD.length)]);
                case 1 -> Float.intBitsToFloat(random.nextInt());
                default -> (float) ((random.nextDouble() - 0.5) * 8);
            };
            if (dtype == DType.F32) {
                memory.set(ValueLayout.JAVA_INT_UNALIGNED, i * 4, Float.floatToRawIntBits(value));
            } else {
                short bits = kind == 1 ? (short) random.nextInt() : narrow(dtype, value);
                memory.set(ValueLayout.JAVA_SHORT_UNALIGNED, i * 2, bits);
            }
        }
    }

    /** Element {@code index} as a float, written without the library's own conversions. */
    public static float get(MemorySegment memory, DType dtype, long index) {
        return dtype == DType.F32
                ? memory.get(ValueLayout.JAVA_FLOAT_UNALIGNED, index * 4)
                : widen(dtype, memory.get(ValueLayout.JAVA_SHORT_UNALIGNED, index * 2));
    }

    /** Sets element {@code index}, rounded to nearest even. */
    public static void set(MemorySegment memory, DType dtype, long index, float value) {
        if (dtype == DType.F32) {
            memory.set(ValueLayout.JAVA_FLOAT_UNALIGNED, index * 4, value);
        } else {
            memory.set(ValueLayout.JAVA_SHORT_UNALIGNED, index * 2, narrow(dtype, value));
        }
    }

    /** A 16-bit pattern as the float it stands for. */
    public static float widen(DType dtype, short bits) {
        return dtype == DType.F16 ? Float.float16ToFloat(bits) : Float.intBitsToFloat(bits << 16);
    }

    /** The nearest 16-bit pattern, ties to even, NaN to NaN. */
    public static short narrow(DType dtype, float value) {
        if (dtype == DType.F16) {
            return Float.floatToFloat16(value);
        }
        if (Float.isNaN(value)) {
            return 0x7fc0;
        }
        int bits = Float.floatToRawIntBits(value);
        int kept = bits >>> 16;
        int rest = bits & 0xffff;
        return (short) (rest > 0x8000 || rest == 0x8000 && (kept & 1) == 1 ? kept + 1 : kept);
    }

    /** A copy on the heap, to compare with later. */
    public static MemorySegment snapshot(MemorySegment memory) {
        return MemorySegment.ofArray(memory.toArray(ValueLayout.JAVA_BYTE));
    }

    /** Every byte equal, gaps included; any NaN equals any NaN, and nothing else does. */
    public static void assertSame(MemorySegment wanted, MemorySegment got, DType dtype, String what) {
        int bytes = dtype.bytes();
        long at = wanted.mismatch(got);
        if (at < 0) {
            return;
        }
        for (long i = at / bytes; i < wanted.byteSize() / bytes; i++) {
            float w = get(wanted, dtype, i);
            float g = get(got, dtype, i);
            if (Float.floatToRawIntBits(w) != Float.floatToRawIntBits(g) && !(Float.isNaN(w) && Float.isNaN(g))) {
                throw new AssertionError(
                        what + ": element " + i + ": got " + g + " (" + hex(g) + "), wanted " + w + " ("
                                + hex(w) + ")");
            }
        }
    }

    private static String hex(float value) {
        return Integer.toHexString(Float.floatToRawIntBits(value));
    }
}
