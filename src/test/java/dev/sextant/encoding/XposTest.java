package dev.sextant.encoding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.testkit.Backends;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The magnitude of xPos: figures, the law it stands for, and where it ends. */
class XposTest {

    private static final Rope ROPE = Rope.of(64, 10_000).layout(PairLayout.INTERLEAVED);

    private static double at(Xpos xpos, int pair, double position) {
        return xpos.scale().at(pair, 32, position);
    }

    /** Made in float32 by a transcription of the published code. */
    @Test
    void figures() {
        Xpos queries = Xpos.queries(ROPE.angles(AngleMode.HF_FLOAT32));
        double[][] wanted = {{1, 0, 0.997556209564209}, {1, 1, 0.9977027773857117}, {1, 15, 0.9990684390068054},
                {1, 31, 0.9999558925628662}, {-37, 0, 1.0947562456130981}, {-37, 31, 1.0016326904296875},
                {512, 0, 0.2857142984867096}, {512, 15, 0.6205357313156128}, {4096, 0, 4.440744669409469e-05},
                {4096, 1, 8.106041059363633e-05}, {4096, 15, 0.02198539860546589}, {4096, 31, 0.8347738981246948}};
        for (double[] f : wanted) {
            assertEquals(f[2], at(queries, (int) f[1], f[0]), 2e-7 * f[2], "position " + f[0] + ", pair " + f[1]);
        }
        assertEquals(1, at(queries, 0, 0));
    }

    /** A query's magnitude times a key's depends on the distance alone, whatever the centre. */
    @Test
    void scoresDependOnTheDistance() {
        for (double centre : new double[]{0, 1000, -3.5}) {
            Xpos queries = new Xpos(ROPE, 512, centre, Xpos.Side.QUERIES);
            Xpos keys = new Xpos(ROPE, 512, centre, Xpos.Side.KEYS);
            for (int j = 0; j < 32; j++) {
                double zeta = (2 * j + 0.4 * 64) / (1.4 * 64);
                double wanted = StrictMath.pow(zeta, 70.0 / 512);
                assertEquals(wanted, at(queries, j, 170) * at(keys, j, 100), 1e-12, "pair " + j);
                assertEquals(wanted, at(queries, j, 2070) * at(keys, j, 2000), 1e-12, "pair " + j);
            }
        }
    }

    /** Two plans, one a side, and a score that falls off with the distance and with nothing else. */
    @Test
    void plansKeepTheLaw() {
        for (Backend backend : Backends.all()) {
            double near = score(backend, 40, 30);
            assertEquals(near, score(backend, 240, 230), 1e-3, "the same distance elsewhere");
            double[] self = {score(backend, 3, 3), score(backend, 250, 250)};
            assertEquals(32, self[0], 1e-4, "norm of ones over 32 pairs, halves cancel");
            assertEquals(32, self[1], 1e-3);
        }
    }

    private static double score(Backend backend, int query, int key) {
        float[] q = new float[64];
        float[] k = new float[64];
        for (int i = 0; i < 64; i += 2) {
            q[i] = 1;
            k[i] = 1;
        }
        plan(backend, Xpos.queries(ROPE)).rotate(Heads.of(q, 1, 1, 64), Positions.from(query));
        plan(backend, Xpos.keys(ROPE)).rotate(Heads.of(k, 1, 1, 64), Positions.from(key));
        double sum = 0;
        for (int i = 0; i < 64; i++) {
            sum += (double) q[i] * k[i];
        }
        return sum;
    }

    private static RotaryPlan plan(Backend backend, Xpos xpos) {
        return RotaryPlan.builder(xpos, HeadShape.of(64, DType.F32)).table(256).backend(backend).build();
    }

    /** Where both directions are normal float32 numbers, and not one position further. */
    @Test
    void reach() {
        Xpos queries = Xpos.queries(ROPE);
        double reach = queries.reach();
        assertEquals(35_694, reach, 1);
        for (Xpos side : List.of(queries, Xpos.keys(ROPE))) {
            for (double p : new double[]{reach, -reach}) {
                float magnitude = (float) at(side, 0, p);
                assertTrue(magnitude >= Float.MIN_NORMAL && magnitude <= Float.MAX_VALUE, p + ": " + magnitude);
            }
            for (double p : new double[]{reach + 1, -reach - 1, Double.NaN}) {
                String message = assertThrows(IllegalArgumentException.class, () -> at(side, 31, p)).getMessage();
                assertTrue(message.contains("got " + p) && message.contains("wanted at most " + reach), message);
            }
        }
        assertEquals(reach, new Xpos(ROPE, 512, 1e6, Xpos.Side.KEYS).reach());
        assertTrue(at(new Xpos(ROPE, 512, 1e6, Xpos.Side.KEYS), 0, 1e6 + 5) > 1);
    }

    @Test
    void theRestIsTheRopes() {
        Xpos keys = Xpos.keys(ROPE);
        assertEquals(ROPE.rotaryDim(), keys.rotaryDim());
        assertEquals(ROPE.layout(), keys.layout());
        assertEquals(ROPE.frequencies(), keys.frequencies());
        assertEquals(ROPE.angles(), keys.angles());
        assertEquals(ROPE.axes(), keys.axes());
        assertSame(RowScale.NONE, ROPE.scale());
        assertEquals(1, RowScale.NONE.at(3, 32, 1e9));
    }

    @Test
    void refusals() {
        List<Executable> calls = List.of(
                () -> new Xpos(ROPE, 0, 0, Xpos.Side.KEYS), () -> new Xpos(ROPE, Double.NaN, 0, Xpos.Side.KEYS),
                () -> new Xpos(ROPE, 512, Double.POSITIVE_INFINITY, Xpos.Side.KEYS),
                () -> RotaryPlan.of(Xpos.keys(ROPE), HeadShape.of(64, DType.F32)),
                () -> RotaryPlan.builder(Xpos.keys(ROPE), HeadShape.of(64, DType.F32)).table(40_000).build());
        for (int i = 0; i < calls.size(); i++) {
            assertThrows(IllegalArgumentException.class, calls.get(i), "call " + i);
        }
    }
}
