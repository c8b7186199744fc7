package dev.sextant.testkit;

import dev.sextant.AppendPlan;
import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.RotaryPlanBuilder;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.Rope;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.KvCache;
import dev.sextant.tensor.KvStore;
import dev.sextant.tensor.PagedKv;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import dev.sextant.tensor.Slots;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * One append, complete: plan, geometry, memory, positions, slots, contents. It can be run any number of times, each time on
 * fresh buffers with the same contents; {@link #plain} is what must come out, worked out from indices alone.
 */
public final class AppendCase {

    /** How a case is called: whole, cut, on an executor. */
    @FunctionalInterface
    public interface Call {
        void append(AppendPlan plan, Heads q, Heads qOut, Heads k, Heads v, KvStore cache, Slots slots,
                Positions positions);
    }

    /** The whole case in one call. */
    public static final Call WHOLE = AppendPlan::append;

    /** A buffer each for q, its output, k, v, the cached keys, the cached values. */
    private static final int Q = 0;
    private static final int Q_OUT = 1;
    private static final int K = 2;
    private static final int V = 3;
    private static final int K_CACHE = 4;
    private static final int V_CACHE = 5;

    private final HeadShape shape;
    private final Rope rope;
    private final DType cacheType;
    private final boolean inverse;
    private final long table;
    private final long batches;
    private final long tokens;
    private final boolean inPlace;
    private final int valueDim;
    private final SlotCase slots;
    private final Ids ids;
    private final View[] views = new View[6];
    private final Place[] places = new Place[6];
    private final long[] sizes = new long[6];
    private final long contents;
    private final boolean awkward;

    /** Draws a case; a {@code large} one is more work than one short native call may do. */
    public AppendCase(SplittableRandom random, boolean large) {
        RotaryCase like = RandomCases.next(random);
        this.shape = like.shape();
        PairLayout layout = PairLayout.values()[random.nextInt(4)];
        this.rope = like.rope().layout(layout);
        this.cacheType = DType.values()[random.nextInt(3)];
        this.inverse = random.nextInt(4) == 0;
        this.batches = random.nextInt(3) == 0 ? 1 + random.nextInt(3) : 1;
        long heads = 1 + random.nextInt(4);
        long queries = random.nextInt(5) == 0 ? 0 : heads * (1 + random.nextInt(3));
        long valueHeads = random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(4);
        this.valueDim = random.nextBoolean() ? shape.dim() : 1 + random.nextInt(40);
        this.tokens = large
                ? 80_000 / (batches * shape.dim() * (queries + heads)) + 2
                : random.nextInt(3) == 0 ? 1 : 1 + random.nextInt(24);
        this.table = random.nextInt(3) == 0 ? tokens + 3 : 0;
        this.ids = table > 0
                ? Ids.random(random, batches, tokens, new Ids.Range(1, 0, table - 1, false))
                : Ids.random(random, batches, tokens,
                        new Ids.Range(1, -RandomCases.FARTHEST, RandomCases.FARTHEST, false));
        this.inPlace = layout.inPlace() && random.nextBoolean();
        this.slots = new SlotCase(random, batches, tokens);
        view(random, Q, queries, batches, tokens, shape.dim());
        view(random, Q_OUT, queries, batches, tokens, shape.dim());
        view(random, K, heads, batches, tokens, shape.dim());
        view(random, V, valueHeads, batches, tokens, valueDim);
        view(random, K_CACHE, heads, slots.pages(), slots.pageSize(), shape.dim());
        view(random, V_CACHE, valueHeads, slots.pages(), slots.pageSize(), valueDim);
        this.contents = random.nextLong();
        this.awkward = random.nextBoolean();
    }

    private void view(SplittableRandom random, int slot, long heads, long outer, long inner, int dim) {
        if (heads > 0) {
            views[slot] = View.random(random, slot, outer, inner, heads, dim);
            sizes[slot] = views[slot].extent(outer, inner, dim) + random.nextInt(5);
        }
        places[slot] = Place.values()[random.nextInt(3)];
    }

    private DType type(int slot) {
        return slot >= K_CACHE ? cacheType : shape.dtype();
    }

    /** The plan on a backend. */
    public AppendPlan plan(Backend backend) {
        return rotary(backend).append(cacheType);
    }

    private RotaryPlan rotary(Backend backend) {
        RotaryPlanBuilder builder = RotaryPlan.builder(rope, shape).backend(backend);
        RotaryPlan plan = (table > 0 ? builder.table(table) : builder).build();
        return inverse ? plan.inverse() : plan;
    }

    /** Batch entries of a case. */
    public long batches() {
        return batches;
    }

    /** Fresh buffers with the contents of this case. */
    private List<MemorySegment> buffers() {
        SplittableRandom random = new SplittableRandom(contents);
        List<MemorySegment> buffers = new ArrayList<>();
        for (int i = 0; i < views.length; i++) {
            MemorySegment memory = places[i].allocate(type(i), sizes[i]);
            Bits.fill(memory, type(i), random, awkward);
            buffers.add(memory);
        }
        return buffers;
    }

    private Heads bind(int slot, List<MemorySegment> buffers) {
        View view = views[slot];
        boolean cache = slot >= K_CACHE;
        return view == null
                ? null
                : view.bind(buffers.get(slot), type(slot), cache ? slots.pages() : batches,
                        cache ? slots.pageSize() : tokens, slot == V || slot == V_CACHE ? valueDim : shape.dim());
    }

    /** Runs the case on a backend and returns its buffers. */
    public List<MemorySegment> run(Backend backend, Call call) {
        List<MemorySegment> buffers = buffers();
        Heads q = bind(Q, buffers);
        Heads kCache = bind(K_CACHE, buffers);
        Heads vCache = bind(V_CACHE, buffers);
        call.append(plan(backend), q, inPlace ? q : bind(Q_OUT, buffers), bind(K, buffers), bind(V, buffers),
                slots.paged() ? new PagedKv(kCache, vCache) : new KvCache(kCache, vCache), slots.bind(), ids.bind());
        return buffers;
    }

    /** The buffers after the call, from indices alone: rows by the plan's own rows, the rest by plain arithmetic. */
    public List<MemorySegment> plain() {
        List<MemorySegment> before = buffers();
        List<MemorySegment> after = buffers();
        RotaryPlan rows = RotaryPlan.builder(rope, shape).backend(Backend.java()).build();
        float[] cos = new float[rows.pairs()];
        float[] sin = new float[rows.pairs()];
        for (long b = 0; b < batches; b++) {
            for (long t = 0; t < tokens; t++) {
                rows.rows(ids.single(b, 0, t), Rows.of(cos, 1, cos.length), Rows.of(sin, 1, sin.length));
                if (views[Q] != null) {
                    View out = inPlace ? views[Q] : views[Q_OUT];
                    for (long h = 0; h < out.heads(); h++) {
                        rotated(before, Q, views[Q].index(b, t, h), after, out.slot(), out.index(b, t, h), cos, sin);
                    }
                }
                long place = slots.place(b, t);
                if (place < 0) {
                    continue;
                }
                long page = place / slots.pageSize();
                long slot = place % slots.pageSize();
                for (long h = 0; h < views[K].heads(); h++) {
                    rotated(before, K, views[K].index(b, t, h), after, K_CACHE, views[K_CACHE].index(page, slot, h),
                            cos, sin);
                }
                for (long h = 0; views[V] != null && h < views[V].heads(); h++) {
                    copied(before, V, views[V].index(b, t, h), after, V_CACHE, views[V_CACHE].index(page, slot, h),
                            valueDim);
                }
            }
        }
        return after;
    }

    private void copied(List<MemorySegment> before, int from, long x, List<MemorySegment> after, int to, long y,
            int count) {
        for (int i = 0; i < count; i++) {
            Bits.set(after.get(to), type(to), y + i, Bits.get(before.get(from), type(from), x + i));
        }
    }

    private void rotated(List<MemorySegment> before, int from, long x, List<MemorySegment> after, int to, long y,
            float[] cos, float[] sin) {
        copied(before, from, x, after, to, y, shape.dim());
        PairLayout layout = rope.layout();
        boolean half = layout == PairLayout.HALF_SPLIT || layout == PairLayout.HALF_IN_INTERLEAVED_OUT;
        boolean halfOut = layout == PairLayout.HALF_SPLIT || layout == PairLayout.INTERLEAVED_IN_HALF_OUT;
        for (int j = 0; j < cos.length; j++) {
            int i0 = shape.rotaryOffset() + (half ? j : 2 * j);
            int o0 = shape.rotaryOffset() + (halfOut ? j : 2 * j);
            float s = inverse ? -sin[j] : sin[j];
            float x0 = Bits.get(before.get(from), type(from), x + i0);
            float x1 = Bits.get(before.get(from), type(from), x + (half ? i0 + cos.length : i0 + 1));
            float a = x0 * cos[j];
            float d = x1 * s;
            float e = x1 * cos[j];
            float f = x0 * s;
            Bits.set(after.get(to), type(to), y + o0, a - d);
            Bits.set(after.get(to), type(to), y + (halfOut ? o0 + cos.length : o0 + 1), e + f);
        }
    }

    /** Compares all buffers of two runs. */
    public void assertSame(List<MemorySegment> wanted, List<MemorySegment> got, String what) {
        IntStream.range(0, wanted.size()).forEach(i -> Bits.assertSame(wanted.get(i), got.get(i), type(i),
                what + ", buffer " + i + " of " + this));
    }

    @Override
    public String toString() {
        return rope.layout() + " " + rope.rotaryDim() + " of " + shape + " to " + cacheType + ", " + batches + " x "
                + tokens + ", " + slots + ", " + (inPlace ? "in place" : "out of place") + ", " + List.of(places) + ", "
                + ids;
    }
}
