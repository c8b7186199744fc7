package dev.sextant;

import dev.sextant.internal.audit.Finding;
import dev.sextant.internal.audit.Fit;
import dev.sextant.internal.audit.Judgement;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What an {@link Audit} found. Errors are relative to what turns: of cos and sin the distance in the plane, of heads the
 * distance over the length of the unrotated pairs, of frequencies the relative difference.
 *
 * @param verdict whether the evidence is what the definition says
 * @param evidence what was looked at, in words
 * @param expected how well it agrees with the definition
 * @param reason why that counts as agreement, or does not
 * @param explanations mistakes that explain a mismatch, the likeliest first; empty of a match and where none does
 * @param nearest where nothing explains it: what at least halves the error, the closest first
 * @param cannotTell of a match: mistakes that would have left the same evidence, by name, or as "name: form" where only that
 *     form of one would
 */
public record AuditReport(Verdict verdict, String evidence, Agreement expected, String reason,
        List<Explanation> explanations, List<Explanation> nearest, List<String> cannotTell) {

    /** Keeps lists of its own. */
    public AuditReport {
        explanations = List.copyOf(explanations);
        nearest = List.copyOf(nearest);
        cannotTell = List.copyOf(cannotTell);
    }

    /** The outcome. */
    public enum Verdict {
        /** The engine does what the definition says. */
        MATCH,
        /** It does not, and a known mistake explains what it does. */
        EXPLAINED,
        /** It does not, and none of the known mistakes explains what it does. */
        UNEXPLAINED
    }

    /**
     * How well evidence agrees with one way to rotate.
     *
     * @param errors largest error of each pair; infinite where the evidence holds no number
     * @param allowed what each pair was allowed, at the row of its largest error
     * @param outside largest relative change of elements outside the rotated slice
     * @param mean root mean square of all errors, each cut off at 2
     */
    public record Agreement(List<Double> errors, List<Double> allowed, double outside, double mean) {

        /** Keeps lists of its own. */
        public Agreement {
            errors = List.copyOf(errors);
            allowed = List.copyOf(allowed);
        }

        private static Agreement of(Fit fit) {
            return new Agreement(Arrays.stream(fit.errors()).boxed().toList(),
                    Arrays.stream(fit.allowed()).boxed().toList(), fit.outside(), fit.mean());
        }

        /** The largest error of all. */
        public double largest() {
            return Math.max(outside, errors.stream().mapToDouble(Double::doubleValue).max().orElse(0));
        }

        /** The pair of the largest error. */
        public int worstPair() {
            int worst = 0;
            for (int j = 1; j < errors.size(); j++) {
                worst = errors.get(j) > errors.get(worst) ? j : worst;
            }
            return worst;
        }
    }

    /**
     * A mistake that was tried.
     *
     * @param mistake its stable name, one of {@link Audit#mistakes()}, or two joined by a plus
     * @param sentence what the engine would be doing
     * @param left the error that it leaves
     */
    public record Explanation(String mistake, String sentence, Agreement left) {

        private static Explanation of(Finding finding) {
            return new Explanation(finding.mistake(), finding.sentence(), Agreement.of(finding.fit()));
        }
    }

    static AuditReport of(String evidence, Judgement judgement) {
        Verdict verdict = judgement.match()
                ? Verdict.MATCH
                : judgement.explanations().isEmpty() ? Verdict.UNEXPLAINED : Verdict.EXPLAINED;
        return new AuditReport(verdict, evidence, Agreement.of(judgement.expected()), reason(judgement),
                judgement.explanations().stream().map(Explanation::of).toList(),
                judgement.nearest().stream().map(Explanation::of).toList(), judgement.cannotTell());
    }

    private static String reason(Judgement judgement) {
        if (judgement.expected().isStrict()) {
            return "within the rounding of the numbers seen";
        }
        return judgement.match()
                ? "within two units in the last place of float32 frequencies, by which power functions differ, at the "
                        + "positions seen"
                : "beyond what rounding and the power functions of libraries account for";
    }

    /** Whether the engine does what the definition says. */
    public boolean isMatch() {
        return verdict == Verdict.MATCH;
    }

    /** The verdict in one sentence. */
    public String sentence() {
        String largest = String.format(Locale.ROOT, "%.2g", expected.largest());
        return switch (verdict) {
            case MATCH -> "MATCH: largest error " + largest + ", " + reason;
            case EXPLAINED -> "MISMATCH (largest error " + largest + "): "
                    + explanations.getFirst().mistake() + ": " + explanations.getFirst().sentence();
            case UNEXPLAINED -> "MISMATCH (largest error " + largest
                    + "): none of the known mistakes explains it";
        };
    }
}
