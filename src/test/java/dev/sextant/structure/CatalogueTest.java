package dev.sextant.structure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import dev.sextant.encoding.Frequencies;
import dev.sextant.encoding.LengthDependent;
import dev.sextant.encoding.Rounding;
import dev.sextant.internal.form.Catalogue;
import java.util.TreeSet;
import java.util.stream.Collectors;
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
        TreeSet<String> lines = Catalogue.ROTARY.stream().map(e -> e.frequencies().apply(64).getClass().getName())
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(rules, lines);
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
        assertEquals(Catalogue.ROTARY.size() * Catalogue.SHAPES.size() - 1, Catalogue.lines().size());
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
}
