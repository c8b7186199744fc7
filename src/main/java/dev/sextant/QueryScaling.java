package dev.sextant;

import dev.sextant.encoding.QueryTemperature;
import dev.sextant.internal.java.JavaScaling;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import java.util.Objects;
import java.util.concurrent.Executor;

/**
 * Multiplies query heads by the factor of their token's position.
 *
 * <pre>{@code
 * QueryScaling scaling = QueryScaling.of(QueryTemperature.llama4(8192, 0.1), HeadShape.of(128, DType.BF16));
 * scaling.scale(Heads.of(q, DType.BF16, tokens, 40, 128), Positions.from(start));
 * }</pre>
 *
 * <p>Whole heads are scaled, rotated or not; before or after a rotation is the same up to rounding (Llama 4 scales layers that have
 * none, Ministral 3 and Mistral 4 scale after it). Immutable and thread-safe. Plain Java on every backend: a pass over the queries is
 * bound by memory. Calls allocate nothing and borrow their arguments until they return.
 *
 * <p>Arithmetic: the factor in double, rounded to float32 once (and once more to the element type where {@link FactorRounding} says so); a
 * float32 product; one rounding to the element type. The same bits for every split of tokens and heads. Checks and errors are
 * those of {@link RotaryPlan}; positions are 0 to 2^32 - 1. A refused call has written nothing.
 */
public final class QueryScaling {

    private final QueryTemperature rule;
    private final HeadShape shape;
    private final FactorRounding rounding;

    private QueryScaling(QueryTemperature rule, HeadShape shape, FactorRounding rounding) {
        this.rule = Objects.requireNonNull(rule, "rule");
        this.shape = Objects.requireNonNull(shape, "shape");
        this.rounding = Objects.requireNonNull(rounding, "rounding");
    }

    /** Scaling by float32 factors. */
    public static QueryScaling of(QueryTemperature rule, HeadShape shape) {
        return new QueryScaling(rule, shape, FactorRounding.FLOAT32);
    }

    /** The same scaling with factors of another exactness. */
    public QueryScaling rounding(FactorRounding newRounding) {
        return new QueryScaling(rule, shape, newRounding);
    }

    /** Scales queries in place. */
    public void scale(Heads q, Positions positions) {
        scale(q, q, positions);
    }

    /**
     * Scales {@code q} into {@code qOut}, which is {@code q} (in place) or disjoint from it.
     *
     * @param q queries {@code [batches, tokens, heads, dim]} of the shape's type and head dim
     * @param qOut where they go, as many batches, tokens and heads
     * @param positions a start, one for all, or one id a token; of several axes none is the place in the text, so they are refused
     */
    public void scale(Heads q, Heads qOut, Positions positions) {
        check(q, qOut, positions);
        if (!q.isEmpty()) {
            run(q, qOut, positions);
        }
    }

    /**
     * {@link #scale(Heads, Heads, Positions)} in at most {@code tasks} ranges of tokens on the caller's executor; the calling thread takes
     * ranges too and never waits for a task that has not started. Memory must be reachable from other threads.
     */
    public void scale(Heads q, Heads qOut, Positions positions, Executor executor, int tasks) {
        Objects.requireNonNull(executor, "executor");
        check(q, qOut, positions);
        if (tasks < 1) {
            throw Checks.wanted("tasks", tasks, "at least 1");
        }
        Split.refuseConfined("q", q.memory());
        Split.refuseConfined("q output", qOut.memory());
        if (positions.ids() != null) {
            Split.refuseConfined("position ids", positions.ids());
        }
        if (q.isEmpty()) {
            return;
        }
        int parts = Math.clamp(q.tokens(), 1, tasks);
        long size = q.tokens() / parts;
        long longer = q.tokens() % parts; // as many of the first ranges have one more
        new Split(parts) {
            @Override
            void run(int part) {
                long from = part * size + Math.min(part, longer);
                long to = from + size + (part < longer ? 1 : 0);
                QueryScaling.this.run(q.tokens(from, to), qOut.tokens(from, to), positions.slice(from, to));
            }
        }.run(executor);
    }

    private void run(Heads q, Heads qOut, Positions positions) {
        JavaScaling.scale(q, qOut, positions, rule, rounding == FactorRounding.ELEMENT_TYPE);
    }

    @SuppressWarnings("ReferenceEquality") // in place is the same view
    private void check(Heads q, Heads qOut, Positions positions) {
        Objects.requireNonNull(q, "q");
        Objects.requireNonNull(qOut, "q output");
        Objects.requireNonNull(positions, "positions");
        Checks.readable("q", q, shape);
        Checks.writable("q output", qOut, shape);
        if (q != qOut) {
            Checks.sameHeads("q output", qOut, q);
            if (!Overlap.inPlace(q, qOut)) {
                Overlap.refuse("q", q, "q output", qOut);
            }
        }
        if (positions.axes() != 1 || positions.real()) {
            throw Checks.wanted("positions", positions.real() ? "real coordinates" : positions.axes() + " axes",
                    "one integer a token, its place in the text");
        }
        Checks.positions(positions, q.batches(), q.tokens(), 0, RotaryPlan.MAX_POSITION, "where query factors are");
        if (!q.isEmpty()) {
            RotaryPlan.refuseIds(positions, q.batches(), q.tokens(), "q output", qOut.memory(), qOut.dtype(),
                    qOut.origin(), Overlap.extent(qOut));
        }
    }

    /** The rule, the heads, the rounding, in one line. */
    @Override
    public String toString() {
        return "query scaling by " + rule + ", heads of " + shape.dim() + " " + shape.dtype() + ", factor in "
                + rounding;
    }
}
