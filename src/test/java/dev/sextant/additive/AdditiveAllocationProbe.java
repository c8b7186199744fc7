package dev.sextant.additive;

import com.sun.management.ThreadMXBean;
import dev.sextant.AdditivePlan;
import dev.sextant.encoding.Sinusoidal;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import dev.sextant.testkit.Place;
import java.lang.management.ManagementFactory;

/** Prints what hot calls allocate once the compiler is done, one line a kind of call. Started by {@link AdditiveAllocationTest}. */
final class AdditiveAllocationProbe {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long PATIENCE = 20_000_000_000L;

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
        say("in place", 2000, () -> plan.add(x, 1, start));
        say("out of place, ids", 2000, () -> plan.add(x, out, 4, ids));
        say("multiply", 2000, () -> plan.multiply(x, start));
        say("fill", 2000, () -> plan.fill(out, ids));
        say("concatenate", 2000, () -> plan.concatenate(x, wide, start));
        say("large", 30, () -> plan.add(large, 1, start));
        AdditivePlan real = builder.realCoordinates().build();
        say("real coordinates", 2000, () -> real.add(x, 1, times));
        AdditivePlan table = AdditivePlan.builder(Sinusoidal.fairseq(16, 1), DType.BF16).table(20).build();
        say("table", 2000, () -> table.add(x, 1, ids));
    }

    /** Rounds of calls until three in a row allocate nothing, or patience ends. */
    private static void say(String what, int calls, Runnable call) {
        long last = 0;
        int clean = 0;
        long end = System.nanoTime() + PATIENCE;
        while (clean < 3 && System.nanoTime() < end) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < calls; i++) {
                call.run();
            }
            last = THREADS.getCurrentThreadAllocatedBytes() - before;
            clean = last == 0 ? clean + 1 : 0;
        }
        System.out.println((clean == 3 ? "nothing" : last / calls + " bytes a call") + ": " + what);
    }
}
