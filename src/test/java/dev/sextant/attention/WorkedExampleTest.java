package dev.sextant.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sextant.AttentionPlan;
import dev.sextant.Backend;
import dev.sextant.encoding.ExplicitSlopes;
import dev.sextant.encoding.Structure;
import dev.sextant.testkit.AttentionCase;
import dev.sextant.testkit.Backends;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Three queries over four keys, worked out by hand in double: bias, sink, softcap, and a split of the keys. */
class WorkedExampleTest {

    private static final float[][] Q = {{1, 0}, {0, 1}, {1, 1}};
    private static final float[][] K = {{1, 0}, {0, 1}, {1, 1}, {2, 0}};
    private static final float[][] V = {{1, 0}, {0, 1}, {2, 2}, {4, -1}};

    static Stream<Backend> backends() {
        return Backends.all().stream();
    }

    @ParameterizedTest
    @MethodSource("backends")
    void alibi(Backend backend) {
        check(backend, 0, 4, 1, c -> c.bias = ExplicitSlopes.of(0.5),
                new double[]{.55159241, .44840759, 1.22007094, 1.45785602, 2.80466329, .20783131},
                new double[]{.80205267, 1.28815999, 2.05498212});
    }

    @ParameterizedTest
    @MethodSource("backends")
    void sink(Backend backend) {
        check(backend, 0, 4, 1, c -> c.sinks = new float[]{1},
                new double[]{.35293681, .17402209, .6503598, .78260155, 1.78038763, .40939672},
                new double[]{1.74857302, 2.05085066, 2.7081177});
    }

    @ParameterizedTest
    @MethodSource("backends")
    void softcap(Backend backend) {
        check(backend, 0, 4, 1, c -> c.softcap = 1,
                new double[]{.64768056, .35231944, 1, 1.17925873, 1.92357515, .5},
                new double[]{1.04321703, 1.54258561, 2.14465205});
    }

    @ParameterizedTest
    @MethodSource("backends")
    void halvesOfTheKeys(Backend backend) {
        check(backend, 0, 2, 1, c -> c.bias = ExplicitSlopes.of(0.5),
                new double[]{.55159241, .44840759, .23021337, .76978663, .37754067, .62245933},
                new double[]{.80205267, .46874869, .18118377});
        check(backend, 2, 4, -1, c -> c.bias = ExplicitSlopes.of(0.5),
                new double[]{0, 0, 2, 2, 3.24491866, .132622},
                new double[]{Double.NEGATIVE_INFINITY, .70710678, 1.88829055});
    }

    private static void check(Backend backend, int from, int to, long offset, Consumer<AttentionCase> choices,
            double[] o, double[] lse) {
        AttentionCase c = new AttentionCase(new SplittableRandom(1));
        c.heads = 1;
        c.keyDim = 2;
        c.valueDim = 2;
        c.queries = new int[]{3};
        c.keys = new int[]{to - from};
        c.offsets = new long[]{offset};
        c.structure = Structure.causal();
        choices.accept(c);
        c.draw();
        c.q[0] = Q;
        for (int j = from; j < to; j++) {
            c.k[0][j - from] = K[j];
            c.v[0][j - from] = V[j];
        }
        AttentionPlan plan = c.builder().backend(backend).build();
        AttentionCase.Result result = c.attend(plan);
        for (int i = 0; i < 3; i++) {
            assertEquals(lse[i], result.lse(0, i, 0), 1e-6, "lse of row " + i);
            for (int d = 0; d < 2; d++) {
                assertEquals(o[2 * i + d], result.o(0, i, 0, d), 1e-6, "row " + i + ", element " + d);
            }
        }
    }
}
