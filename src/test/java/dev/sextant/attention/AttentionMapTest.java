package dev.sextant.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sextant.AttentionCall;
import dev.sextant.AttentionMap;
import dev.sextant.AttentionPlan;
import dev.sextant.Backend;
import dev.sextant.encoding.BlockList;
import dev.sextant.encoding.Structure;
import dev.sextant.testkit.AttentionCase;
import dev.sextant.testkit.Backends;
import dev.sextant.testkit.PlainAttention;
import dev.sextant.testkit.RandomAttention;
import dev.sextant.testkit.SeededCases;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Maps are the probabilities of the definition, averaged over queries and added up over keys; never more cells than asked for. */
@Tag("parity")
class AttentionMapTest {

    @Test
    void cellsAreAveragesOfTheProbabilities() {
        SeededCases.run(AttentionMapTest.class, 120, random -> {
            AttentionCase c = RandomAttention.any(random);
            c.structure = c.structure.blocks() == null ? c.structure : Structure.causal();
            if (c.bias.toString().contains("sequences")) {
                c.bias = RandomAttention.bias(c, random, 1);
            }
            c.draw();
            PlainAttention plain = new PlainAttention(c);
            int most = 1 + random.nextInt(12);
            for (Backend backend : Backends.all()) {
                AttentionPlan plan = Same.plan(c, backend);
                AttentionCall call = c.call(plan, c.newResult(), 1);
                for (int b = 0; b < c.queries.length; b++) {
                    check(c, plain, AttentionMap.of(plan, call, b, most), b, most, backend);
                }
            }
        });
    }

    private static void check(AttentionCase c, PlainAttention plain, AttentionMap map, int b, int most,
            Backend backend) {
        assertEquals(Math.min(most, c.queries[b]), map.rows());
        assertEquals(Math.min(most, c.keys[b]), map.columns());
        double[][][] sums = new double[c.heads][map.rows()][map.columns()];
        int[] counts = new int[map.rows()];
        for (int i = 0; i < c.queries[b] && map.columns() > 0; i++) {
            int row = (int) ((long) i * map.rows() / c.queries[b]);
            counts[row]++;
            for (int h = 0; h < c.heads; h++) {
                PlainAttention.Row wanted = plain.row(b, i, h);
                for (int j = 0; j < c.keys[b]; j++) {
                    double s = wanted.scores()[j];
                    sums[h][row][(int) ((long) j * map.columns() / c.keys[b])] += Double.isNaN(s)
                            ? 0
                            : Math.exp(s - wanted.lse());
                }
            }
        }
        for (int h = 0; h < c.heads; h++) {
            for (int row = 0; row < map.rows(); row++) {
                for (int column = 0; column < map.columns(); column++) {
                    assertEquals(sums[h][row][column] / counts[row], map.at(h, row, column), 1e-5,
                            backend + ", sequence " + b + " of " + c);
                }
            }
        }
    }

    @Test
    void whatCannotBeMappedIsRefused() {
        AttentionCase c = Same.problem(new SplittableRandom(1), 1, 6, 6);
        AttentionPlan plan = Same.plan(c, Backend.java());
        AttentionCall call = c.call(plan, c.newResult(), 1);
        assertThrows(IllegalArgumentException.class, () -> AttentionMap.of(plan, call, 0, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> AttentionMap.of(plan, call, 1, 4));
        assertThrows(IndexOutOfBoundsException.class, () -> AttentionMap.of(plan, call, 0, 4).at(0, 4, 0));
        c.structure = Structure.causal().blockList(BlockList.of(8, 8, new boolean[][]{{true}}));
        AttentionPlan blocks = Same.plan(c, Backend.java());
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class,
                () -> AttentionMap.of(blocks, call, 0, 4));
        assertTrue(refused.getMessage().contains("block list"), refused.getMessage());
    }
}
