package dev.sextant.companions;

import com.sun.management.ThreadMXBean;
import dev.sextant.HeadShape;
import dev.sextant.QueryScaling;
import dev.sextant.encoding.QueryTemperature;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.testkit.Place;
import java.lang.management.ManagementFactory;

/** Prints whether hot calls allocate once the compiler is done. Started by {@link QueryScalingTest}. */
final class ScalingAllocationProbe {

    private static final long PATIENCE = 20_000_000_000L;

    private ScalingAllocationProbe() {}

    public static void main(String[] args) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Place place = Place.valueOf(System.getProperty("sextant.place"));
        Heads q = Heads.of(place.allocate(DType.BF16, 1024), DType.BF16, 8, 8, 16);
        Heads out = Heads.of(place.allocate(DType.BF16, 1024), DType.BF16, 8, 8, 16);
        Positions start = Positions.from(9000);
        Positions ids = Positions.ids(1, 2, 3, 4, 5, 6, 7, 9000);
        QueryScaling scaling = QueryScaling.of(QueryTemperature.llama4(8192, 0.1), HeadShape.of(16, DType.BF16));
        long last = 0;
        int clean = 0;
        long end = System.nanoTime() + PATIENCE;
        while (clean < 3 && System.nanoTime() < end) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 2000; i++) {
                scaling.scale(q, start);
                scaling.scale(q, out, ids);
            }
            last = threads.getCurrentThreadAllocatedBytes() - before;
            clean = last == 0 ? clean + 1 : 0;
        }
        System.out.println(clean == 3 ? "nothing" : last / 2000 + " bytes a call");
    }
}
