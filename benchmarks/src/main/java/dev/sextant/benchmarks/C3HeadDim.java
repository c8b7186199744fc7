package dev.sextant.benchmarks;

import dev.sextant.encoding.Structure;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Cost against the head dim: 512 tokens of 8 heads rotated, a prompt of 256 and one query over 2,048 keys attended to. */
public class C3HeadDim extends Curve {

    /** What is done. */
    @State(Scope.Thread)
    public static class Shape extends Work {
        /** Elements of a head. */
        @Param({"16", "32", "64", "80", "96", "128", "192", "256"})
        public int headDim;
        /** What is done. */
        @Param({"rotate", "prefill", "decode"})
        public String verb;

        /** Makes plan and memory. */
        @Setup
        public void setup() {
            work = switch (verb) {
                case "rotate" -> CurveSets.rotation(512, 8, headDim, workers);
                case "prefill" -> CurveSets.attention(256, 256, 8, headDim, Structure.causal(), workers);
                default -> CurveSets.attention(1, 2048, 8, headDim, Structure.causal(), workers);
            };
        }
    }

    /** One call. */
    @Benchmark
    public void run(Shape s) {
        s.work.run();
    }
}
