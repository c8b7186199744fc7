package dev.sextant.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sextant.Audit;
import dev.sextant.AuditReport;
import dev.sextant.AuditReport.Verdict;
import dev.sextant.config.ModelConfig;
import dev.sextant.config.RotarySet;
import dev.sextant.encoding.AngleMode;
import dev.sextant.encoding.DynamicNtkScaling;
import dev.sextant.encoding.GeometricFrequencies;
import dev.sextant.encoding.LinearFrequencies;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.Rope;
import dev.sextant.encoding.Rounding;
import dev.sextant.encoding.YarnFrequencies;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Each known mistake, planted in what an engine for a real model would show, is the first one named. */
class MistakesTest {

    private enum Shown {
        FREQUENCIES, TABLE, HEADS;

        AuditReport of(Planted engine, Audit audit) {
            return switch (this) {
                case FREQUENCIES -> engine.frequencies(audit);
                case TABLE -> engine.table(audit);
                case HEADS -> engine.heads(audit);
            };
        }
    }

    private static final Set<Shown> ALL = EnumSet.allOf(Shown.class);
    private static final Set<Shown> ROWS = EnumSet.of(Shown.TABLE, Shown.HEADS);
    private static final Set<Shown> HEADS = EnumSet.of(Shown.HEADS);

    private static void named(String mistake, String words, ModelConfig model, Set<Shown> shown,
            Consumer<Planted> plant) {
        for (Shown each : shown) {
            Planted engine = Planted.of(model.sets().getFirst());
            plant.accept(engine);
            AuditReport report = each.of(engine, Models.audit(model));
            String said = model.source() + ", " + each + ": " + report.sentence();
            assertEquals(Verdict.EXPLAINED, report.verdict(), said + report.nearest());
            assertEquals(mistake, report.explanations().getFirst().mistake(), said);
            assertTrue(report.sentence().contains(words), said);
            assertTrue(report.explanations().getFirst().left().mean() < report.expected().mean() / 3, said);
        }
    }

    private static double[] plain(ModelConfig model, double base) {
        return new GeometricFrequencies(base).inverse(rope(model).rotaryDim(), Rounding.FLOAT32);
    }

    private static Rope rope(ModelConfig model) {
        return model.sets().getFirst().rope(1);
    }

    @Test
    void matchingDumpsOfEveryModelMatch() {
        for (ModelConfig model : List.of(Models.LLAMA, Models.QWEN, Models.GEMMA, Models.DEEPSEEK, Models.PHI,
                Models.PHI4, Models.GPT_OSS)) {
            for (RotarySet set : model.sets()) {
                for (Shown each : ALL) {
                    AuditReport report = each.of(Planted.of(set), Models.audit(model, set, 1));
                    assertEquals(Verdict.MATCH, report.verdict(), model.source() + " " + each + report.sentence());
                    assertTrue(report.expected().largest() < 5e-7, report.sentence());
                }
            }
        }
    }

    @Test
    void wrongBase() {
        named("wrong-base", "base 10000 where the configuration says 500000", Models.LLAMA, ALL, p -> {
            p.frequencies = plain(Models.LLAMA, 10_000);
        });
        named("wrong-base", "base 54321 where the configuration says 1000000, and no scaling", Models.GEMMA, ALL,
                p -> p.frequencies = plain(Models.GEMMA, 54_321));
        named("wrong-base", "base 10000 where the configuration says 150000", Models.GPT_OSS, ALL,
                p -> p.frequencies = new YarnFrequencies(10_000, 32, 4096, 32, 1, false, 1)
                        .inverse(64, Rounding.FLOAT32));
    }

    @Test
    void droppedScaling() {
        named("scaling-dropped", "'llama3' left out", Models.LLAMA, ALL,
                p -> p.frequencies = plain(Models.LLAMA, 500_000));
        named("scaling-dropped", "'yarn' left out: plain frequencies of base 1000000, no attention", Models.QWEN, ALL,
                p -> {
                    p.frequencies = plain(Models.QWEN, 1_000_000);
                    p.magnitude = 1;
                });
        named("scaling-dropped", "attention factor kept", Models.QWEN, ROWS,
                p -> p.frequencies = plain(Models.QWEN, 1_000_000));
        named("scaling-dropped", "'linear' left out", Models.GEMMA, ALL,
                p -> p.frequencies = plain(Models.GEMMA, 1_000_000));
        named("scaling-dropped", "'yarn' left out", Models.DEEPSEEK, ALL,
                p -> p.frequencies = plain(Models.DEEPSEEK, 10_000));
    }

