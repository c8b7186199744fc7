package dev.sextant.boundary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sextant.testkit.ChildJvm;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Catches an addition of a bias that allocates. */
@Tag("boundary")
class BiasAllocationTest {

    @Test
    void addingABiasAllocatesNothing() throws Exception {
        ChildJvm.Result result = ChildJvm.of(BiasAllocationProbe.class).property("backend", "java")
                .option("-XX:TieredStopAtLevel=4").run();
        assertEquals(0, result.exit(), result::toString);
        assertEquals(4, result.output().lines().count(), result::toString);
        assertTrue(result.output().lines().allMatch(line -> line.startsWith("nothing: ")), result::toString);
    }
}
