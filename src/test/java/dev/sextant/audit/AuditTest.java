package dev.sextant.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sextant.Audit;
import dev.sextant.AuditReport;
import dev.sextant.AuditReport.Verdict;
import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.encoding.AngleMode;
import dev.sextant.encoding.GeometricFrequencies;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.Rope;
import dev.sextant.encoding.Rounding;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What counts as a match, how dumps are read, what is said when nothing is known, what is refused. */
class AuditTest {

    private static final Rope ROPE = Rope.of(128, 10_000).angles(AngleMode.HF_FLOAT32);

    /** The library's own plans are engines too. */
    @Test
    void ownPlansMatch() {
        for (Backend backend : Backend.available()) {
            float[] cos = new float[1000 * 64];
            float[] sin = new float[1000 * 64];
            RotaryPlan plan = RotaryPlan.builder(ROPE, HeadShape.of(128, DType.F32)).backend(backend).build();
            plan.rows(Positions.from(70_000), Rows.of(cos, 1000, 64), Rows.of(sin, 1000, 64));
            AuditReport report = Audit.of(ROPE).table(Rows.of(cos, 1000, 64), Rows.of(sin, 1000, 64),
                    Positions.from(70_000));
            assertEquals(Verdict.MATCH, report.verdict(), report.sentence());
            assertTrue(report.expected().largest() < 1e-7, report.sentence());
        }
    }

    /** One wrong number among 64,000, in a row that no sample holds, is no match. */
    @Test
    void verdictsRestOnEveryRow() {
        float[] cos = new float[1000 * 64];
        float[] sin = new float[1000 * 64];
        RotaryPlan.builder(ROPE, HeadShape.of(128, DType.F32)).backend(Backend.java()).build().rows(Positions.from(0),
                Rows.of(cos, 1000, 64), Rows.of(sin, 1000, 64));
        for (int row = 400; row < 410; row++) {
            cos[row * 64 + 5] += 1e-3f;
        }
        AuditReport report = Audit.of(ROPE).table(Rows.of(cos, 1000, 64), Rows.of(sin, 1000, 64), Positions.from(0));
        assertEquals(Verdict.UNEXPLAINED, report.verdict(), report.sentence());
        assertEquals(5, report.expected().worstPair());
        assertTrue(report.sentence().contains("none of the known mistakes explains it"), report.sentence());
    }

    @Test
    void sixteenBitHeadsMatchWithinTheirRounding() {
        for (DType dtype : new DType[]{DType.F16, DType.BF16}) {
            Planted engine = Planted.of(Models.LLAMA.set());
            engine.stored = dtype;
            AuditReport report = engine.heads(Models.audit(Models.LLAMA));
            assertEquals(Verdict.MATCH, report.verdict(), report.sentence());
            assertTrue(report.evidence().contains(dtype == DType.F16 ? "f16 by their values" : "bf16 by their values"),
                    report.evidence());
        }
    }

    @Test
    void doubledTablesAreRecognised() {
        Planted engine = Planted.of(Models.LLAMA.set());
        AuditReport halves = engine.table(Models.audit(Models.LLAMA), 2, 64);
        assertEquals(Verdict.MATCH, halves.verdict(), halves.sentence());
        assertTrue(halves.evidence().contains("64 pairs, f32, doubled as [c..c c..c]"), halves.evidence());
        AuditReport elements = engine.table(Models.audit(Models.LLAMA), 2, 0);
        assertTrue(elements.evidence().contains("doubled as [c c ..]"), elements.evidence());
        assertEquals("pairing", elements.explanations().getFirst().mistake(), elements.sentence());
        Rope interleaved = ROPE.layout(PairLayout.INTERLEAVED);
        Planted plain = Planted.of(Models.LLAMA.set());
        plain.frequencies = interleaved.frequencies().inverse(128, Rounding.FLOAT32);
        assertTrue(plain.table(Audit.of(interleaved), 2, 0).isMatch());
        assertTrue(plain.table(Audit.of(interleaved), 2, 64).isMatch(), "some interleaved models keep halves");
    }

    /** A single token of a decode step: fast pairs have turned many times, the base is still found. */
    @Test
    void oneRowIsEnough() {
        Planted engine = Planted.of(Models.LLAMA.set());
        engine.frequencies = new GeometricFrequencies(77_000).inverse(128,
                Rounding.FLOAT32);
        engine.rows = 1;
        engine.start = 5000;
        AuditReport report = engine.table(Models.audit(Models.LLAMA));
        assertTrue(report.sentence().contains("wrong-base: base 77000"), report.sentence());
    }

    /** Frequencies one unit in the last place off are another library's power, not a mistake; far out they show. */
    @Test
    void anotherPowerFunctionIsForgiven() {
        Planted engine = Planted.of(Models.LLAMA.set());
        engine.start = 120_000;
        for (int j = 1; j < 64; j += 3) {
            engine.frequencies[j] = Math.nextUp((float) engine.frequencies[j]);
        }
        AuditReport report = engine.table(Models.audit(Models.LLAMA));
        assertEquals(Verdict.MATCH, report.verdict(), report.sentence());
        assertTrue(report.expected().largest() > 1e-3 && report.reason().contains("power functions"),
                report.sentence());
        assertTrue(report.cannotTell().stream().noneMatch(m -> m.contains("cos and sin rounded")),
                report.cannotTell()::toString);
    }