    @Test
    void otherScaling() {
        named("other-scaling", "'linear' of factor 4 where the configuration says 'yarn'", Models.QWEN, ALL, p -> {
            p.frequencies = new LinearFrequencies(1_000_000, 4).inverse(128, Rounding.FLOAT32);
            p.magnitude = 1;
        });
        named("other-scaling", "truncate false", Models.GPT_OSS, ALL,
                p -> p.frequencies = new YarnFrequencies(150_000, 32, 4096, 32, 1, true, 1)
                        .inverse(64, Rounding.FLOAT32));
        named("other-scaling", "factor 4 of 'linear' where the configuration says 8", Models.GEMMA, ALL,
                p -> p.frequencies = new LinearFrequencies(1_000_000, 4).inverse(128, Rounding.FLOAT32));
    }

    @Test
    void theRuleOfAnotherLength() {
        named("length", "the long factors, which are for lengths above 4096", Models.PHI, ALL,
                p -> p.frequencies = Models.PHI.rope(5000).frequencies().inverse(96, Rounding.FLOAT32));
        named("length", "the long factors", Models.PHI4, ALL,
                p -> p.frequencies = Models.PHI4.rope(5000).frequencies().inverse(96, Rounding.FLOAT32));
        DynamicNtkScaling dynamic = new DynamicNtkScaling(10_000, 2, 4096);
        Rope rope = Rope.of(128, 10_000).frequencies(dynamic.at(1));
        AuditReport report = Audit.of(rope).scaling(dynamic)
                .frequencies(dynamic.at(8192).inverse(128, Rounding.FLOAT32));
        assertTrue(report.sentence().contains("length: the rule for a length of 8192"), report.sentence());
        report = Audit.of(rope).scaling(dynamic).frequencies(dynamic.at(11_111).inverse(128, Rounding.NONE));
        assertTrue(report.sentence().contains("length: the rule for a length of about 11111"), report.sentence());
    }

    @Test
    void attentionFactor() {
        named("attention-factor", "left out", Models.QWEN, ROWS, p -> p.magnitude = 1);
        named("attention-factor", "applied twice", Models.GPT_OSS, ROWS, p -> p.magnitude *= p.magnitude);
        named("attention-factor", "the usual attention factor of yarn, 1.368888", Models.DEEPSEEK, ROWS,
                p -> p.magnitude = 0.1 * Math.log(40) + 1);
        named("attention-factor", "multiplied by 1.25 where the configuration says 1", Models.LLAMA, ROWS,
                p -> p.magnitude = 1.25);
    }

    @Test
    void wrongPairs() {
        named("pairing", "INTERLEAVED where the model has HALF_SPLIT", Models.LLAMA, HEADS,
                p -> p.layout = PairLayout.INTERLEAVED);
        named("pairing", "HALF_SPLIT where the model has INTERLEAVED_IN_HALF_OUT", Models.DEEPSEEK, HEADS,
                p -> p.layout = PairLayout.HALF_SPLIT);
        named("pairing", "INTERLEAVED where the model has INTERLEAVED_IN_HALF_OUT", Models.DEEPSEEK, HEADS,
                p -> p.layout = PairLayout.INTERLEAVED);
        named("pairing", "INTERLEAVED_IN_HALF_OUT where the model has HALF_SPLIT", Models.PHI4, HEADS,
                p -> p.layout = PairLayout.INTERLEAVED_IN_HALF_OUT);
    }

    @Test
    void wrongDirection() {
        for (ModelConfig model : List.of(Models.LLAMA, Models.DEEPSEEK)) {
            named("direction", "opposite angle", model, ROWS, p -> p.direction = -1);
        }
    }

    @Test
    void shiftedPositions() {
        named("positions", "positions are 1 too high", Models.LLAMA, ROWS, p -> p.shift = 1);
        named("positions", "positions are 1 too low", Models.GEMMA, ROWS, p -> p.shift = -1);
        named("positions", "positions are 2 too high", Models.PHI, ROWS, p -> p.shift = 2);
        named("positions", "positions are 777 too low", Models.GPT_OSS, ROWS, p -> p.shift = -777);
        named("positions", "positions are 500000 too low", Models.LLAMA, ROWS, p -> {
            p.start = 500_000; // an engine that counts from 0 in every call
            p.shift = -500_000;
        });
    }

    @Test
    void notRotated() {
        named("not-rotated", "not rotated at all", Models.QWEN, ROWS, p -> {
            p.frequencies = new double[64];
            p.magnitude = 1;
        });
    }

