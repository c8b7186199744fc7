package dev.sextant.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sextant.internal.java.Elements;
import dev.sextant.tensor.DType;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A peer that is wrong anywhere is not timed. */
class AgreementTest {

    private static final int ELEMENTS = 5;

    private static MemorySegment numbers(DType dtype) {
        MemorySegment memory = Data.allocate((long) ELEMENTS * dtype.bytes());
        for (int i = 0; i < ELEMENTS; i++) {
            Elements.store(memory, dtype, i, i + 1);
        }
        return memory;
    }

    private static String refusal(MemorySegment got, MemorySegment wanted, DType dtype, double tolerance) {
        return assertThrows(IllegalStateException.class,
                () -> Agreement.check("Peer", got, wanted, dtype, tolerance)).getMessage();
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void differencesUpToTheToleranceAgree(DType dtype) {
        MemorySegment got = numbers(dtype);
        Agreement.check("Peer", got, numbers(dtype), dtype, 0);
        Elements.store(got, dtype, ELEMENTS - 1, 5.25f);
        Agreement.check("Peer", got, numbers(dtype), dtype, 0.25);
        assertEquals("Peer: element 4: got 5.25, wanted 5.0 within 0.125",
                refusal(got, numbers(dtype), dtype, 0.125));
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void noNumberAgreesWithNothing(DType dtype) {
        MemorySegment broken = numbers(dtype);
        Elements.store(broken, dtype, 2, Float.NaN);
        assertEquals("Peer: element 2: got NaN, wanted 3.0 within 100.0", refusal(broken, numbers(dtype), dtype, 100));
        assertEquals("Peer: element 2: got 3.0, wanted NaN within 100.0", refusal(numbers(dtype), broken, dtype, 100));
        MemorySegment alsoBroken = Data.allocate(broken.byteSize()).copyFrom(broken);
        assertEquals("Peer: element 2: got NaN, wanted NaN within 100.0", refusal(broken, alsoBroken, dtype, 100));
    }

    @Test
    void comparisonsOfNothingAndOfOneselfAreRefused() {
        MemorySegment ours = numbers(DType.F32);
        assertEquals("Peer: got 16 bytes, wanted 20", refusal(ours.asSlice(0, 16), numbers(DType.F32), DType.F32, 1));
        assertEquals("Peer: got 0 bytes, wanted 0",
                refusal(MemorySegment.ofArray(new byte[0]), MemorySegment.ofArray(new byte[0]), DType.F32, 1));
        assertEquals("Peer: got our own memory, wanted the peer's", refusal(ours, ours.asSlice(0), DType.F32, 1));
    }
}
