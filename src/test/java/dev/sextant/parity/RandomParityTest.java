package dev.sextant.parity;

import dev.sextant.Backend;
import dev.sextant.testkit.Backends;
import dev.sextant.testkit.PlainRotation;
import dev.sextant.testkit.RandomCases;
import dev.sextant.testkit.RotaryCase;
import dev.sextant.testkit.SeededCases;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random rotations: dims from 2, slices inside a head, every nesting of strides, fused projections, memory on and off
 * the heap, every kind of position, awkward numbers. Catches what nobody thought of listing: a tail loop one pair
 * short, a stride mixed up with another, a NaN that became a number, a write outside the view.
 */
@Tag("parity")
class RandomParityTest {

    @Test
    void javaDoesWhatTheDefinitionSays() {
        SeededCases.run(RandomParityTest.class, 2000, random -> {
            RotaryCase rotation = RandomCases.next(random);
            rotation.assertSame(PlainRotation.run(rotation), rotation.run(Backend.java(), RotaryCase.WHOLE), "java");
        });
    }

    @Test
    void everyBackendGivesTheBitsOfJava() {
        SeededCases.run(RandomParityTest.class, 2000, random -> compare(random, false));
    }

    /** Heap memory and more work than one critical call may do: the call is cut by tokens. */
    @Test
    void largeCallsToo() {
        SeededCases.run(RandomParityTest.class, 60, random -> compare(random, true));
    }

    private static void compare(SplittableRandom random, boolean large) {
        RotaryCase rotation = RandomCases.next(random, large);
        List<MemorySegment> wanted = rotation.run(Backend.java(), RotaryCase.WHOLE);
        for (Backend backend : Backends.others()) {
            rotation.assertSame(wanted, rotation.run(backend, RotaryCase.WHOLE), backend.name());
        }
    }
}
