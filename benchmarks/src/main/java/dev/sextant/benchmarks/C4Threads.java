package dev.sextant.benchmarks;

import dev.sextant.encoding.Structure;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Cost against threads: 2,048 tokens of 32 heads rotated, a prompt of 1,024 and one query over 8,192 keys attended to. */
public class C4Threads extends Curve {

    /** What is done. */
    @State(Scope.Thread)
    public static class Shape extends Work {
        /** The calling one and a pool of the others. */
        @Param({"1", "2", "4", "8", "16"})
        public int threads;
        /** What is done. */
        @Param({"rotate", "prefill", "decode"})
        public String verb;

        /** Makes plan and memory. */
        @Setup
        public void setup() {
            workers.close();
            workers = new Workers(threads);
            int prompt = Data.tokens(1024);
            work = switch (verb) {
                case "rotate" -> CurveSets.rotation(2048, Data.QUERY_HEADS, Data.DIM, workers);
                case "prefill" ->
                    CurveSets.attention(prompt, prompt, Data.QUERY_HEADS, Data.DIM, Structure.causal(), workers);
                default -> CurveSets.attention(1, 8192, Data.QUERY_HEADS, Data.DIM, Structure.causal(), workers);
            };
        }
    }

    /** One call. */
    @Benchmark
    public void run(Shape s) {
        s.work.run();
    }
}
