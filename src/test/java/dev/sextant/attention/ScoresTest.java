package dev.sextant.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sextant.AttentionCall;
import dev.sextant.AttentionPlan;
import dev.sextant.Backend;
import dev.sextant.encoding.CapturePoint;
import dev.sextant.encoding.ScoreBias;
import dev.sextant.tensor.Scores;
import dev.sextant.testkit.AttentionCase;
import dev.sextant.testkit.Backends;
import dev.sextant.testkit.PlainAttention;
import dev.sextant.testkit.RandomAttention;
import dev.sextant.testkit.SeededCases;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Scores at every capture point are the definition's; a bias added to somebody else's scores has the same bits everywhere. */
@Tag("parity")
class ScoresTest {

    @Test
    void capturePoints() {
        SeededCases.run(ScoresTest.class, 150, random -> {
            AttentionCase c = RandomAttention.any(random);
            c.poison = false;
            PlainAttention plain = new PlainAttention(c);
            for (Backend backend : Backends.all()) {
                AttentionPlan plan = Same.plan(c, backend);
                AttentionCall call = c.call(plan, c.newResult(), 1);
                for (CapturePoint point : CapturePoint.values()) {
                    Scores scores = c.newScores();
                    plan.scores(call, point, scores);
                    check(c, plain, point, scores, backend);
                }
            }
        });
    }

    private static void check(AttentionCase c, PlainAttention plain, CapturePoint point, Scores scores,
            Backend backend) {
        for (int b = 0; b < c.queries.length; b++) {
            for (int h = 0; h < c.heads; h++) {
                for (int i = 0; i < c.queries[b]; i++) {
                    double lse = plain.row(b, i, h).lse();
                    for (int j = 0; j < c.keys[b]; j++) {
                        double wanted = wanted(c, plain, point, b, h, i, j, lse);
                        float got = at(scores, b, h, i, j);
                        double bound = point == CapturePoint.PROBABILITIES ? 4e-6 : 4e-6 + 4e-7 * Math.abs(wanted);
                        assertEquals(wanted, got, Double.isInfinite(wanted) ? 0 : bound, () -> backend + ", " + point
                                + ", " + c);
                    }
                }
            }
        }
    }

    private static double wanted(AttentionCase c, PlainAttention plain, CapturePoint point, int b, int h, int i, int j,
            double lse) {
        double[] score = plain.score(b, h, i, j);
        boolean sees = plain.sees(b, h, i, j);
        return switch (point) {
            case SCALED -> score[0];
            case CAPPED -> score[1];
            case BIASED -> sees ? score[2] : Double.NEGATIVE_INFINITY;
            case PROBABILITIES -> sees ? Math.exp(score[2] - lse) : 0;
        };
    }

    @Test
    void addedBiasHasEqualBits() {
        SeededCases.run(ScoresTest.class, 150, random -> {
            AttentionCase c = RandomAttention.any(random);
            PlainAttention plain = new PlainAttention(c);
            Scores given = c.newScores();
            for (long e = 0; e < given.memory().byteSize() / 4; e++) {
                given.memory().setAtIndex(ValueLayout.JAVA_FLOAT, e, (float) (random.nextDouble() * 8 - 4));
            }
            for (Backend backend : Backends.all()) {
                AttentionPlan plan = Same.plan(c, backend);
                Scores scores = c.newScores();
                scores.memory().copyFrom(given.memory());
                plan.addBias(c.call(plan, c.newResult(), 1), scores);
                added(c, plain, given, scores, backend);
            }
        });
    }

    private static void added(AttentionCase c, PlainAttention plain, Scores given, Scores got, Backend backend) {
        for (int b = 0; b < c.queries.length; b++) {
            for (int h = 0; h < c.heads; h++) {
                for (int i = 0; i < c.queries[b]; i++) {
                    for (int j = 0; j < c.keys[b]; j++) {
                        float wanted = Float.NEGATIVE_INFINITY;
                        if (plain.sees(b, h, i, j)) {
                            wanted = at(given, b, h, i, j);
                            wanted = c.bias instanceof ScoreBias.None
                                    ? wanted
                                    : wanted + PlainAttention.bias(c.bias, b, h, j - i - c.offsets[b]);
                            wanted = c.dense ? wanted + c.denseValues[b][h][i][j] : wanted;
                        }
                        assertEquals(Float.floatToRawIntBits(wanted), Float.floatToRawIntBits(at(got, b, h, i, j)),
                                () -> backend + ": " + c);
                    }
                }
            }
        }
    }

    private static float at(Scores scores, long b, long h, long i, long j) {
        return scores.memory().getAtIndex(ValueLayout.JAVA_FLOAT, scores.index(b, h, i, j));
    }
}
