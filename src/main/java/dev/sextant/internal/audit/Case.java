package dev.sextant.internal.audit;

import dev.sextant.encoding.LengthDependent;
import dev.sextant.encoding.Rope;
import java.util.Map;
import java.util.Optional;

/**
 * What is known when mistakes are tried on an engine.
 *
 * @param expected what the configuration says
 * @param engine the engine that the mistake is tried on: the expected one, or one with a mistake already
 * @param evidence what was seen
 * @param others other rotations of the same model by name
 * @param scaling the rule by length that the expected frequencies are one length of
 */
record Case(Engine expected, Engine engine, Evidence evidence, Map<String, Rope> others,
        Optional<LengthDependent> scaling) {

    Case with(Engine other) {
        return new Case(expected, other, evidence, others, scaling);
    }
}
