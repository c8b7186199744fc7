package dev.sextant;

import dev.sextant.encoding.RotaryRounding;
import dev.sextant.internal.kernel.AppendKernel;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.KvStore;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Slots;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A rotation whose keys go into a cache: in one pass queries are rotated, keys are rotated into their slots, values are copied
 * into theirs. Keys are rounded once, from the float32 result of the rotation to the type of the cache; what is not rotated is
 * copied, or converted from its own type. Only the slots that a call names are written.
 *
 * <pre>{@code
 * AppendPlan append = plan.append(DType.BF16);
 * append.append(q, k, v, KvCache.of(keys, values), Slots.from(length), Positions.from(length));
 * }</pre>
 *
 * <p>Positions and slots are two things: a position says how far a token is rotated, a slot where it is kept (a cache that
 * evicts, a batch with padding). A token whose slot is -1 is not stored; its queries are rotated all the same.
 *
 * <p>Immutable, usable by any number of threads at once. Calls allocate nothing, start no threads and borrow their arguments
 * until they return. A call is checked whole before anything is written, and a refused one leaves all buffers as they were:
 * as {@link RotaryPlan} does, and {@link IndexOutOfBoundsException} for the first slot or page that is not in the cache,
 * {@link IllegalArgumentException} for two tokens of a call in one slot. Results are the same bits on every backend and for
 * every split, and those of rotating first and copying then, but for the second rounding that this would take.
 */
public final class AppendPlan {

    private final RotaryPlan rotary;
    private final DType cacheType;
    private final AppendKernel kernel;

    private AppendPlan(RotaryPlan rotary, DType cacheType, AppendKernel kernel) {
        this.rotary = rotary;
        this.cacheType = cacheType;
        this.kernel = kernel;
    }

    /** Appends to caches of {@code cacheType} under {@code rotary}, on its backend. */
    public static AppendPlan of(RotaryPlan rotary, DType cacheType) {
        Objects.requireNonNull(cacheType, "cache type");
        boolean once = rotary.shape().dtype() == DType.F32 || rotary.form().rounding() == RotaryRounding.ONCE;
        if (cacheType != rotary.shape().dtype() && (!once || rotary.form().rows().elements())) {
            throw Checks.wanted("cache type", cacheType, rotary.shape().dtype() + ", the plan's: only a plan that "
                    + "rounds once, with a cosine a pair, converts on the way");
        }
        return new AppendPlan(rotary, cacheType, rotary.backend().kernels().append(rotary.form(), cacheType));
    }

    /** Rotates {@code q} in place and appends {@code k} and {@code v}. */
    public void append(Heads q, Heads k, @Nullable Heads v, KvStore cache, Slots slots, Positions positions) {
        append(q, q, k, v, cache, slots, positions);
    }

    /** Appends {@code k} and {@code v}; the queries are somebody else's. */
    public void append(Heads k, @Nullable Heads v, KvStore cache, Slots slots, Positions positions) {
        append(null, null, k, v, cache, slots, positions);
    }

    /**
     * Rotates {@code q} into {@code qOut} unless both are null, and appends {@code k} and {@code v}. {@code qOut} is {@code q} (in place)
     * or disjoint from every other view; the cache is disjoint from every other view.
     *
     * @param q queries {@code [batches, tokens, heads, dim]} of the plan's type and head dim, or null
     * @param qOut where the rotated queries go, or null
     * @param k keys of the same batch entries and tokens, as many heads as the cache's keys
     * @param v values, of the plan's type, as many heads and as wide as the cache's; null where the cache has keys only
     * @param cache where they go, of the plan's cache type
     * @param slots which slot each token gets
     * @param positions a start, or one id a token
     */
    public void append(@Nullable Heads q, @Nullable Heads qOut, Heads k, @Nullable Heads v, KvStore cache, Slots slots,
            Positions positions) {
        Heads queries = RotaryPlan.orNone(q);
        Heads queriesOut = RotaryPlan.orNone(qOut);
        Heads values = RotaryPlan.orNone(v);
        check(queries, queriesOut, k, values, cache, slots, positions);
        if (!queries.isEmpty() || !k.isEmpty() || !values.isEmpty()) {
            kernel.append(queries, queriesOut, k, cache.k(), values, RotaryPlan.orNone(cache.v()), slots, positions,
                    rotary.isInverse());
        }
    }

