package dev.sextant.internal.audit;

import dev.sextant.encoding.ExplicitFrequencies;
import dev.sextant.encoding.Frequencies;
import dev.sextant.encoding.GeometricFrequencies;
import dev.sextant.encoding.ProportionalFrequencies;
import dev.sextant.encoding.Rope;
import dev.sextant.encoding.Rounding;
import dev.sextant.internal.audit.Mistake.Tried;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Mistakes in which elements of a head are rotated, and in the width that frequencies are made for. */
final class SliceMistakes {

    private SliceMistakes() {}

    static Stream<Tried> rotaryDim(Case c) {
        Engine engine = c.engine();
        int stated = engine.rope().rotaryDim();
        int head = engine.headDim();
        List<Tried> tries = new ArrayList<>();
        int twice = (int) ((long) stated * stated / head);
        resize(tries, engine, head, "partial rotary factor ignored: all " + head + " elements of a head are rotated");
        resize(tries, engine, twice, "partial rotary factor applied twice: " + twice + " elements are rotated");
        resize(tries, engine, 2 * c.evidence().pairs(), wanted(2 * c.evidence().pairs(), stated));
        resize(tries, engine, stated / 2, wanted(stated / 2, stated));
        resize(tries, engine, 2 * stated, wanted(2 * stated, stated));
        c.evidence().changed().ifPresent(s -> resize(tries, engine.offset(s.offset()), s.rotaryDim(),
                wanted(s.rotaryDim(), stated) + ", from element " + s.offset()));
        exponents(tries, engine, head, "frequencies of the whole head: exponents divided by the head dim " + head
                + " where the rotary dim is " + stated);
        if (engine.rule() instanceof ProportionalFrequencies p) {
            int turning = 2 * (int) (p.share() * stated / 2);
            resize(tries, engine.rule(new GeometricFrequencies(p.base())), turning,
                    "partial rotary of " + turning + " elements, where pairs span the whole head (proportional)");
        }
        return tries.stream();
    }

    private static String wanted(int width, int stated) {
        return "rotary dim " + width + " where the configuration says " + stated;
    }

    private static void resize(List<Tried> tries, Engine engine, int width, String sentence) {
        int head = engine.headDim();
        if (width < 2 || width % 2 != 0 || width == engine.rope().rotaryDim() || !fits(engine.rule(), width)) {
            return;
        }
        int offset = engine.offset() + width <= head ? engine.offset() : 0;
        tries.add(new Tried(sentence, engine.rope(new Rope(width, engine.rope().layout(), engine.rule(),
                engine.rope().angles())).offset(offset).magnitude(engine.magnitude())));
    }

    private static void exponents(List<Tried> tries, Engine engine, int width, String sentence) {
        if (width > engine.rope().rotaryDim() && width % 2 == 0 && fits(engine.rule(), width)) {
            double[] wide = engine.rule().inverse(width, engine.rope().angles().rounding());
            tries.add(new Tried(sentence, engine.rule(ExplicitFrequencies.of(Arrays.copyOf(wide, engine.pairs())))
                    .magnitude(engine.magnitude())));
        }
    }

    /** Whether a rule is defined for a width: lists of factors belong to one only, and every rule says so itself. */
    private static boolean fits(Frequencies rule, int width) {
        try {
            return rule.inverse(width, Rounding.NONE).length == width / 2;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    static Stream<Tried> offset(Case c) {
        Engine engine = c.engine();
        IntStream known = IntStream.of(0, engine.headDim() - engine.rope().rotaryDim());
        return IntStream.concat(known, c.evidence().changed().stream().mapToInt(Slice::offset)).distinct()
                .filter(o -> o >= 0 && o + engine.rope().rotaryDim() <= engine.headDim())
                .mapToObj(o -> new Tried("rotates from element " + o + " of a head, where the slice begins at "
                        + engine.offset(), engine.offset(o)));
    }
}