    /** At position 0 nothing turns, and the report says what that could not show. */
    @Test
    void aMatchSaysWhatItCouldNotShow() {
        Planted engine = Planted.of(Models.LLAMA.set());
        engine.rows = 1;
        AuditReport report = engine.heads(Models.audit(Models.LLAMA));
        assertTrue(report.isMatch());
        assertTrue(report.cannotTell().contains("scaling-dropped") && report.cannotTell().contains("direction"),
                report.cannotTell()::toString);
    }

    @Test
    void theSharedKeyOfLatentAttentionIsTheSlice() {
        Planted engine = Planted.of(Models.DEEPSEEK.set());
        engine.headDim = 64;
        engine.offset = 0;
        engine.heads = 1;
        assertTrue(engine.heads(Models.audit(Models.DEEPSEEK)).isMatch());
    }

    @Test
    void nonsenseIsNotExplained() {
        SplittableRandom random = new SplittableRandom(3);
        double[] frequencies = random.doubles(64).toArray();
        AuditReport report = Audit.of(ROPE).frequencies(frequencies);
        assertEquals(Verdict.UNEXPLAINED, report.verdict(), report.sentence());
        assertTrue(report.explanations().isEmpty());
    }

    @Test
    void nanIsNeverAMatch() {
        double[] frequencies = ROPE.frequencies().inverse(128, Rounding.FLOAT32);
        frequencies[7] = Double.NaN;
        AuditReport report = Audit.of(ROPE).frequencies(frequencies);
        assertEquals(Verdict.UNEXPLAINED, report.verdict(), report.sentence());
        assertEquals(7, report.expected().worstPair());
        Planted engine = Planted.of(Models.LLAMA.set());
        engine.ofTable = x -> x > 0.99 && x < 0.995 ? Double.NaN : x;
        assertEquals(Verdict.UNEXPLAINED, engine.table(Models.audit(Models.LLAMA)).verdict());
        assertEquals(Verdict.UNEXPLAINED, engine.heads(Models.audit(Models.LLAMA)).verdict());
    }

    /** Elements outside the slice must be left alone. */
    @Test
    void aChangedTailIsAMismatch() {
        float[] before = new float[192 * 4];
        Arrays.fill(before, 1);
        float[] after = before.clone();
        after[192 + 5] = 1.5f;
        AuditReport report = Models.audit(Models.DEEPSEEK).rotation(Heads.of(before, 4, 1, 192),
                Heads.of(after, 4, 1, 192), Positions.ids(0, 0, 0, 0));
        assertEquals(Verdict.UNEXPLAINED, report.verdict(), report.sentence());
        assertTrue(report.expected().outside() > 0.01, report.sentence());
    }

    @Test
    void equalEvidenceGivesEqualReports() {
        Planted engine = Planted.of(Models.PHI.set());
        engine.shift = 3;
        assertEquals(engine.heads(Models.audit(Models.PHI)), engine.heads(Models.audit(Models.PHI)));
    }

    @Test
    void refusals() {
        Audit audit = Audit.of(ROPE);
        assertThrows(IllegalArgumentException.class, audit::frequencies);
        assertThrows(IllegalArgumentException.class, () -> audit.heads(100, 0));
        assertThrows(IllegalArgumentException.class, () -> audit.heads(128, 1));
        float[] row = new float[64];
        Rows rows = Rows.of(row, 1, 64);
        assertThrows(IllegalArgumentException.class,
                () -> audit.table(rows, Rows.of(row, 2, 32), Positions.from(0)));
        assertThrows(IndexOutOfBoundsException.class,
                () -> audit.table(Rows.of(row, 2, 64), Rows.of(row, 2, 64), Positions.from(0)));
        assertThrows(IndexOutOfBoundsException.class, () -> audit.table(rows, rows, Positions.from(1L << 32)));
        assertThrows(IllegalArgumentException.class, () -> audit.table(rows, rows, Positions.ids(1, 2)));
        assertThrows(IllegalArgumentException.class, () -> audit.table(rows, rows, Positions.axes(2, 1, 1)));
        assertThrows(IllegalArgumentException.class, () -> audit.table(rows, rows, Positions.coordinates(1, 0.5f)));
        assertThrows(IllegalArgumentException.class, () -> Audit.of(ROPE.layout(PairLayout.HALF_SPLIT_BY_AXIS)));
        Heads heads = Heads.of(row, 1, 1, 64);
        assertTrue(assertThrows(IllegalArgumentException.class,
                () -> audit.rotation(heads, heads, Positions.from(0))).getMessage()
                .contains("before head dim: got 64"));
    }
}
