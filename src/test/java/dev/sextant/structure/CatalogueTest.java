package dev.sextant.structure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import dev.sextant.encoding.Additive;
import dev.sextant.encoding.AxisMap;
import dev.sextant.encoding.Columns;
import dev.sextant.encoding.DistanceBias;
import dev.sextant.encoding.Frequencies;
import dev.sextant.encoding.LengthDependent;
import dev.sextant.encoding.LinearBias;
import dev.sextant.encoding.Rounding;
import dev.sextant.encoding.ScoreBias;
import dev.sextant.encoding.Sinusoidal;
import dev.sextant.encoding.Traits;
import dev.sextant.encoding.WaveRule;
import dev.sextant.internal.form.AdditiveCatalogue;
import dev.sextant.internal.form.BiasCatalogue;
import dev.sextant.internal.form.Catalogue;
import dev.sextant.internal.form.CatalogueGuide;
import java.util.EnumSet;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Catches a frequency rule without a line in the catalogue: it would have no parity test, no benchmark, no README row.
 */
class CatalogueTest {

    @Test
    void everyRuleHasALine() {
        TreeSet<String> rules = Classes.MAIN.stream()
                .filter(c -> c.isAssignableTo(Frequencies.class) && !c.isInterface() && !c.isAnonymousClass())
                .filter(c -> c.getPackageName().equals("dev.sextant.encoding"))
                .map(JavaClass::getName).collect(Collectors.toCollection(TreeSet::new));
        TreeSet<String> lines = Stream
                .concat(Catalogue.ROTARY.stream().map(e -> e.frequencies().apply(64)),
                        Catalogue.AXES.stream().map(a -> a.rope().frequencies()))
                .map(f -> f.getClass().getName()).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(rules, lines);
    }

    /** Every line has several axes, each of them drives a pair, and the citation is there. */
    @Test
    void axesAreTrue() {
        for (Catalogue.Axes line : Catalogue.AXES) {
            AxisMap axes = line.rope().axes();
            assertTrue(axes.axes() > 1, line.model());
            assertEquals(line.rope().rotaryDim() / 2, axes.pairs(), line.model());
            assertEquals(axes.pairs(),
                    line.rope().frequencies().inverse(line.rope().rotaryDim(), Rounding.FLOAT32).length, line.model());
            assertFalse(line.citation().isBlank());
        }
    }

