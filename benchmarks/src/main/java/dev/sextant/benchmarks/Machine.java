package dev.sextant.benchmarks;

import dev.sextant.Backend;
import dev.sextant.internal.cpu.Ceilings;
import dev.sextant.internal.cpu.CpuKernels;
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
 * What the machine can do at most, one thread: 64 MiB copied, scaled in place, read, written, from memory; as many floats
 * multiplied and added. Named beside other workloads it is measured in the same shuffled rounds.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class Machine {

    private static final long BYTES = 64L << 20;

    /** Two sets of source and destination. */
    @State(Scope.Thread)
    public static class Sets {
        /** The loop. */
        @Param
        public Ceilings.Kind kind;

        MemorySegment[] from;
        MemorySegment[] to;
        int isa;
        int next;

        /** Allocates them. */
        @Setup
        public void setup() {
            Backend.cpu();
            int sets = Data.sets(2 * BYTES);
            from = new MemorySegment[sets];
            to = new MemorySegment[sets];
            for (int i = 0; i < sets; i++) {
                from[i] = Data.floats(BYTES);
                to[i] = Data.floats(BYTES);
            }
            isa = CpuKernels.bestIsa();
        }
    }

    /** One pass of the loop. */
    @Benchmark
    public void machine(Sets s) {
        s.next = (s.next + 1) % s.from.length;
        Ceilings.run(s.kind, s.isa, s.to[s.next], s.from[s.next], BYTES);
    }
}
