package dev.sextant.internal.audit;

import java.util.function.Function;
import java.util.stream.Stream;

/**
 * One known mistake.
 *
 * @param name its stable name, for reports and programs
 * @param meaning what goes wrong, in one phrase
 * @param tries engines that make it
 */
record Mistake(String name, String meaning, Function<Case, Stream<Tried>> tries) {

    /** An engine that makes the mistake, and what it does in words. */
    record Tried(String sentence, Engine engine) {}

    /** The suspects, the expected engine itself left out. */
    Stream<Suspect> suspects(Case c) {
        return tries.apply(c).filter(t -> t.engine().isPossible())
                .filter(t -> !t.engine().equals(c.expected()) && !t.engine().equals(c.engine()))
                .map(t -> new Suspect(name, t.sentence(), t.engine()));
    }
}
