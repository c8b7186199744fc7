package dev.sextant.internal.audit;

import dev.sextant.encoding.DividedFrequencies;
import dev.sextant.encoding.Frequencies;
import dev.sextant.encoding.GeometricFrequencies;
import dev.sextant.encoding.GrokFrequencies;
import dev.sextant.encoding.LinearFrequencies;
import dev.sextant.encoding.Llama3Frequencies;
import dev.sextant.encoding.NtkByPartsFrequencies;
import dev.sextant.encoding.NtkFixedFrequencies;
import dev.sextant.encoding.NtkFrequencies;
import dev.sextant.encoding.NtkMixedFrequencies;
import dev.sextant.encoding.ProportionalFrequencies;
import dev.sextant.encoding.YarnFrequencies;
import java.util.Optional;

/**
 * The parts of a frequency rule that engines get wrong: its base and its factor. A rule that is not named here has neither,
 * and mistakes in them are not looked for.
 */
final class Rules {

    private Rules() {}

    /** The base, NaN for a rule without. */
    static double base(Frequencies rule) {
        return switch (rule) {
            case GeometricFrequencies g -> g.base();
            case LinearFrequencies l -> l.base();
            case Llama3Frequencies l -> l.base();
            case YarnFrequencies y -> y.base();
            case NtkFrequencies n -> n.base();
            case ProportionalFrequencies p -> p.base();
            case DividedFrequencies d -> d.base();
            case NtkByPartsFrequencies n -> n.base();
            case NtkFixedFrequencies n -> n.base();
            case NtkMixedFrequencies n -> n.base();
            case GrokFrequencies g -> g.base();
            default -> Double.NaN;
        };
    }

    /** The same rule with another base, above 1. */
    static Optional<Frequencies> withBase(Frequencies rule, double base) {
        return Optional.ofNullable(switch (rule) {
            case GeometricFrequencies g -> new GeometricFrequencies(base);
            case LinearFrequencies l -> new LinearFrequencies(base, l.factor());
            case Llama3Frequencies l ->
                new Llama3Frequencies(base, l.factor(), l.lowFactor(), l.highFactor(), l.originalContext());
            case YarnFrequencies y -> new YarnFrequencies(base, y.factor(), y.originalContext(), y.betaFast(),
                    y.betaSlow(), y.truncate(), y.attentionFactor());
            case NtkFrequencies n -> new NtkFrequencies(base, n.alpha());
            case ProportionalFrequencies p -> new ProportionalFrequencies(base, p.share(), p.factor());
            case DividedFrequencies d -> new DividedFrequencies(base, d.divisors(), d.attentionFactor());
            case NtkByPartsFrequencies n -> new NtkByPartsFrequencies(base, n.factor(), n.originalContext(),
                    n.ntkFactor(), n.extrapolationFactor());
            case NtkFixedFrequencies n -> new NtkFixedFrequencies(base, n.factor());
            case NtkMixedFrequencies n -> new NtkMixedFrequencies(base, n.factor(), n.b());
            case GrokFrequencies g ->
                new GrokFrequencies(base, g.factor(), g.originalContext(), g.betaFast(), g.betaSlow());
            default -> null;
        });
    }

    /** The factor of a scaling, 1 for a rule without. */
    static double factor(Frequencies rule) {
        return switch (rule) {
            case LinearFrequencies l -> l.factor();
            case Llama3Frequencies l -> l.factor();
            case YarnFrequencies y -> y.factor();
            case NtkFrequencies n -> n.alpha();
            case ProportionalFrequencies p -> p.factor();
            case NtkByPartsFrequencies n -> n.factor();
            case NtkFixedFrequencies n -> n.factor();
            case NtkMixedFrequencies n -> n.factor();
            case GrokFrequencies g -> g.factor();
            default -> 1;
        };
    }

    /** The same rule with another factor, above 0; for plain frequencies linear scaling. */
    static Optional<Frequencies> withFactor(Frequencies rule, double factor) {
        return Optional.ofNullable(switch (rule) {
            case GeometricFrequencies g -> new LinearFrequencies(g.base(), factor);
            case LinearFrequencies l -> new LinearFrequencies(l.base(), factor);
            case Llama3Frequencies l ->
                new Llama3Frequencies(l.base(), factor, l.lowFactor(), l.highFactor(), l.originalContext());
            case YarnFrequencies y -> new YarnFrequencies(y.base(), factor, y.originalContext(), y.betaFast(),
                    y.betaSlow(), y.truncate(), y.attentionFactor());
            case NtkFrequencies n -> new NtkFrequencies(n.base(), factor);
            case ProportionalFrequencies p -> new ProportionalFrequencies(p.base(), p.share(), factor);
            case NtkByPartsFrequencies n -> new NtkByPartsFrequencies(n.base(), factor, n.originalContext(),
                    n.ntkFactor(), n.extrapolationFactor());
            case NtkFixedFrequencies n -> new NtkFixedFrequencies(n.base(), factor);
            case NtkMixedFrequencies n -> new NtkMixedFrequencies(n.base(), factor, n.b());
            case GrokFrequencies g ->
                new GrokFrequencies(g.base(), factor, g.originalContext(), g.betaFast(), g.betaSlow());
            default -> null;
        });
    }

    /** Context before extension, NaN for a rule that does not say. */
    static double originalContext(Frequencies rule) {
        return switch (rule) {
            case Llama3Frequencies l -> l.originalContext();
            case YarnFrequencies y -> y.originalContext();
            case NtkByPartsFrequencies n -> n.originalContext();
            case GrokFrequencies g -> g.originalContext();
            default -> Double.NaN;
        };
    }

    /** Whether the rule is nothing but a base. */
    static boolean isPlain(Frequencies rule) {
        return rule instanceof GeometricFrequencies;
    }
}
