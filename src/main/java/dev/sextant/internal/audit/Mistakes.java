package dev.sextant.internal.audit;

import dev.sextant.encoding.AngleMode;
import dev.sextant.encoding.ExplicitFrequencies;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.YarnFrequencies;
import dev.sextant.internal.audit.Mistake.Tried;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Every known mistake, one line each. Where two explain the same evidence equally well, the earlier one is named first: it is
 * the more particular one.
 */
public final class Mistakes {

    static final List<Mistake> ALL = List.of(
            new Mistake("layer-set", "the rotation of another type of layer", FrequencyMistakes::layerSet),
            new Mistake("length", "the rule of another sequence length", FrequencyMistakes::length),
            new Mistake("scaling-dropped", "frequencies without their scaling", FrequencyMistakes::scalingDropped),
            new Mistake("rotary-dim", "partial rotary factor ignored, applied twice, or another width",
                    SliceMistakes::rotaryDim),
            new Mistake("wrong-base", "another base", FrequencyMistakes::wrongBase),
            new Mistake("other-scaling", "another scaling, or other parameters of it", FrequencyMistakes::otherScaling),
            new Mistake("attention-factor", "attention factor left out, applied twice, or another one",
                    Mistakes::attentionFactor),
            new Mistake("pairing", "other elements paired up", Mistakes::pairing),
            new Mistake("direction", "turned the other way", Mistakes::direction),
            new Mistake("positions", "a constant added to every position", Mistakes::positions),
            new Mistake("not-rotated", "no rotation at all", Mistakes::notRotated),
            new Mistake("slice", "the rotated slice begins elsewhere", SliceMistakes::offset),
            new Mistake("precision", "frequencies, positions, angles or tables in too few bits", Mistakes::precision),
            new Mistake("angle-mode", "exact angles instead of the reference's float32 ones, or the reverse",
                    Mistakes::angleMode));

    private static final Set<PairLayout> TEXT_LAYOUTS = EnumSet.complementOf(EnumSet.of(PairLayout.HALF_SPLIT_BY_AXIS));

    private Mistakes() {}

    /** Name to meaning of every mistake that is looked for. */
    public static Map<String, String> meanings() {
        Map<String, String> meanings = new LinkedHashMap<>();
        ALL.forEach(m -> meanings.put(m.name(), m.meaning()));
        return meanings;
    }

    private static Stream<Tried> attentionFactor(Case c) {
        OptionalDouble seen = c.evidence().magnitude(c.engine());
        if (seen.isEmpty()) {
            return Stream.of();
        }
        double m = c.engine().magnitude();
        List<Tried> tries = new ArrayList<>();
        if (m != 1) {
            tries.add(factor(c, 1, "attention factor " + Words.number(m) + " left out"));
            tries.add(factor(c, m * m, "attention factor " + Words.number(m) + " applied twice"));
            tries.add(factor(c, 1 / m, "divided by the attention factor " + Words.number(m)));
        }
        if (c.engine().rule() instanceof YarnFrequencies y) {
            double usual = YarnFrequencies.magnitude(y.factor(), 1);
            tries.add(factor(c, usual, "the usual attention factor of yarn, " + Words.number(usual)
                    + ", where the configuration says " + Words.number(m)));
        }
        double other = seen.getAsDouble();
        if (other > 0 && Math.abs(other / m - 1) > 1e-4) {
            tries.add(factor(c, other, "cos and sin multiplied by " + Words.number(other)
                    + " where the configuration says " + Words.number(m)));
        }
        return tries.stream();
    }

    private static Tried factor(Case c, double magnitude, String sentence) {
        return new Tried(sentence, c.engine().magnitude(magnitude));
    }

    private static Stream<Tried> pairing(Case c) {
        return TEXT_LAYOUTS.stream().map(layout -> new Tried("pairs " + layout + " where the model has "
                + c.engine().rope().layout(), c.engine().layout(layout)));
    }

    private static Stream<Tried> direction(Case c) {
        return Stream.of(new Tried("rotates by the opposite angle (the sine has the wrong sign)",
                c.engine().opposite()));
    }

    private static Stream<Tried> positions(Case c) {
        return Stream.concat(Stream.of(1L, -1L, 2L), c.evidence().shifts(c.engine()).stream()).distinct()
                .map(by -> new Tried("positions are " + Math.abs(by) + (by > 0 ? " too high" : " too low"),
                        c.engine().shifted(by)));
    }

    private static Stream<Tried> notRotated(Case c) {
        double[] none = new double[c.engine().pairs()];
        return Stream.of(new Tried("is not rotated at all", c.engine().rule(ExplicitFrequencies.of(none))));
    }

    private static Stream<Tried> precision(Case c) {
        return c.engine().arithmetic() != Arithmetic.AS_STATED
                ? Stream.of()
                : Arrays.stream(Arithmetic.values())
                        .map(a -> new Tried(a.sentence(), c.engine().arithmetic(a)));
    }

    private static Stream<Tried> angleMode(Case c) {
        return Arrays.stream(AngleMode.values()).map(mode -> new Tried(mode == AngleMode.EXACT
                ? "exact angles, where the model was trained with the reference's float32 ones"
                : "the float32 angles of the reference models, where exact ones were asked for",
                c.engine().rope(c.engine().rope().angles(mode)).magnitude(c.engine().magnitude())));
    }
}
