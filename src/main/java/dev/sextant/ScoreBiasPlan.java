package dev.sextant;

import dev.sextant.encoding.ScoreBias;
import dev.sextant.internal.form.AttentionForm;
import dev.sextant.internal.kernel.AttentionArguments;
import dev.sextant.internal.kernel.AttentionKernel;
import dev.sextant.tensor.Scores;
import java.util.Objects;
import java.util.concurrent.Executor;

/**
 * A score bias and a structure for engines that make their scores themselves, bound to one backend: added to scores in place, or
 * written out as the tensor that other attention kernels take as their mask. Attention itself ({@link AttentionPlan}) needs neither.
 *
 * <pre>{@code
 * ScoreBiasPlan plan = ScoreBiasPlan.builder(heads).bias(Alibi.of(heads)).structure(Structure.causal()).build();
 * AttentionCall call = new AttentionCall().sequences(Sequences.of(1, queries, keys, Alignment.END));
 * plan.addTo(call, Scores.of(scores, 1, heads, queries, keys));
 * }</pre>
 *
 * <p>Scores are {@code [sequences, heads, queries, keys]}, float32, off the heap, scaled and capped already. For query row i and key j of
 * a sequence {@code s <- s - slope * |j - p|}, {@code s <- s + table[j - p]}, {@code s <- s + tensor}, every product and every sum rounded once
 * to float32: the same bits on every backend and for every split. A hidden key becomes minus infinity. What lies beyond the lengths of
 * a sequence is left as it is.
 *
 * <p>Of a call only sequences and what the plan asks for are read: bias tensor, mask, documents, blocks. All of it is checked before
 * anything is written; a refused call leaves the scores as they were. Errors are those of {@link AttentionPlan}. Plans are immutable
 * and may be used by any number of threads at once, each with a call of its own; calls allocate nothing and start no threads.
 */
public final class ScoreBiasPlan {

    private final Backend backend;
    private final AttentionForm form;
    private final AttentionKernel kernel;
    private final String description;

    ScoreBiasPlan(Backend backend, AttentionForm form, AttentionKernel kernel, String description) {
        this.backend = backend;
        this.form = form;
        this.kernel = kernel;
        this.description = description;
    }

    /** The bias alone, for the heads that it has, on the best backend. */
    public static ScoreBiasPlan of(ScoreBias bias) {
        return builder(bias.heads()).bias(bias).build();
    }

    /** Starts a plan for so many query heads. */
    public static ScoreBiasPlanBuilder builder(int heads) {
        return new ScoreBiasPlanBuilder(heads);
    }

    /** Adds the bias to scores and hides what the structure hides. */
    public void addTo(AttentionCall call, Scores scores) {
        run(call, scores, false);
    }

    /**
     * The same in at most {@code tasks} parts on the caller's executor. The calling thread takes parts too and never waits for a task
     * that has not started. Memory must be reachable from other threads.
     */
    public void addTo(AttentionCall call, Scores scores, Executor executor, int tasks) {
        run(call, scores, false, executor, tasks);
    }

    /** Writes the bias itself, minus infinity where a key is hidden: what {@link #addTo} makes of scores of 0. */
    public void materialise(AttentionCall call, Scores scores) {
        run(call, scores, true);
    }

    /** The same in at most {@code tasks} parts on the caller's executor. */
    public void materialise(AttentionCall call, Scores scores, Executor executor, int tasks) {
        run(call, scores, true, executor, tasks);
    }

    private void run(AttentionCall call, Scores scores, boolean fresh) {
        AttentionArguments a = check(call, scores);
        BiasSplit.rows(kernel, a, scores, fresh, 0, a.rows(form.heads()));
    }

    private void run(AttentionCall call, Scores scores, boolean fresh, Executor executor, int tasks) {
        Objects.requireNonNull(executor, "executor");
        AttentionArguments a = check(call, scores);
        new BiasSplit(kernel, a, scores, fresh, a.rows(form.heads()), tasks).run(executor);
    }

    private AttentionArguments check(AttentionCall call, Scores scores) {
        AttentionArguments a = call.arguments();
        SequenceChecks.check(a.sequences, form);
        SequenceChecks.tensors(a, form);
        AttentionChecks.scores(a, form, scores);
        return a;
    }

    /**
     * What the plan adds for a distance, in float32.
     *
     * @param sequence sequence of a batch, where each has slopes of its own
     * @param head query head
     * @param distance position of the key minus position of the query, one that the bias has
     */
    public float bias(int sequence, int head, long distance) {
        Objects.checkIndex(sequence, form.bias().batches() == 1 ? Integer.MAX_VALUE : form.bias().batches());
        Objects.checkIndex(head, form.heads());
        if (!form.bias().serves(distance, distance)) {
            throw new IndexOutOfBoundsException("distance: got " + distance + ", wanted " + form.bias().first()
                    + " to " + form.bias().last() + " (the bias of the plan)");
        }
        return form.bias().at(sequence, head, distance);
    }

    /** Query heads. */
    public int heads() {
        return form.heads();
    }

    /** Where the plan runs. */
    public Backend backend() {
        return backend;
    }

    /** What the plan does in one line. */
    @Override
    public String toString() {
        return description + ", " + form.heads() + " heads, on " + backend;
    }
}
