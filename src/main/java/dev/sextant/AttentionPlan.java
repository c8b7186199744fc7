package dev.sextant;

import dev.sextant.encoding.CapturePoint;
import dev.sextant.internal.form.AttentionForm;
import dev.sextant.internal.kernel.AttentionArguments;
import dev.sextant.internal.kernel.AttentionKernel;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.RowValues;
import dev.sextant.tensor.Scores;
import java.util.Objects;
import java.util.concurrent.Executor;

/**
 * Attention with a score bias and a structure, bound to one backend: prefill, decoding, packed batches, contiguous and paged caches.
 *
 * <pre>{@code
 * AttentionPlan plan = AttentionPlan.builder(AttentionShape.of(32, 8, 128, DType.F32))
 *         .bias(Alibi.of(32)).structure(Structure.causal()).build();
 * plan.attend(call);
 * }</pre>
 *
 * <p>For query row i at position {@code p = i + offset} and key j, in this order:
 * <pre>{@code
 * s = scale * rowScale(i) * (q . k) + skew(i, j)
 * s = softcap > 0 ? softcap * tanh(s / softcap) : s
 * s = s + bias(h, j - p) + tensor(h, i, j)
 * s = the structure shows j ? s : left out, neither its key nor its value is read
 * out = sum(exp(s - m) * v) / Z,  lse = m + ln Z,  m and Z over the keys that are seen and the sink
 * }</pre>
 * A row that sees no key is 0 and its lse minus infinity, or the sink. That is decided by the structure and by biases of minus infinity,
 * never by a score: NaN and infinity of keys that are seen go through, those of hidden keys do not.
 *
 * <p>Plans are immutable and may be used by any number of threads at once, each with its own {@link AttentionCall}; there is nothing to
 * close. Calls allocate nothing, start no threads, and borrow their arguments until they return. Scratch memory is the caller's and
 * linear in the number of keys; the square of scores is never made. Results are the same bits for any number of threads on one
 * backend; between backends they agree within a stated bound.
 *
 * <p>A call is checked whole before anything is written, and a refused one leaves all buffers as they were. Errors:
 * {@link IllegalArgumentException} for shapes, types, memory on the heap, read-only or overlapping memory;
 * {@link IndexOutOfBoundsException} for memory that is too small, sequences, pages and distances out of range;
 * {@link IllegalStateException} / {@link WrongThreadException} for closed or foreign arenas. Each says what, got, wanted.
 */
public final class AttentionPlan {

    private final Backend backend;
    private final AttentionShape shape;
    private final AttentionForm form;
    private final AttentionKernel kernel;
    private final String description;

    AttentionPlan(Backend backend, AttentionShape shape, AttentionForm form, AttentionKernel kernel,
            String description) {
        this.backend = backend;
        this.shape = shape;
        this.form = form;
        this.kernel = kernel;
        this.description = description;
    }

    /** Starts a plan; without further choices it has no bias, sees every key and runs on the best backend. */
    public static AttentionPlanBuilder builder(AttentionShape shape) {
        return new AttentionPlanBuilder(shape);
    }

    /** Bytes of workspace that a call takes on one thread: linear in the number of keys. The call needs no workspace yet. */
    public long workspaceBytes(AttentionCall call) {
        return workspaceBytes(call, 1);
    }

    /** The same for {@code tasks} parts at once. */
    public long workspaceBytes(AttentionCall call, int tasks) {
        if (tasks < 1) {
            throw Checks.wanted("tasks", tasks, "at least 1");
        }
        AttentionArguments a = call.arguments();
        SequenceChecks.check(a.sequences, form);
        kernel.measure(a);
        long shared = Overlap.exactAdd(a.partialBytes, a.norms.byteSize() > 0 ? 0 : a.normBytes);
        return Overlap.exactAdd(Overlap.exactMultiply(a.workerBytes, tasks), shared);
    }

    /** Attention of a call: a prompt, a chunk of one, or a step of decoding. */
    public void attend(AttentionCall call) {
        AttentionArguments a = check(call, 1);
        if (a.units > 0) {
            kernel.begin(a, 1);
            kernel.attend(a, 0, a.units, 0, 1);
            kernel.finish(a, 1);
        }
    }

