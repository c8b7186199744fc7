package dev.sextant.internal.audit;

import dev.sextant.encoding.DynamicNtkByPartsScaling;
import dev.sextant.encoding.DynamicNtkScaling;
import dev.sextant.encoding.DynamicYarnScaling;
import dev.sextant.encoding.Frequencies;
import dev.sextant.encoding.GeometricFrequencies;
import dev.sextant.encoding.LengthDependent;
import dev.sextant.encoding.LinearFrequencies;
import dev.sextant.encoding.Llama3Frequencies;
import dev.sextant.encoding.LongRopeScaling;
import dev.sextant.encoding.NtkFrequencies;
import dev.sextant.encoding.Rope;
import dev.sextant.encoding.YarnFrequencies;
import dev.sextant.internal.audit.Mistake.Tried;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Mistakes in the rule that gives each pair its frequency. */
final class FrequencyMistakes {

    /** Bases that engines have built in. */
    private static final double[] USUAL_BASES = {10_000, 500_000, 1_000_000};

    private static final double LEAST_BASE = 50;
    private static final double GREATEST_BASE = 1e10;
    private static final double LEAST_FACTOR = 1.0 / 64;
    private static final double GREATEST_FACTOR = 1024;
    /** Closer than this to what the configuration says, a fitted number says nothing. */
    private static final double SAME = 1e-4;
    private static final int DOUBLINGS = 6;

    private FrequencyMistakes() {}

    static Stream<Tried> layerSet(Case c) {
        return c.others().entrySet().stream().map((Map.Entry<String, Rope> other) -> new Tried(
                "the rotation of '" + other.getKey() + "'", c.engine().rope(other.getValue())));
    }

    static Stream<Tried> length(Case c) {
        return c.scaling().stream().flatMap(scaling -> switch (scaling) {
            case LongRopeScaling l -> Stream.of(
                    at(c, l, 1, "the short factors, which are for lengths up to " + l.originalContext()),
                    at(c, l, l.originalContext() + 1,
                            "the long factors, which are for lengths above " + l.originalContext()));
            case DynamicNtkScaling d -> dynamic(c, d, d.trainedContext());
            case DynamicNtkByPartsScaling d -> dynamic(c, d, d.trainedContext());
            case DynamicYarnScaling d -> dynamic(c, d, d.tunedContext());
            default -> Stream.of();
        });
    }

    private static Stream<Tried> dynamic(Case c, LengthDependent d, long trained) {
        List<Tried> tries = new ArrayList<>();
        tries.add(at(c, d, 1, "never scaled: the rule for lengths up to " + trained));
        for (int i = 1; i <= DOUBLINGS; i++) {
            tries.add(at(c, d, trained << i, "the rule for a length of " + (trained << i)));
        }
        double fitted = Search.best(c.evidence(), (double) trained, 1024.0 * (double) trained,
                x -> c.engine().rule(d.at((long) x)));
        if (fitted > (double) trained) {
            long length = Math.round(fitted);
            tries.add(at(c, d, length, "the rule for a length of about " + length));
        }
        return tries.stream();
    }

    private static Tried at(Case c, LengthDependent scaling, long length, String sentence) {
        return new Tried(sentence, c.engine().rule(scaling.at(length)));
    }

    static Stream<Tried> scalingDropped(Case c) {
        Frequencies rule = c.engine().rule();
        double base = Rules.base(rule);
        if (Rules.isPlain(rule) || !(base > 1)) {
            return Stream.of();
        }
        String sentence = "scaling '" + rule.ruleName() + "' left out: plain frequencies of base " + Words.number(base);
        Engine plain = c.engine().rule(new GeometricFrequencies(base));
        double m = c.engine().magnitude();
        return m == 1
                ? Stream.of(new Tried(sentence, plain))
                : Stream.of(new Tried(sentence + ", no attention factor", plain),
                        new Tried(sentence + ", attention factor kept", plain.magnitude(m)));
    }

    static Stream<Tried> wrongBase(Case c) {
        Frequencies rule = c.engine().rule();
        double stated = Rules.base(rule);
        String says = stated > 1 ? " where the configuration says " + Words.number(stated) : "";
        DoubleFunction<@Nullable Engine> kept = b -> Rules.withBase(rule, b).map(f -> c.engine().rule(f)
                .magnitude(c.engine().magnitude())).orElse(null);
        DoubleFunction<@Nullable Engine> plain = b -> c.engine().rule(new GeometricFrequencies(b));
        double[] known = DoubleStream.concat(DoubleStream.of(USUAL_BASES),
                c.others().values().stream().mapToDouble(r -> Rules.base(r.frequencies()))).filter(b -> b > 1)
                .distinct()
                .toArray();
        List<Tried> tries = new ArrayList<>();
        bases(c, tries, known, stated, kept, says);
        if (!Rules.isPlain(rule)) {
            bases(c, tries, known, stated, plain, says + ", and no scaling");
        }
        return tries.stream();
    }

