package dev.sextant.boundary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sextant.Backend;
import dev.sextant.testkit.ChildJvm;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Catches a call of attention that allocates: a view cut from the workspace, a segment made to be passed on. */
@Tag("boundary")
class AttentionAllocationTest {

    static Stream<Backend> kinds() {
        List<Backend> all = Backend.available();
        return Stream.of(all.getFirst(), all.getLast()).distinct();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void callsAllocateNothing(Backend backend) throws Exception {
        ChildJvm.Result result = ChildJvm.of(AttentionAllocationProbe.class).property("backend", backend.name())
                .option("-XX:TieredStopAtLevel=4").run();
        assertEquals(0, result.exit(), result::toString);
        assertEquals(3, result.output().lines().count(), result::toString);
        assertTrue(result.output().lines().allMatch(line -> line.startsWith("nothing: ")), result::toString);
    }
}
