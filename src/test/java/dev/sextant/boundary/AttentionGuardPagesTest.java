package dev.sextant.boundary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sextant.testkit.ChildJvm;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Catches attention that reads or writes one byte before or after what it was given, of any tensor, list or workspace. */
@Tag("boundary")
class AttentionGuardPagesTest {

    @Test
    void nothingOutsideIsTouched() throws Exception {
        assumeTrue(Posix.isHere(), "guard pages are made by Linux calls");
        ChildJvm.Result result = ChildJvm.of(AttentionGuardPagesProbe.class).run();
        assertEquals(0, result.exit(), () -> "died at: " + result.lastLine() + "\n" + result.error());
        assertTrue(result.lastLine().startsWith("done "), result.lastLine());
    }
}
