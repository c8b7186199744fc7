package dev.sextant.encoding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/**
 * NTK by parts, fixed and mixed, dynamic YaRN: figures made in float32 by a transcription of the published code into
 * another language, and what each rule is for.
 */
class NtkFamilyTest {

    /** Powers differ by a few units between libraries. */
    private static final double RELATIVE = 6e-7;

    private static final double[] PLAIN = new GeometricFrequencies(10_000).inverse(128, Rounding.NONE);

    private static void assertPairs(Frequencies rule, int dim, double... pairsAndValues) {
        double[] got = rule.inverse(dim, Rounding.FLOAT32);
        double[] exact = rule.inverse(dim, Rounding.NONE);
        assertEquals(dim / 2, got.length);
        for (int i = 0; i < pairsAndValues.length; i += 2) {
            int pair = (int) pairsAndValues[i];
            double wanted = pairsAndValues[i + 1];
            assertEquals(wanted, got[pair], RELATIVE * wanted, "pair " + pair);
            assertEquals(wanted, exact[pair], 3 * RELATIVE * wanted, "exact, pair " + pair);
        }
        for (int j = 0; j < got.length; j++) {
            assertEquals((float) got[j], got[j], "pair " + j + " is a float32");
        }
    }

    @Test
    void byParts() {
        assertPairs(NtkByPartsFrequencies.of(10_000, 4, 2048), 128, 0, 1.0, 20, 0.05623412877321243, 24,
                0.028379207476973534, 30, 0.009307803586125374, 34, 0.004042548127472401, 38, 0.0018274805042892694,
                41, 0.0008551313076168299, 43, 0.0005133812665008008, 50, 0.00018747354624792933, 63,
                2.886955189751461e-05);
        assertPairs(new NtkByPartsFrequencies(10_000, 4, 2048, 0.5, 0.75), 128, 0, 0.90625, 20, 0.04845959693193436,
                30, 0.007425196468830109, 38, 0.0014408607967197895, 41, 0.0007698681438341737, 63,
                2.886955189751461e-05);
    }

    /** 20 turns of pair 20 and more: kept; less than one turn: divided, where plain NTK would scale less. */
    @Test
    void byPartsKeepsFastPairsAndDividesSlowOnes() {
        double[] f = NtkByPartsFrequencies.of(10_000, 4, 2048).inverse(128, Rounding.NONE);
        double[] ntk = new NtkFrequencies(10_000, 4).inverse(128, Rounding.NONE);
        for (int j = 0; j <= 20; j++) {
            assertEquals(PLAIN[j], f[j], "pair " + j);
        }
        for (int j = 43; j < 64; j++) {
            assertEquals(PLAIN[j] / 4, f[j], 1e-15, "pair " + j);
            assertTrue(f[j] <= ntk[j] * (1 + 1e-12), "pair " + j);
        }
        assertEquals(ntk[37], f[37], 1e-15, "between the ramps it is NTK");
    }

    @Test
    void fixed() {
        assertPairs(new NtkFixedFrequencies(10_000, 8), 128, 0, 0.9680308699607849, 1, 0.8114811182022095, 31,
                0.004082770552486181, 62, 1.7219510482391343e-05, 63, 1.4434775039262604e-05);
    }

    @Test
    void mixed() {
        assertPairs(new NtkMixedFrequencies(10_000, 8, 0.625), 128, 0, 0.8567960262298584, 1, 0.6823117733001709, 31,
                0.0029986004810780287, 62, 1.701200017123483e-05, 63, 1.4434775948757306e-05);
    }

    /** All of them slow the slowest pair by the factor; with b = 1 mixed is fixed. */
    @Test
    void slowestPairIsSlowedByTheFactor() {
        double wanted = PLAIN[63] / 8;
        for (Frequencies rule : List.of(new NtkFixedFrequencies(10_000, 8), new NtkMixedFrequencies(10_000, 8, 0.625),
                new NtkFrequencies(10_000, 8))) {
            assertEquals(wanted, rule.inverse(128, Rounding.NONE)[63], wanted * 1e-12, rule.ruleName());
        }
        double[] fixed = new NtkFixedFrequencies(10_000, 8).inverse(128, Rounding.NONE);
        double[] linear = new NtkMixedFrequencies(10_000, 8, 1).inverse(128, Rounding.NONE);
        for (int j = 0; j < 64; j++) {
            assertEquals(fixed[j], linear[j], fixed[j] * 1e-12, "pair " + j);
        }
        assertArrayEquals(PLAIN, new NtkFixedFrequencies(10_000, 1).inverse(128, Rounding.NONE));
    }

    @Test
    void dynamicYarn() {
        DynamicYarnScaling rule = DynamicYarnScaling.of(10_000, 2048);
        assertEquals(new GeometricFrequencies(10_000), rule.at(2048), "within the context nothing changes");
        assertPairs(rule.at(8192), 128, 0, 1.0, 20, 0.049486033618450165, 30, 0.007734424900263548, 40,
                0.0008854378829710186, 50, 0.00018747354624792933, 63, 2.886955189751461e-05);
        assertEquals(1.138629436111989, rule.at(8192).attentionFactor());
        assertTrue(rule.at(2049).attentionFactor() > 1, "one token more and it scales");
        DynamicYarnScaling tuned = new DynamicYarnScaling(10_000, 2048, 8192, 32, 1, 1);
        assertEquals(tuned.at(8192), tuned.at(1), "a tuned model never goes below its factor");
        assertEquals(rule.at(8192), tuned.at(1));
        assertEquals(1.138629436111989 * 0.5,
                new DynamicYarnScaling(10_000, 2048, 2048, 32, 1, 0.5).at(8192).attentionFactor());
    }

