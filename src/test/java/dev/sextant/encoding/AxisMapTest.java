package dev.sextant.encoding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Maps that no reference file has, and what a map refuses. */
class AxisMapTest {

    private static String digits(AxisMap map) {
        return IntStream.range(0, map.pairs()).mapToObj(j -> Integer.toString(map.axis(j)))
                .collect(Collectors.joining());
    }

    @Test
    void axialAndAlternating() {
        assertEquals("000111", digits(AxisMap.axial(3, 0, 1)));
        assertEquals("111000", digits(AxisMap.axial(3, 1, 0)));
        assertEquals("221100", digits(AxisMap.axial(2, 2, 1, 0)));
        assertEquals("10101", digits(AxisMap.alternating(5, 1, 0)));
        assertEquals("0120120", digits(AxisMap.alternating(7, 0, 1, 2)));
    }

    /** ggml's MROPE with four sections, and an interleaved map whose fourth section is not empty. */
    @Test
    void fourSections() {
        assertEquals("0011122233", digits(AxisMap.sectioned(2, 3, 3, 2)));
        assertEquals(4, AxisMap.sectioned(2, 3, 3, 2).axes());
        assertEquals(AxisMap.sectioned(16, 16, 16, 16), AxisMap.xdRope(16, 16, 16, 16));
        assertEquals("0120120333", digits(AxisMap.interleavedGgml(3, 2, 2, 3)));
        assertEquals("012012012012", digits(AxisMap.interleavedGgml(4, 4, 4, 0)));
    }

    /** Made by the published code, of which these are the outputs. */
    @Test
    void pangu() {
        assertEquals("0121201212012012120120121201212012012120120121201212012012120120",
                digits(AxisMap.pangu(16, 24, 24)));
        assertEquals("01212012120121201201212012120120", digits(AxisMap.pangu(8, 12, 12)));
        assertEquals("01010101010101010101010100000000", digits(AxisMap.pangu(20, 12)));
        assertEquals("01200000000000000000000000000000", digits(AxisMap.pangu(30, 1, 1)));
        assertEquals("121220", digits(AxisMap.pangu(1, 2, 3)));
    }

    @Test
    void pairsOfAnAxis() {
        assertEquals(List.of(1, 3), IntStream.of(AxisMap.alternating(5, 0, 1).pairsOf(1)).boxed().toList());
        assertEquals(0, AxisMap.sectioned(4, 0).pairsOf(1).length);
    }

    @Test
    void refusals() {
        List<Executable> calls = List.of(
                () -> AxisMap.axial(0, 0, 1), () -> AxisMap.axial(4, 0, 2), () -> AxisMap.axial(4, 1, 1),
                () -> AxisMap.alternating(0, 0, 1), () -> AxisMap.alternating(4, 1, 2),
                () -> AxisMap.sectioned(4, -1, 5), () -> AxisMap.pangu(4), () -> AxisMap.pangu(0, 4, 4),
                () -> AxisMap.pangu(1, 1, 1, 1), () -> AxisMap.of(2, 0, 2));
        for (int i = 0; i < calls.size(); i++) {
            assertThrows(IllegalArgumentException.class, calls.get(i), "call " + i);
        }
    }
}