    /** Every name once, and each kind of reach is somebody's: a rule that forgot to say so would fall into the wrong row. */
    @Test
    void everyLineHasTraits() {
        int lines = Catalogue.ADDITIVE.size() + 1 + Catalogue.ROTARY.size() + Catalogue.BY_LENGTH.size()
                + Catalogue.AXES.size() + 1 + BiasCatalogue.LINES.size();
        assertEquals(lines, CatalogueGuide.ENTRIES.stream().map(CatalogueGuide.Entry::name).distinct().count());
        assertEquals(EnumSet.allOf(Traits.Reach.class), CatalogueGuide.ENTRIES.stream().map(e -> e.traits().reach())
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Traits.Reach.class))));
        for (Catalogue.Encoding each : Catalogue.ROTARY) {
            Frequencies rule = each.frequencies().apply(64);
            boolean named = List.of("linear", "llama3", "ntk", "ntk-by-parts", "ntk-fixed", "ntk-mixed", "yarn",
                    "yarn-log", "divided").contains(each.rule());
            assertEquals(named, rule.reach() == Traits.Reach.STRETCHED, each.rule());
        }
    }

    @Test
    void everyRuleByLengthHasALine() {
        TreeSet<String> rules = Classes.MAIN.stream()
                .filter(c -> c.isAssignableTo(LengthDependent.class) && !c.isInterface())
                .map(JavaClass::getName).collect(Collectors.toCollection(TreeSet::new));
        TreeSet<String> lines = Catalogue.BY_LENGTH.stream().map(e -> e.scaling().apply(64).getClass().getName())
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(rules, lines);
        for (Catalogue.Scaling line : Catalogue.BY_LENGTH) {
            assertEquals(line.rule(), line.scaling().apply(64).ruleName());
            for (long length : new long[]{1, 4096, 4097, 1 << 20}) {
                assertEquals(32, line.scaling().apply(64).at(length).inverse(64, Rounding.NONE).length);
            }
        }
    }

    /** NTK divides by R - 2. */
    @Test
    void linesFitTheirShapes() {
        for (Catalogue.Line line : Catalogue.lines()) {
            int dim = line.shape().rotaryDim();
            assertEquals(dim / 2, line.encoding().rope(dim).frequencies().inverse(dim, Rounding.FLOAT32).length);
        }
        assertEquals(Catalogue.ROTARY.size() * Catalogue.SHAPES.size() - 2, Catalogue.lines().size());
    }

    @Test
    void linesAreTrue() {
        for (Catalogue.Encoding line : Catalogue.ROTARY) {
            Frequencies rule = line.frequencies().apply(64);
            assertEquals(rule.ruleName(), line.rule());
            assertEquals(32, rule.inverse(64, Rounding.NONE).length);
            assertFalse(line.citation().isBlank());
        }
        for (Catalogue.Shape shape : Catalogue.SHAPES) {
            assertTrue(shape.offset() + shape.rotaryDim() <= shape.headDim(), shape.name());
        }
    }

    /** Every record of the additive family has a line, and every line a name of its own, a citation and rows as wide as it says. */
    @Test
    void everyAdditiveEncodingHasALine() {
        TreeSet<String> records = Classes.MAIN.stream()
                .filter(c -> c.isAssignableTo(Additive.class) && !c.isInterface())
                .map(JavaClass::getName).collect(Collectors.toCollection(TreeSet::new));
        TreeSet<String> lines = Catalogue.ADDITIVE.stream().map(e -> e.of(64).getClass().getName())
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(records, lines);
        assertEquals(Catalogue.ADDITIVE.size(),
                Catalogue.ADDITIVE.stream().map(AdditiveCatalogue.Line::name).distinct().count());
        for (AdditiveCatalogue.Line line : Catalogue.ADDITIVE) {
            assertFalse(line.citation().isBlank());
            for (int width : new int[]{1, 7, 64}) {
                Additive encoding = line.of(width);
                assertEquals(encoding.width(), encoding.columns().stream().mapToInt(Columns::width).sum(), line.name());
            }
        }
    }

    /** A bias without a line would have no parity test and no curve. */
    @Test
    void everyBiasHasALine() {
        TreeSet<String> biases = Classes.MAIN.stream()
                .filter(c -> c.isAssignableTo(ScoreBias.class) && !c.isInterface())
                .map(JavaClass::getName).collect(Collectors.toCollection(TreeSet::new));
        TreeSet<String> lines = BiasCatalogue.LINES.stream().map(l -> l.sample().apply(8).getClass().getName())
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(biases, lines);
    }

    /** Curves are those of the definitions, for head counts that are no power of two too. */
    @Test
    void biasesAreTrue() {
        for (BiasCatalogue.Line line : BiasCatalogue.LINES) {
            assertFalse(line.citation().isBlank());
            for (int heads : new int[]{1, 3, 8}) {
                ScoreBias bias = line.sample().apply(heads);
                float[][] curve = line.curve(heads, -200, 200);
                for (int h = 0; h < heads; h++) {
                    for (int d = -200; d <= 200; d++) {
                        assertEquals(wanted(bias, h, d), curve[h][d + 200], line + ", head " + h + ", distance " + d);
                    }
                }
            }
        }
    }

    /** Every frequency rule of sinusoids is in some line. */
    @Test
    void everyWaveRuleHasALine() {
        TreeSet<String> rules = Classes.MAIN.stream().filter(c -> c.isAssignableTo(WaveRule.class) && !c.isInterface())
                .map(JavaClass::getName).collect(Collectors.toCollection(TreeSet::new));
        TreeSet<String> lines = Catalogue.ADDITIVE.stream().map(e -> e.of(64)).filter(Sinusoidal.class::isInstance)
                .map(e -> ((Sinusoidal) e).rule().getClass().getName()).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(rules, lines);
    }

    private static float wanted(ScoreBias bias, int head, long distance) {
        return switch (bias) {
            case ScoreBias.None _ -> 0;
            case LinearBias linear -> -((float) linear.slope(0, head) * Math.abs(distance));
            case DistanceBias table when distance < table.first() || distance > table.last() ->
                table.clamps() ? wanted(bias, head, Math.clamp(distance, table.first(), table.last())) : Float.NaN;
            case DistanceBias table -> (float) table.bias(head, distance);
        };
    }
}