    @Test
    void truncatedPrecision() {
        named("precision", "inverse frequencies rounded to bfloat16", Models.LLAMA, ALL, p -> {
            for (int j = 0; j < p.frequencies.length; j++) {
                p.frequencies[j] = Planted.bf16(p.frequencies[j]);
            }
        });
        named("precision", "positions rounded to bfloat16", Models.QWEN, ROWS, p -> p.ofPosition = Planted::bf16);
        named("precision", "positions rounded to float16", Models.LLAMA, ROWS, p -> {
            p.start = 1000;
            p.ofPosition = Planted::f16;
        });
        named("precision", "product in bfloat16", Models.GEMMA, ROWS, p -> {
            for (int j = 0; j < p.frequencies.length; j++) {
                p.frequencies[j] = Planted.bf16(p.frequencies[j]);
            }
            p.ofPosition = Planted::bf16;
            p.ofAngle = Planted::bf16;
        });
        named("precision", "TF32", Models.LLAMA, ROWS, p -> {
            for (int j = 0; j < p.frequencies.length; j++) {
                p.frequencies[j] = Planted.rounded(p.frequencies[j], 11);
            }
            p.start = 3000;
            p.ofPosition = x -> Planted.rounded(x, 11);
        });
        named("precision", "cos and sin rounded to bfloat16", Models.DEEPSEEK, ROWS, p -> p.ofTable = Planted::bf16);
        named("precision", "cos and sin rounded to float16", Models.PHI, ROWS, p -> p.ofTable = Planted::f16);
    }

    /** ggml's loop over the pairs: a float32 product from pair to pair. */
    @Test
    void recurrence() {
        Rope rope = Rope.of(128, 10_000).angles(AngleMode.HF_FLOAT32);
        float step = (float) Math.pow(10_000, -2.0 / 128);
        int rows = 64;
        float[] cos = new float[rows * 64];
        float[] sin = new float[rows * 64];
        for (int t = 0; t < rows; t++) {
            float theta = 4000 + t;
            for (int j = 0; j < 64; j++) {
                cos[t * 64 + j] = (float) Math.cos(theta);
                sin[t * 64 + j] = (float) Math.sin(theta);
                theta *= step;
            }
        }
        AuditReport report = Audit.of(rope).table(Rows.of(cos, rows, 64),
                Rows.of(sin, rows, 64), Positions.from(4000));
        assertEquals(Verdict.EXPLAINED, report.verdict(), report.sentence());
        assertTrue(report.sentence().contains("precision: angles by a float32 recurrence"), report.sentence());
    }

    @Test
    void wrongLayerSet() {
        RotarySet sliding = Models.GEMMA.set("sliding_attention");
        named("layer-set", "the rotation of 'sliding_attention'", Models.GEMMA, ALL,
                p -> p.frequencies = sliding.definition().frequencies().inverse(128, Rounding.FLOAT32));
    }

    @Test
    void partialRotary() {
        named("rotary-dim", "partial rotary factor ignored: all 128 elements", Models.config("""
                {"model_type": "phi", "hidden_size": 2560, "num_attention_heads": 20, "head_dim": 128,
                 "partial_rotary_factor": 0.5, "rope_theta": 10000}"""), ALL,
                p -> p.frequencies = new GeometricFrequencies(10_000).inverse(128, Rounding.FLOAT32));
        ModelConfig half = Models
                .config("""
                        {"model_type": "glm", "hidden_size": 4096, "num_attention_heads": 32, "num_key_value_heads": 2, "head_dim": 128,
                         "partial_rotary_factor": 0.5, "rope_theta": 10000}""");
        named("rotary-dim", "partial rotary factor applied twice: 32 elements", half, ALL,
                p -> p.frequencies = new GeometricFrequencies(10_000).inverse(32, Rounding.FLOAT32));
        named("rotary-dim", "exponents divided by the head dim", half, ALL,
                p -> p.frequencies = Arrays
                        .copyOf(new GeometricFrequencies(10_000).inverse(128, Rounding.FLOAT32), 32));
    }

    @Test
    void wrongSlice() {
        named("slice", "rotates from element 0 of a head, where the slice begins at 128", Models.DEEPSEEK, HEADS,
                p -> p.offset = 0);
        named("slice", "rotates from element 96 of a head", Models.DEEPSEEK, HEADS, p -> p.offset = 96);
    }

    @Test
    void angleMode() {
        named("angle-mode", "exact angles", Models.LLAMA, ROWS, p -> {
            p.frequencies = rope(Models.LLAMA).frequencies().inverse(128, Rounding.NONE);
            p.float32Angle = false;
            p.start = 50_000;
        });
    }

    @Test
    void twoAtOnce() {
        named("pairing+scaling-dropped", "has HALF_SPLIT; and scaling 'llama3' left out",
                Models.LLAMA, HEADS, p -> {
                    p.frequencies = plain(Models.LLAMA, 500_000);
                    p.layout = PairLayout.INTERLEAVED;
                });
    }
}