    private static void bases(Case c, List<Tried> tries, double[] known, double stated,
            DoubleFunction<@Nullable Engine> engines, String says) {
        for (double base : known) {
            addBase(tries, base, stated, engines, says);
        }
        if (engines.apply(LEAST_BASE) == null) {
            return;
        }
        double fitted = Search.best(c.evidence(), LEAST_BASE, GREATEST_BASE, engines);
        if (fitted > 1) {
            addBase(tries, Search.round(c.evidence(), fitted, engines), stated, engines, says);
        }
    }

    private static void addBase(List<Tried> tries, double base, double stated,
            DoubleFunction<@Nullable Engine> engines, String says) {
        Engine engine = engines.apply(base);
        if (engine != null && !(Math.abs(base / stated - 1) < SAME)) {
            tries.add(new Tried("base " + Words.number(base) + says, engine));
        }
    }

    static Stream<Tried> otherScaling(Case c) {
        Frequencies rule = c.engine().rule();
        double base = Rules.base(rule);
        if (!(base > 1)) {
            return Stream.of();
        }
        List<Tried> tries = new ArrayList<>();
        double factor = Rules.factor(rule);
        if (factor != 1) {
            otherRules(c, tries, base, factor);
        }
        sameRule(c, tries, rule);
        fittedFactor(c, tries, rule, factor);
        return tries.stream();
    }

    private static void otherRules(Case c, List<Tried> tries, double base, double factor) {
        Frequencies rule = c.engine().rule();
        List<Frequencies> rules = new ArrayList<>(List.of(new LinearFrequencies(base, factor)));
        if (c.engine().pairs() > 1) {
            rules.add(new NtkFrequencies(base, factor));
        }
        double original = Rules.originalContext(rule);
        if (original >= 1) {
            rules.add(YarnFrequencies.of(base, factor, original));
            rules.add(new Llama3Frequencies(base, factor, 1, 4, (long) original));
        }
        for (Frequencies other : rules) {
            if (other.getClass() != rule.getClass()) {
                tries.add(new Tried("scaling '" + other.ruleName() + "' of factor " + Words.number(factor)
                        + " where the configuration says '" + rule.ruleName() + "'", c.engine().rule(other)));
            }
        }
    }

    private static void sameRule(Case c, List<Tried> tries, Frequencies rule) {
        if (rule instanceof YarnFrequencies y) {
            yarn(c, tries, y, y.originalContext(), y.betaFast(), y.betaSlow(), !y.truncate(),
                    y.truncate()
                            ? "the range of yarn not rounded to whole pairs (truncate false)"
                            : "the range of yarn rounded to whole pairs, where the configuration says truncate false");
            yarn(c, tries, y, y.originalContext(), 32, 1, y.truncate(), "yarn's usual betas, 32 and 1");
            yarn(c, tries, y, y.originalContext() * y.factor(), y.betaFast(), y.betaSlow(), y.truncate(),
                    "yarn's range from the extended context instead of the original one");
        }
        if (rule instanceof Llama3Frequencies l) {
            tries.add(new Tried("llama3's bounds from the extended context instead of the original one",
                    c.engine().rule(new Llama3Frequencies(l.base(), l.factor(), l.lowFactor(), l.highFactor(),
                            (long) (l.originalContext() * l.factor())))));
            tries.add(new Tried("llama3's usual bounds, 1 and 4", c.engine().rule(
                    new Llama3Frequencies(l.base(), l.factor(), 1, 4, l.originalContext()))));
        }
    }

    private static void yarn(Case c, List<Tried> tries, YarnFrequencies y, double original, double fast, double slow,
            boolean truncate, String sentence) {
        tries.add(new Tried(sentence, c.engine().rule(new YarnFrequencies(y.base(), y.factor(), original, fast, slow,
                truncate, y.attentionFactor())).magnitude(c.engine().magnitude())));
    }

    private static void fittedFactor(Case c, List<Tried> tries, Frequencies rule, double stated) {
        DoubleFunction<@Nullable Engine> engines = x -> Rules.withFactor(rule, x).map(f -> c.engine().rule(f)
                .magnitude(c.engine().magnitude())).orElse(null);
        if (engines.apply(2) == null) {
            return;
        }
        double fitted = Search.best(c.evidence(), LEAST_FACTOR, GREATEST_FACTOR, engines);
        if (!(fitted > 0)) {
            return;
        }
        double factor = Search.round(c.evidence(), fitted, engines);
        Engine engine = engines.apply(factor);
        if (engine == null || Math.abs(factor / stated - 1) < SAME || Math.abs(factor - 1) < SAME) {
            return;
        }
        String sentence = Rules.isPlain(rule)
                ? "linear scaling of factor " + Words.number(factor) + " where the configuration has none"
                : "factor " + Words.number(factor) + " of '" + rule.ruleName() + "' where the configuration says "
                        + Words.number(stated);
        tries.add(new Tried(sentence, engine));
        if (rule instanceof YarnFrequencies) {
            double usual = YarnFrequencies.magnitude(factor, 1);
            tries.add(new Tried(sentence + ", and its attention factor " + Words.number(usual),
                    engine.magnitude(usual)));
        }
    }
}
