package dev.sextant.internal.audit;

import dev.sextant.encoding.LengthDependent;
import dev.sextant.encoding.Rope;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Compares evidence with what is expected and, where they differ, with every known mistake, then with two at once. The
 * narrow bound is tried first: frequencies that are merely two units in the last place off are only forgiven when no mistake
 * explains them to the last bit.
 */
public final class Judge {

    /** An engine this close to the narrow bound needs no explanation. */
    private static final double CLEAR = 3;
    private static final int EXPLANATIONS = 5;
    private static final int NEAREST = 3;
    private static final int FIRST_MISTAKES = 6;
    /** What does not at least halve the error is no hint. */
    private static final double HINT = 0.5;

    private final Case start;
    private final Fit expected;

    private Judge(Case start) {
        this.start = start;
        this.expected = start.evidence().fit(start.expected(), true);
    }

    /** Judges a model's rotation, text positions only. */
    public static Judgement judge(Evidence evidence, Rope rope, int headDim, int offset, boolean inverse,
            Map<String, Rope> others, Optional<LengthDependent> scaling) {
        Engine expected = Engine.of(rope, headDim, offset, inverse);
        return new Judge(new Case(expected, expected, evidence, new LinkedHashMap<>(others), scaling)).judge();
    }

    private record Tested(Suspect suspect, Fit fit) {

        Finding finding() {
            return new Finding(suspect.mistake(), suspect.sentence(), fit);
        }
    }

    private Judgement judge() {
        List<Tested> single = test(start, "", "", new HashSet<>());
        if (expected.isStrict()) {
            return judgement(true, List.of(), names(single, false));
        }
        if (expected.strict() > CLEAR || !expected.isWide()) {
            List<Finding> explained = explained(single, true);
            if (!explained.isEmpty()) {
                return judgement(false, explained, List.of());
            }
        }
        if (expected.isWide()) {
            return judgement(true, List.of(), names(single, true));
        }
        List<Finding> explained = explained(single, false);
        if (explained.isEmpty()) {
            List<Tested> twice = twice(single);
            explained = explained(twice, true);
            if (explained.isEmpty()) {
                explained = explained(twice, false);
            }
        }
        return explained.isEmpty() ? unexplained(single) : judgement(false, explained, List.of());
    }

    private Judgement judgement(boolean match, List<Finding> explanations, List<String> cannotTell) {
        return new Judgement(match, expected, explanations, List.of(), cannotTell);
    }

    private Judgement unexplained(List<Tested> single) {
        List<Finding> nearest = single.stream().filter(t -> t.fit.mean() < HINT * expected.mean())
                .sorted(Comparator.comparingDouble(t -> t.fit.mean())).limit(NEAREST).map(Tested::finding).toList();
        return new Judgement(false, expected, List.of(), nearest, List.of());
    }

    private static List<Tested> test(Case c, String mistakeBefore, String sentenceBefore, Set<Engine> known) {
        List<Tested> tested = new ArrayList<>();
        for (Mistake mistake : Mistakes.ALL) {
            for (Suspect s : mistake.suspects(c).toList()) {
                if (known.add(s.engine())) {
                    tested.add(new Tested(new Suspect(mistakeBefore + s.mistake(), sentenceBefore + s.sentence(),
                            s.engine()), c.evidence().fit(s.engine(), false)));
                }
            }
        }
        return tested;
    }

    /** Every mistake once more on the engines that came closest. */
    private List<Tested> twice(List<Tested> single) {
        List<Tested> closest = single.stream().sorted(Comparator.comparingDouble(t -> t.fit.mean()))
                .limit(FIRST_MISTAKES).toList();
        List<Tested> tested = new ArrayList<>();
        Set<Engine> known = new HashSet<>();
        single.forEach(t -> known.add(t.suspect.engine()));
        for (Tested first : closest) {
            tested.addAll(test(start.with(first.suspect.engine()), first.suspect.mistake() + "+",
                    first.suspect.sentence() + "; and ", known));
        }
        return tested;
    }

    /** What explains the whole evidence, not only the sample. */
    private List<Finding> explained(List<Tested> tested, boolean strict) {
        return tested.stream().filter(t -> strict ? t.fit.isStrict() : t.fit.isWide()).limit(EXPLANATIONS)
                .map(t -> new Tested(t.suspect, start.evidence().fit(t.suspect.engine(), true)))
                .filter(t -> (strict ? t.fit.isStrict() : t.fit.isWide()) && t.fit.mean() < HINT * expected.mean())
                .map(Tested::finding).toList();
    }

    /** Mistakes that would have left the same evidence: by name where each form of one would, else the form. */
    private static List<String> names(List<Tested> tested, boolean wide) {
        Map<String, List<Tested>> byMistake = tested.stream()
                .collect(Collectors.groupingBy(t -> t.suspect.mistake(), LinkedHashMap::new, Collectors.toList()));
        List<String> names = new ArrayList<>();
        byMistake.forEach((mistake, forms) -> {
            List<Tested> same = forms.stream()
                    .filter(t -> wide ? t.fit.isWide() : t.fit.isStrict()).toList();
            if (same.size() == forms.size()) {
                names.add(mistake);
            } else {
                same.forEach(t -> names.add(mistake + ": " + t.suspect.sentence()));
            }
        });
        return names;
    }
}