    /**
     * {@link #attend(AttentionCall)} in parts on the caller's executor, at most {@code tasks} at once, the same bits. The calling thread takes
     * parts too and never waits for a task that has not started. The workspace is that of {@code tasks}; memory must be
     * reachable from other threads.
     */
    public void attend(AttentionCall call, Executor executor, int tasks) {
        Objects.requireNonNull(executor, "executor");
        AttentionArguments a = check(call, tasks);
        AttentionSplit split = new AttentionSplit(kernel, a, tasks);
        if (a.units > 0) {
            kernel.begin(a, tasks);
            split.run(executor);
            kernel.finish(a, tasks);
        }
    }

    private AttentionArguments check(AttentionCall call, int tasks) {
        Objects.requireNonNull(call, "call");
        AttentionChecks.inputs(call, form);
        AttentionChecks.outputs(call, form);
        AttentionArguments a = call.arguments();
        AttentionChecks.workspace(a, workspaceBytes(call, tasks));
        if (a.norms.byteSize() > 0) {
            AttentionChecks.norms(a, form);
        }
        return a;
    }

    /** Bytes of the norms of the keys of a call, for {@link AttentionCall#norms}; 0 where the plan does not skip or its backend needs none. */
    public long normsBytes(AttentionCall call) {
        workspaceBytes(call);
        return call.arguments().normBytes;
    }

    /**
     * Fills the norms that a call keeps ({@link AttentionCall#norms}) from its keys and values, so that attention need not make them anew with
     * each call: upper bounds of the norms of all keys up to each tile. They hold for as long as no key or value is changed.
     */
    public void norms(AttentionCall call) {
        AttentionArguments a = call.arguments();
        AttentionChecks.cache(call, form);
        if (normsBytes(call) > 0) {
            AttentionChecks.norms(a, form);
            kernel.norms(a, a.norms);
        }
    }

    /**
     * Writes the scores of a call at a capture point instead of attending: {@code [sequences, heads, queries, keys]}, element (b, h, i, j) for
     * query row i and key j of sequence b. Elements beyond the lengths of a sequence are left as they are. Up to the softcap all keys
     * of the sequence are read, hidden or not.
     */
    public void scores(AttentionCall call, CapturePoint point, Scores scores) {
        Objects.requireNonNull(point, "capture point");
        AttentionChecks.inputs(call, form);
        AttentionArguments a = call.arguments();
        long bytes = workspaceBytes(call, 1);
        AttentionChecks.workspace(a, bytes);
        AttentionChecks.scores(a, form, scores);
        AttentionChecks.scoresApart(a, scores, bytes);
        kernel.scores(a, point, scores);
    }

    /**
     * Adds the bias to scores that somebody else made, {@code [sequences, heads, queries, keys]}, scaled already; hidden keys become minus
     * infinity. In float32, each product and each sum rounded once: the same bits on every backend. Of the call only sequences, bias,
     * mask, documents and blocks are read.
     */
    public void addBias(AttentionCall call, Scores scores) {
        AttentionArguments a = call.arguments();
        SequenceChecks.check(a.sequences, form);
        SequenceChecks.tensors(a, form);
        AttentionChecks.scores(a, form, scores);
        kernel.addBias(a, scores, 0, a.rows(form.heads()));
    }

    /**
     * Merges two attentions of the same queries over different keys: {@code (o, lse)} into {@code (intoO, intoLse)}, which then is the
     * attention over the keys of both. For prompts in chunks of keys, split decoding, ring attention. A sink belongs in one of the
     * parts only. Of a part whose lse is minus infinity nothing is read.
     *
     * @param o outputs of one part, of the plan's value dim and query type, or of float32
     * @param lse their logarithms, {@code [batches, heads, tokens]}
     * @param intoO outputs of the other part, replaced by those of both
     * @param intoLse their logarithms, replaced too
     */
    public void merge(Heads o, RowValues lse, Heads intoO, RowValues intoLse) {
        AttentionChecks.merge(o, lse, intoO, intoLse, form);
        if (!intoO.isEmpty()) {
            kernel.merge(o, lse, intoO, intoLse);
        }
    }

    AttentionForm form() {
        return form;
    }

    /** Where the plan runs. */
    public Backend backend() {
        return backend;
    }

    /** The heads. */
    public AttentionShape shape() {
        return shape;
    }

    /** The kernel's name, as benchmarks report it. */
    public String kernelName() {
        return kernel.name();
    }

    /** What the plan does in one line. */
    @Override
    public String toString() {
        return description + ", " + shape + ", on " + backend;
    }
}
