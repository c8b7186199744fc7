package dev.sextant.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sextant.AttentionPlan;
import dev.sextant.Backend;
import dev.sextant.encoding.ScoreBias;
import dev.sextant.encoding.Structure;
import dev.sextant.testkit.AttentionCase;
import dev.sextant.testkit.Backends;
import dev.sextant.testkit.RandomAttention;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** What these tests share: every backend with every kind of bias, and comparisons of results. */
final class Same {

    /** Kinds of bias that {@link RandomAttention#bias} draws, and a tensor. */
    static final int KINDS = 7;

    private Same() {}

    static Stream<Backend> backends() {
        return Backends.all().stream();
    }

    /** Every backend with every kind of bias. */
    static Stream<Arguments> biases() {
        List<Arguments> all = new ArrayList<>();
        for (Backend backend : Backends.all()) {
            for (int kind = 0; kind < KINDS; kind++) {
                all.add(Arguments.of(backend, kind));
            }
        }
        return all.stream();
    }

    /** A causal problem of some heads with a bias of one kind. */
    static AttentionCase problem(SplittableRandom random, int kind, int queries, int keys) {
        AttentionCase c = new AttentionCase(random);
        c.heads = 4;
        c.kvHeads = 2;
        c.keyDim = 24;
        c.valueDim = 20;
        c.queries = new int[]{queries};
        c.keys = new int[]{keys};
        c.offsets = new long[]{keys - queries};
        c.structure = Structure.causal();
        c.bias = kind < 6 ? RandomAttention.bias(c, random, kind) : ScoreBias.NONE;
        c.dense = kind == 6;
        return c.draw();
    }

    static AttentionPlan plan(AttentionCase c, Backend backend) {
        return c.builder().backend(backend).build();
    }

    /** Rows of two results within the bound of float32 work, rows of one from {@code first} on being those of the other. */
    static void assertNear(AttentionCase.Result wanted, int first, AttentionCase.Result got, int rows, int heads,
            int dim, String what) {
        for (int i = 0; i < rows; i++) {
            for (int h = 0; h < heads; h++) {
                String where = what + ", row " + i + ", head " + h;
                assertEquals(wanted.lse(0, first + i, h), got.lse(0, i, h), 4e-6, where);
                for (int d = 0; d < dim; d++) {
                    assertEquals(wanted.o(0, first + i, h, d), got.o(0, i, h, d), 4e-6, where);
                }
            }
        }
    }

    /** Outputs and logarithms, every byte. */
    static void assertBits(AttentionCase.Result wanted, AttentionCase.Result got, String what) {
        assertEquals(-1, wanted.out.memory().mismatch(got.out.memory()), what + ": out");
        assertEquals(-1, wanted.lse.memory().mismatch(got.lse.memory()), what + ": lse");
    }
}
