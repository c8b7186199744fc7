package dev.sextant.boundary;

import dev.sextant.AppendPlan;
import dev.sextant.Backend;
import dev.sextant.GatherPlan;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.encoding.AxisMap;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.Rope;
import dev.sextant.encoding.RotaryRounding;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.KvCache;
import dev.sextant.tensor.PagedKv;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import dev.sextant.tensor.Slots;
import dev.sextant.tensor.Table;
import dev.sextant.testkit.Allocations;
import dev.sextant.testkit.Place;

/**
 * Prints what hot calls allocate once the compiler is done, one line a kind of call. A JVM of its own, like an
 * engine's: one backend, one kind of memory. Started by {@link AllocationTest} with {@code -Dsextant.place} and {@code
 * -Dsextant.backend}.
 */
final class AllocationProbe {

    private static final int DIM = 16;

    private final Place place = Place.valueOf(System.getProperty("sextant.place"));
    private final Heads q = heads(1, 4);
    private final Heads k = heads(1, 1);
    private final Heads out = heads(1, 4);
    private final Heads large = heads(1100, 4);
    private final Rows cos = Rows.of(place.allocate(DType.F32, DIM), DType.F32, 2, DIM / 2);
    private final Rows sin = Rows.of(place.allocate(DType.F32, DIM), DType.F32, 2, DIM / 2);
    private final Positions start = Positions.from(7);
    private final Positions ids = Positions.ids(7);

    public static void main(String[] args) {
        new AllocationProbe().run();
    }

    private Heads heads(long tokens, long heads) {
        return Heads.of(place.allocate(DType.F32, tokens * heads * DIM), DType.F32, tokens, heads, DIM);
    }

    private void run() {
        var builder = RotaryPlan.builder(Rope.of(DIM, 10_000), HeadShape.of(DIM, DType.F32)).backend(Backend.best());
        RotaryPlan plan = builder.build();
        Allocations.say("in place, from a start", 2000, () -> plan.rotate(q, k, start));
        Allocations.say("in place, ids", 2000, () -> plan.rotate(q, k, ids));
        Allocations.say("out of place", 2000, () -> plan.rotate(q, out, null, null, start));
        Allocations.say("rows", 2000, () -> plan.rows(start, cos, sin));
        Allocations.say("large", 30, () -> plan.rotate(large, start));
        RotaryPlan table = builder.table(10).build();
        Allocations.say("table", 2000, () -> table.rotate(q, k, ids));
        variants();
        append(plan.append(DType.BF16));
        gathers();
    }

    private void append(AppendPlan plan) {
        PagedKv paged = PagedKv.nhd(place.allocate(DType.BF16, 8 * DIM), place.allocate(DType.BF16, 8 * DIM),
                DType.BF16, 4, 2, 1, DIM);
        KvCache cache = KvCache.of(paged.k().batches(1, 0).strides(DIM, DIM),
                paged.v().batches(1, 0).strides(DIM, DIM));
        Slots contiguous = Slots.from(1);
        Allocations.say("append", 2000, () -> plan.append(q, k, k, cache, contiguous, start));
        Slots pages = Slots.starts(3).blockTable(new int[]{2, 1}, 2);
        Allocations.say("append to pages", 2000, () -> plan.append(q, k, k, paged, pages, ids));
        Heads three = heads(3, 1);
        Slots disordered = Slots.mapping(5, -1, 2);
        Allocations.say("append out of order", 2000, () -> plan.append(three, three, paged, disordered, start));
    }

    private void variants() {
        float[] rows = new float[8 * DIM];
        RotaryPlan elements = RotaryPlan.ofElements(Rows.of(rows, 8, DIM), Rows.of(rows, 8, DIM), PairLayout.HALF_SPLIT,
                HeadShape.of(DIM, DType.F32), Backend.best());
        Allocations.say("rows by element", 2000, () -> elements.rotate(q, k, ids));
        RotaryPlan backward = elements.backward();
        Allocations.say("their transpose", 2000, () -> backward.rotate(q, k, start));
        RotaryPlan products = RotaryPlan.builder(Rope.of(DIM, 10_000), HeadShape.of(DIM, DType.BF16))
                .backend(Backend.best()).rounding(RotaryRounding.PRODUCTS).build();
        Heads half = Heads.of(place.allocate(DType.BF16, 4 * DIM), DType.BF16, 1, 4, DIM);
        Allocations.say("rounded products", 2000, () -> products.rotate(half, start));
        RotaryPlan image = RotaryPlan.builder(Rope.of(DIM, 10_000).axes(AxisMap.sectioned(DIM / 4, DIM / 4)),
                HeadShape.of(DIM, DType.F32)).backend(Backend.best()).realCoordinates().build();
        Positions axes = Positions.axes(2, 3, 4);
        Allocations.say("two axes", 2000, () -> image.rotate(q, k, axes));
        Positions coordinates = Positions.coordinates(2, 0.5f, 1.5f);
        Allocations.say("real coordinates", 2000, () -> image.rotate(q, k, coordinates));
    }

    private void gathers() {
        Table rows = Table.of(place.allocate(DType.F32, 10 * DIM), Table.Type.F32, 10, DIM);
        GatherPlan plan = GatherPlan.builder(DIM, DType.F32).backend(Backend.best()).add(rows).add(rows).build();
        Positions[] both = {Positions.from(7), Positions.ids(7)};
        Rows one = Rows.of(q.memory(), DType.F32, 1, DIM);
        Rows other = Rows.of(out.memory(), DType.F32, 1, DIM);
        Allocations.say("gather in place", 2000, () -> plan.add(one, both));
        Allocations.say("gather out of place", 2000, () -> plan.add(one, other, 1, both));
        Rows many = Rows.of(large.memory(), DType.F32, 4400, DIM);
        Positions[] same = {Positions.all(7), Positions.all(3)};
        Allocations.say("gather large", 30, () -> plan.add(many, same));
    }
}
