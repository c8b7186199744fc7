package dev.sextant.attention;

import dev.sextant.AttentionPlan;
import dev.sextant.Backend;
import dev.sextant.testkit.AttentionCase;
import dev.sextant.testkit.Backends;
import dev.sextant.testkit.PlainAttention;
import dev.sextant.testkit.RandomAttention;
import dev.sextant.testkit.SeededCases;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What hidden keys and values hold changes no bit of the result; what keys that are seen hold does, NaN and infinity too. */
@Tag("parity")
class PoisonTest {

    @Test
    void hiddenSlotsNeverLeak() {
        SeededCases.run(PoisonTest.class, 150, random -> {
            AttentionCase c = RandomAttention.any(random);
            for (Backend backend : Backends.all()) {
                AttentionPlan plan = Same.plan(c, backend);
                c.poison = true;
                AttentionCase.Result poisoned = c.attend(plan);
                c.poison = false;
                Same.assertBits(c.attend(plan), poisoned, backend + ": " + c);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("dev.sextant.attention.Same#biases")
    void notANumberOfAKeyThatIsSeenShows(Backend backend, int kind) {
        AttentionCase c = Same.problem(new SplittableRandom(5), kind, 40, 40);
        c.k[0][20][3] = Float.NaN;
        AttentionCase.Result got = c.attend(Same.plan(c, backend));
        PlainAttention plain = new PlainAttention(c);
        for (int i = 0; i < 40; i++) {
            for (int h = 0; h < c.heads; h++) {
                boolean sees = i >= 20 && h / 2 == 0;
                Assertions.assertEquals(sees, Float.isNaN(got.lse(0, i, h)), backend + ", row " + i + ", head " + h);
                Assertions.assertEquals(sees, Float.isNaN(got.o(0, i, h, 0)), backend + ", row " + i + ", head " + h);
                Assertions.assertEquals(plain.sees(0, h, i, 20), i >= 20);
            }
        }
    }
}
