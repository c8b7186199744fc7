package dev.sextant.additive;

import dev.sextant.AdditivePlan;
import dev.sextant.encoding.Sinusoidal;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import dev.sextant.testkit.Allocations;
import dev.sextant.testkit.Place;

/** Prints what hot calls allocate once the compiler is done, one line a kind of call. Started by {@link AdditiveAllocationTest}. */
final class AdditiveAllocationProbe {

    private AdditiveAllocationProbe() {}

    public static void main(String[] args) {
        Place place = Place.valueOf(System.getProperty("sextant.place"));
        Rows x = Rows.of(place.allocate(DType.BF16, 160), DType.BF16, 10, 16);
        Rows out = Rows.of(place.allocate(DType.BF16, 160), DType.BF16, 10, 16);
        Rows wide = Rows.of(place.allocate(DType.BF16, 320), DType.BF16, 10, 32);
        Rows large = Rows.of(place.allocate(DType.BF16, 160_000), DType.BF16, 10_000, 16);
        Positions start = Positions.from(7);
        Positions ids = Positions.ids(1, 2, 3, 4, 5, 6, 7, 8, 9, 0);
        Positions times = Positions.coordinates(1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9, 0);
        var builder = AdditivePlan.builder(Sinusoidal.fairseq(16, 1), DType.BF16);
        AdditivePlan plan = builder.build();
        Allocations.say("in place", 2000, () -> plan.add(x, 1, start));
        Allocations.say("out of place, ids", 2000, () -> plan.add(x, out, 4, ids));
        Allocations.say("multiply", 2000, () -> plan.multiply(x, start));
        Allocations.say("fill", 2000, () -> plan.fill(out, ids));
        Allocations.say("concatenate", 2000, () -> plan.concatenate(x, wide, start));
        Allocations.say("large", 30, () -> plan.add(large, 1, start));
        AdditivePlan real = builder.realCoordinates().build();
        Allocations.say("real coordinates", 2000, () -> real.add(x, 1, times));
        AdditivePlan table = AdditivePlan.builder(Sinusoidal.fairseq(16, 1), DType.BF16).table(20).build();
        Allocations.say("table", 2000, () -> table.add(x, 1, ids));
    }
}
