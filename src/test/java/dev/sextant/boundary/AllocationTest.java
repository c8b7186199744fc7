package dev.sextant.boundary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sextant.Backend;
import dev.sextant.testkit.ChildJvm;
import dev.sextant.testkit.Place;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Catches a hot call that allocates: a sentence put together in vain, an Optional or a segment the compiler cannot
 * remove.
 */
@Tag("boundary")
class AllocationTest {

    static Stream<Arguments> kinds() {
        List<Backend> all = Backend.available();
        return Stream.of(all.getFirst(), all.getLast()).distinct()
                .flatMap(b -> Stream.of(Place.HEAP, Place.NATIVE).map(p -> Arguments.of(b, p)));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void hotCallsAllocateNothing(Backend backend, Place place) throws Exception {
        ChildJvm.Result result = ChildJvm.of(AllocationProbe.class).property("backend", backend.name())
                .property("place", place).option("-XX:TieredStopAtLevel=4").run();
        assertEquals(0, result.exit(), result::toString);
        assertEquals(17, result.output().lines().count(), result::toString);
        assertTrue(result.output().lines().allMatch(line -> line.startsWith("nothing: ")), result::toString);
    }
}
