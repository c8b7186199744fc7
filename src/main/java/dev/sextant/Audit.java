package dev.sextant;

import dev.sextant.encoding.AxisMap;
import dev.sextant.encoding.LengthDependent;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.Rope;
import dev.sextant.internal.audit.Evidence;
import dev.sextant.internal.audit.FrequencyEvidence;
import dev.sextant.internal.audit.Judge;
import dev.sextant.internal.audit.Mistakes;
import dev.sextant.internal.audit.RowEvidence;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Compares what an engine uses with what a model's definition says, and names the likely mistake: wrong base, scaling left
 * out, wrong pairs, shifted positions, too few bits, the rotation of other layers, and whatever else {@link #mistakes()}
 * lists. An engine shows itself in one of three ways: its inverse frequencies, its cos and sin rows, or heads before and after.
 *
 * <pre>{@code
 * AuditReport report = Audit.of(rope).other("sliding_attention", otherRope).frequencies(engineInverseFrequencies);
 * System.out.println(report.sentence());
 * }</pre>
 *
 * <p>Every mistake is tried as an engine that makes it; one that leaves the very evidence explains it. When no single one
 * does, two at once are tried. That nothing known explains the evidence is an honest outcome. No randomness: the same
 * evidence gives the same report. Long evidence is sampled while mistakes are tried, but verdicts rest on all of it.
 *
 * <p>Immutable and thread-safe; views are borrowed until the call returns and never written. Takes milliseconds for
 * frequencies, seconds for long tables. Errors: {@link IllegalArgumentException} for shapes and types,
 * {@link IndexOutOfBoundsException} for memory that is too small and positions beyond 2^32 - 1, each with what, got, wanted.
 */
public final class Audit {

    private final Rope rope;
    private final int headDim;
    private final int rotaryOffset;
    private final boolean inverse;
    private final Map<String, Rope> others;
    private final Optional<LengthDependent> scaling;

    private Audit(Rope rope, int headDim, int rotaryOffset, boolean inverse, Map<String, Rope> others,
            Optional<LengthDependent> scaling) {
        this.rope = rope;
        this.headDim = headDim;
        this.rotaryOffset = rotaryOffset;
        this.inverse = inverse;
        this.others = others;
        this.scaling = scaling;
    }

    /**
     * An audit against a definition that rotates whole heads. Of several axes one position drives all, as in text; what is
     * laid out by axis ({@link PairLayout#HALF_SPLIT_BY_AXIS}) has no such reading and is refused.
     */
    public static Audit of(Rope rope) {
        return new Audit(text(rope), rope.rotaryDim(), 0, false, Map.of(), Optional.empty());
    }

    private static Rope text(Rope rope) {
        if (rope.layout() == PairLayout.HALF_SPLIT_BY_AXIS) {
            throw Checks.wanted("layout", rope.layout(), "one of text, where one position drives every pair");
        }
        return rope.axes(AxisMap.text());
    }

    /** The same for heads of {@code headDim} elements whose rotated slice begins at {@code rotaryOffset}. */
    public Audit heads(int newHeadDim, int newRotaryOffset) {
        if (newRotaryOffset < 0 || rope.rotaryDim() > newHeadDim - newRotaryOffset) {
            throw Checks.wanted("slice", rope.rotaryDim() + " elements from " + newRotaryOffset,
                    "a slice inside a head of " + newHeadDim);
        }
        return new Audit(rope, newHeadDim, newRotaryOffset, inverse, others, scaling);
    }

    /** The same for a model that rotates by the negative angle. */
    public Audit inverse() {
        return new Audit(rope, headDim, rotaryOffset, !inverse, others, scaling);
    }

    /** The same with another rotation of this model, which an engine may have used by mistake. */
    public Audit other(String name, Rope other) {
        Objects.requireNonNull(name, "name");
        Map<String, Rope> more = new LinkedHashMap<>(others);
        more.put(name, text(other));
        return new Audit(rope, headDim, rotaryOffset, inverse, Collections.unmodifiableMap(more), scaling);
    }

    /** The same for a definition that is one length of {@code rule}: the rule of another length becomes a suspect. */
    public Audit scaling(LengthDependent rule) {
        return new Audit(rope, headDim, rotaryOffset, inverse, others, Optional.of(rule));
    }

    /** Stable name to meaning of every mistake that is looked for, the more particular first. */
    public static Map<String, String> mistakes() {
        return Collections.unmodifiableMap(Mistakes.meanings());
    }

    /** Audits inverse frequencies, radians per position, one a pair (or each twice, as some tables have them). */
    public AuditReport frequencies(double... values) {
        if (values.length == 0) {
            throw Checks.wanted("inverse frequencies", "none", "one a pair");
        }
        return judge(new FrequencyEvidence(values, inverse), headDim, rotaryOffset);
    }

    /** Audits float32 inverse frequencies. */
    public AuditReport frequencies(float... values) {
        double[] wide = new double[values.length];
        for (int j = 0; j < wide.length; j++) {
            wide[j] = values[j];
        }
        return frequencies(wide);
    }

    /**
     * Audits rows of cos and sin, attention factor included: {@code [positions, pairs]}, or one column an element of a head,
     * doubled as {@code [c..c c..c]} or {@code [c c ..]}, which is recognised by the numbers.
     *
     * @param cos cosines
     * @param sin sines of as many rows and columns
     * @param positions the position of each row
     */
    public AuditReport table(Rows cos, Rows sin, Positions positions) {
        Checks.readable("cos", cos);
        Checks.readable("sin", sin);
        if (cos.rows() < 1 || cos.rows() != sin.rows() || cos.dim() != sin.dim()) {
            throw Checks.wanted("cos and sin", cos.rows() + " x " + cos.dim() + " and " + sin.rows() + " x "
                    + sin.dim(), "as many of each, at least one row");
        }
        checkPositions(positions, 1, cos.rows());
        return judge(RowEvidence.table(cos, sin, positions, inverse), headDim, rotaryOffset);
    }

    /**
     * Audits heads before and after the rotation: queries, or keys. Heads that are nothing but the rotated slice (the shared
     * key of latent attention) are taken as such.
     *
     * @param before heads {@code [batches, tokens, heads, dim]}
     * @param after the same heads after it, of any element type
     * @param positions the position of each token
     */
    public AuditReport rotation(Heads before, Heads after, Positions positions) {
        int dim = before.dim();
        if (dim != headDim && dim != rope.rotaryDim()) {
            throw Checks.wanted("before head dim", dim, headDim + ", or the rotated slice of " + rope.rotaryDim());
        }
        DType dtype = before.dtype();
        Checks.readable("before", before, HeadShape.of(dim, dtype));
        Checks.readable("after", after, HeadShape.of(dim, after.dtype()));
        Checks.sameHeads("after", after, before);
        if (before.isEmpty()) {
            throw Checks.wanted("before", "no element", "at least one head");
        }
        checkPositions(positions, before.batches(), before.tokens());
        return judge(RowEvidence.heads(before, after, positions), dim, dim == headDim ? rotaryOffset : 0);
    }

    private static void checkPositions(Positions positions, long batches, long tokens) {
        if (positions.axes() > 1 || positions.real()) {
            throw Checks.wanted("positions", positions.axes() + " axes of " + positions.kind(), "one integer a token");
        }
        Checks.positions(positions, batches, tokens, -RotaryPlan.MAX_POSITION, RotaryPlan.MAX_POSITION,
                "the range of generated rows");
    }

    private AuditReport judge(Evidence evidence, int dim, int offset) {
        return AuditReport.of(evidence.description(),
                Judge.judge(evidence, rope, dim, offset, inverse, others, scaling));
    }
}
