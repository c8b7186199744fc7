package dev.sextant.boundary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sextant.testkit.ChildJvm;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Catches a kernel that reads or writes one byte before or after what it was given: a full vector where a tail was
 * left, a load that is masked only after the fact. The kernels run in a process of their own, because such a byte ends
 * it.
 */
@Tag("boundary")
class GuardPagesTest {

    @Test
    void nothingOutsideIsTouched() throws Exception {
        assumeTrue(Posix.isHere(), "guard pages are made by Linux calls");
        ChildJvm.Result result = ChildJvm.of(GuardPagesProbe.class).run();
        assertEquals(0, result.exit(), () -> "died at: " + result.lastLine() + "\n" + result.error());
        assertTrue(result.lastLine().startsWith("done "), result.lastLine());
    }

    @Test
    void gathersStayInsideToo() throws Exception {
        assumeTrue(Posix.isHere(), "guard pages are made by Linux calls");
        ChildJvm.Result result = ChildJvm.of(GatherGuardPagesProbe.class).run();
        assertEquals(0, result.exit(), () -> "died at: " + result.lastLine() + "\n" + result.error());
        assertTrue(result.lastLine().startsWith("done "), result.lastLine());
    }
}