    @Test
    void dynamicByParts() {
        DynamicNtkByPartsScaling rule = new DynamicNtkByPartsScaling(10_000, 2048, 0.5, 0.75);
        assertEquals(new GeometricFrequencies(10_000), rule.at(2048));
        assertEquals(new NtkByPartsFrequencies(10_000, 4, 2048, 0.5, 0.75), rule.at(8192));
    }

    /** Logarithms and exponentials in float32 lose more than powers do. */
    @Test
    void grok() {
        GrokFrequencies rule = new GrokFrequencies(10_000, 16, 8192, 8, 1);
        double[] f = rule.inverse(128, Rounding.FLOAT32);
        double[] exact = rule.inverse(128, Rounding.NONE);
        double[][] wanted = {{0, 1.0}, {20, 0.05623412877321243}, {35, 0.006493817083537579},
                {36, 0.004674393218010664}, {40, 0.0012549503007903695}, {45, 0.00024252317962236702},
                {49, 6.511102401418611e-05}, {50, 4.686837928602472e-05}, {63, 7.217384791147197e-06}};
        for (double[] pair : wanted) {
            assertEquals(pair[1], f[(int) pair[0]], 2e-6 * pair[1], "pair " + (int) pair[0]);
            assertEquals(pair[1], exact[(int) pair[0]], 2e-6 * pair[1], "exact, pair " + (int) pair[0]);
        }
        assertEquals(PLAIN[42] / StrictMath.pow(16, 7 / 15.0), exact[42], 1e-16, "7 of 15 steps between 35 and 50");
        assertEquals(1, rule.attentionFactor());
        double base = GrokFrequencies.grownBase(10_000, 16, 8192);
        assertEquals(351655.3398962653, base, 1e-6);
        double turnsOnce = StrictMath.log(8192 / (2 * Math.PI)) / StrictMath.log(10_000);
        assertEquals(8192 * 16, 2 * Math.PI * StrictMath.pow(base, turnsOnce), 1e-6);
    }

    /** TeleChat 3 has 0.07 where YaRN has 0.1; ChunkLlama 0.05. */
    @Test
    void magnitudesOfOtherSlopes() {
        assertEquals(0.07 * Math.log(8) + 1, YarnFrequencies.magnitudeOfSlope(8, 0.07), 1e-15);
        assertEquals(YarnFrequencies.magnitude(32, 1), YarnFrequencies.magnitudeOfSlope(32, 0.1));
        assertEquals(1, YarnFrequencies.magnitudeOfSlope(1, 0.05));
    }

    @Test
    void refusals() {
        List<Executable> calls = List.of(
                () -> NtkByPartsFrequencies.of(1, 4, 2048), () -> NtkByPartsFrequencies.of(10_000, 0, 2048),
                () -> NtkByPartsFrequencies.of(10_000, 4, 0.5), () -> NtkByPartsFrequencies.of(10_000, 1e31, 2048),
                () -> new NtkByPartsFrequencies(10_000, 4, 2048, -0.1, 1),
                () -> new NtkByPartsFrequencies(10_000, 4, 2048, 1, Double.NaN),
                () -> NtkByPartsFrequencies.of(10_000, 4, 2048).inverse(2, Rounding.NONE),
                () -> new NtkFixedFrequencies(10_000, 0.9), () -> new NtkFixedFrequencies(1, 2),
                () -> new NtkFixedFrequencies(1e300, 1e10),
                () -> new NtkMixedFrequencies(10_000, 0.9, 0.625), () -> new NtkMixedFrequencies(10_000, 8, 0),
                () -> new NtkMixedFrequencies(10_000, 8, 9), () -> new NtkMixedFrequencies(0, 8, 1),
                () -> DynamicYarnScaling.of(10_000, 0), () -> DynamicYarnScaling.of(10_000, 2048).at(0),
                () -> new DynamicYarnScaling(10_000, 2048, 2047, 32, 1, 1),
                () -> new DynamicYarnScaling(10_000, 2048, 2048, 0, 1, 1),
                () -> new DynamicYarnScaling(10_000, 2048, 2048, 32, 1, 0),
                () -> new GrokFrequencies(10_000, 0, 8192, 8, 1), () -> new GrokFrequencies(10_000, 16, 8192, 8, 0),
                () -> GrokFrequencies.grownBase(10_000, 16, 6),
                () -> new DynamicNtkByPartsScaling(10_000, 0, 1, 1),
                () -> new DynamicNtkByPartsScaling(10_000, 2048, 1, 1).at(-1));
        for (int i = 0; i < calls.size(); i++) {
            assertThrows(IllegalArgumentException.class, calls.get(i), "call " + i);
        }
    }
}
