package dev.sextant.attention;

import dev.sextant.AttentionPlan;
import dev.sextant.Backend;
import dev.sextant.testkit.AttentionCase;
import dev.sextant.testkit.Backends;
import dev.sextant.testkit.PlainAttention;
import dev.sextant.testkit.RandomAttention;
import dev.sextant.testkit.SeededCases;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Every backend against the definition, on problems of every bias, structure, type and layout. Hidden keys, hidden values and gaps hold NaN
 * and infinity throughout. Catches a tile at the edge of a length, a head of the wrong group, a predicate read the wrong way round.
 */
@Tag("parity")
class AttentionParityTest {

    @Test
    void everyBackendHasTheDefinitionsNumbers() {
        SeededCases.run(AttentionParityTest.class, 400, random -> {
            AttentionCase c = RandomAttention.any(random);
            PlainAttention plain = new PlainAttention(c);
            for (Backend backend : Backends.all()) {
                AttentionPlan plan = c.builder().backend(backend).build();
                plain.assertNear(c.attend(plan), backend.name());
            }
        });
    }
}
