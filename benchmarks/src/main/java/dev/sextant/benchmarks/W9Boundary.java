package dev.sextant.benchmarks;

import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.encoding.Rope;
import dev.sextant.internal.ffi.NativeCalls;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * W9: what the boundary costs. A rotation of one pair from a table, so that almost nothing but validation and downcall is
 * left, for each kind of memory; {@code ceiling} is an empty downcall.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class W9Boundary {

    /** A rotation of one pair. */
    @State(Scope.Thread)
    public static class Ours {
        /** Kind of memory. */
        @Param({"confined", "auto", "shared", "heap"})
        public String memory;
        /** Queries only, or queries and keys. */
        @Param({"q", "qk"})
        public String tensors;

        RotaryPlan plan;
        Heads q;
        Heads k;
        final Positions position = Positions.from(3);
        private final Arena confined = Arena.ofConfined();

        /** Builds the plan and the views. */
        @Setup
        public void setup() {
            plan = RotaryPlan.builder(Rope.of(2, 10_000), HeadShape.of(2, DType.F32)).table(16).backend(Backend.cpu())
                    .build();
            q = heads();
            k = heads();
        }

        private Heads heads() {
            MemorySegment segment = switch (memory) {
                case "confined" -> confined.allocate(64, 64);
                case "auto" -> Arena.ofAuto().allocate(64, 64);
                case "shared" -> Arena.ofShared().allocate(64, 64);
                default -> MemorySegment.ofArray(new float[16]);
            };
            return Heads.of(segment, DType.F32, 1, 1, 2);
        }
    }

    /** The whole call. */
    @Benchmark
    public void rotate(Ours s) {
        if (s.tensors.equals("q")) {
            s.plan.rotate(s.q, s.position);
        } else {
            s.plan.rotate(s.q, s.k, s.position);
        }
    }

    /** The library, loaded. */
    @State(Scope.Thread)
    public static class Loaded {
        /** Loads it. */
        @Setup
        public void setup() {
            Backend.cpu();
        }
    }

    /** An empty plain downcall. */
    @Benchmark
    public int ceiling(Loaded s) {
        return NativeCalls.abiVersion();
    }
}
