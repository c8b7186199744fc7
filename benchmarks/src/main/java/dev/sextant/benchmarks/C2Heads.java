package dev.sextant.benchmarks;

import dev.sextant.encoding.Structure;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Cost against heads: 512 tokens rotated, a prompt of 256 and one query over 2,048 keys attended to, head dim 128. */
public class C2Heads extends Curve {

    /** What is done. */
    @State(Scope.Thread)
    public static class Shape extends Work {
        /** Query heads; keys and values have a quarter as many. */
        @Param({"1", "2", "4", "8", "16", "32", "64", "128"})
        public int heads;
        /** What is done. */
        @Param({"rotate", "prefill", "decode"})
        public String verb;

        /** Makes plan and memory. */
        @Setup
        public void setup() {
            work = switch (verb) {
                case "rotate" -> CurveSets.rotation(512, heads, Data.DIM, workers);
                case "prefill" -> CurveSets.attention(256, 256, heads, Data.DIM, Structure.causal(), workers);
                default -> CurveSets.attention(1, 2048, heads, Data.DIM, Structure.causal(), workers);
            };
        }
    }

    /** One call. */
    @Benchmark
    public void run(Shape s) {
        s.work.run();
    }
}