    /**
     * {@link #append(Heads, Heads, Heads, Heads, KvStore, Slots, Positions)} in at most {@code tasks} parts on the caller's
     * executor, by tokens, or by heads where there are fewer tokens than parts. The calling thread takes parts too and never
     * waits for a task that has not started. Memory must be reachable from other threads (shared, automatic or global arena,
     * or heap).
     */
    public void append(@Nullable Heads q, @Nullable Heads qOut, Heads k, @Nullable Heads v, KvStore cache, Slots slots,
            Positions positions, Executor executor, int tasks) {
        Objects.requireNonNull(executor, "executor");
        Heads queries = RotaryPlan.orNone(q);
        Heads queriesOut = RotaryPlan.orNone(qOut);
        Heads values = RotaryPlan.orNone(v);
        check(queries, queriesOut, k, values, cache, slots, positions);
        AppendSplit split = new AppendSplit(kernel, rotary.isInverse(), queries, queriesOut, k, cache.k(), values,
                RotaryPlan.orNone(cache.v()), slots, positions, tasks);
        if (!queries.isEmpty() || !k.isEmpty() || !values.isEmpty()) {
            split.run(executor);
        }
    }

    @SuppressWarnings("ReferenceEquality") // there is one "no heads"
    private void check(Heads q, Heads qOut, Heads k, Heads v, KvStore cache, Slots slots, Positions positions) {
        Objects.requireNonNull(k, "k");
        Objects.requireNonNull(cache, "cache");
        Objects.requireNonNull(slots, "slots");
        Objects.requireNonNull(positions, "positions");
        Heads none = RotaryPlan.NO_KEYS;
        if ((q == none) != (qOut == none)) {
            throw Checks.wanted("q and its output", q == none ? "an output without q" : "q without an output",
                    "both or neither");
        }
        Heads kCache = cache.k();
        Heads vCache = RotaryPlan.orNone(cache.v());
        Checks.readable("k", k, rotary.shape());
        cached("keys of the cache", kCache, "k", k, rotary.shape().dim());
        boolean inPlace = true;
        if (q != none) {
            inPlace = rotary.checkTensor("q", "q output", q, qOut);
            Checks.sameTokens("k", k, "q", q);
        }
        if ((v == none) != (vCache == none)) {
            throw Checks.wanted("v", v == none ? "none" : "values", v == none
                    ? "values: the cache has them"
                    : "none: the cache has keys only");
        }
        if (v != none) {
            Checks.sameTokens("v", v, "k", k);
            if (v.dim() != vCache.dim()) {
                throw Checks.wanted("v head dim", v.dim(), vCache.dim() + ", that of the cache");
            }
            Checks.readable("v", v, rotary.shape().dtype(), v.dim());
            cached("values of the cache", vCache, "v", v, v.dim());
        }
        rotary.checkPositions(positions, k.batches(), k.tokens());
        SlotChecks.check(slots, cache, k.batches(), k.tokens());
        overlap("q output", qOut, inPlace ? none : q, k, v, slots, positions);
        overlap("keys of the cache", kCache, q, k, v, slots, positions);
        overlap("values of the cache", vCache, q, k, v, slots, positions);
        Overlap.refuse("q output", qOut, "keys of the cache", kCache);
        Overlap.refuse("q output", qOut, "values of the cache", vCache);
        Overlap.refuse("keys of the cache", kCache, "values of the cache", vCache);
    }

    private void cached(String what, Heads cache, String inputName, Heads input, int dim) {
        if (cache.heads() != input.heads()) {
            throw Checks.wanted(inputName + " heads", input.heads(), cache.heads() + ", those of the cache");
        }
        Checks.writable(what, cache, cacheType, dim);
    }

    private static void overlap(String name, Heads out, Heads q, Heads k, Heads v, Slots slots, Positions positions) {
        Overlap.refuse("q", q, name, out);
        Overlap.refuse("k", k, name, out);
        Overlap.refuse("v", v, name, out);
        if (positions.ids() != null) {
            RotaryPlan.refuseIds(positions, k, name, out);
        }
        SlotChecks.refuse(slots, k, name, out);
    }

    /** The rotation. */
    public RotaryPlan rotary() {
        return rotary;
    }

    /** Element type of the caches that this plan writes. */
    public DType cacheType() {
        return cacheType;
    }

    /** What the plan does in one line. */
    @Override
    public String toString() {
        return rotary + ", into " + cacheType + " caches";
    }
}
