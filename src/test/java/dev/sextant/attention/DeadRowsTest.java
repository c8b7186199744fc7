package dev.sextant.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sextant.Backend;
import dev.sextant.encoding.Structure;
import dev.sextant.testkit.AttentionCase;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A row that sees no key is 0, its logarithm minus infinity or the sink; a row of finite masks is not dead. */
class DeadRowsTest {

    @ParameterizedTest
    @MethodSource("dev.sextant.attention.Same#backends")
    void rowsBeforeAllKeysAreDead(Backend backend) {
        dead(backend, 5, c -> c.offsets = new long[]{-5});
        dead(backend, 9, c -> c.keys = new int[]{0});
        dead(backend, 9, c -> c.structure = Structure.all().window(2, 2).chunks(4).documents());
    }

    @ParameterizedTest
    @MethodSource("dev.sextant.attention.Same#backends")
    void sinksOfDeadRowsAreTheirLogarithm(Backend backend) {
        dead(backend, 5, c -> {
            c.offsets = new long[]{-5};
            c.sinks = new float[]{0.25f, -3, 7, 0};
        });
    }

    private static void dead(Backend backend, int rows, Consumer<AttentionCase> choices) {
        AttentionCase c = Same.problem(new SplittableRandom(11), 0, 9, 9);
        choices.accept(c);
        c.draw();
        if (c.structure.hasDocuments()) {
            Arrays.fill(c.queryDocuments[0], 1);
            Arrays.fill(c.keyDocuments[0], 2);
        }
        AttentionCase.Result got = c.attend(Same.plan(c, backend));
        for (int i = 0; i < rows; i++) {
            for (int h = 0; h < c.heads; h++) {
                assertEquals(c.sinks.length > 0 ? c.sinks[h] : Float.NEGATIVE_INFINITY, got.lse(0, i, h));
                for (int d = 0; d < c.valueDim; d++) {
                    assertEquals(0, Float.floatToRawIntBits(got.o(0, i, h, d)), "row " + i + ", head " + h);
                }
            }
        }
    }

    /** Only minus infinity hides: a row of a large negative bias is the mean of what it sees. */
    @ParameterizedTest
    @MethodSource("dev.sextant.attention.Same#backends")
    void finiteMasksHideNothing(Backend backend) {
        for (float mask : new float[]{-1e38f, -Float.MAX_VALUE, -10_000}) {
            AttentionCase c = Same.problem(new SplittableRandom(11), 6, 4, 6);
            c.structure = Structure.all();
            for (float[] q : c.q[0]) {
                Arrays.fill(q, 0);
            }
            for (float[][] head : c.denseValues[0]) {
                Arrays.fill(head[1], mask);
            }
            AttentionCase.Result got = c.attend(Same.plan(c, backend));
            double mean = 0;
            for (float[] v : c.v[0]) {
                mean += v[0] / 6.0;
            }
            assertEquals(mean, got.o(0, 1, 0, 0), 1e-6, backend + " under " + mask);
        }
    }
}
