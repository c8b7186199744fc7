package dev.sextant.benchmarks;

import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.encoding.Structure;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Cost against length: tokens rotated, rows made, keys of a prompt or of a long cache attended to. */
public class C1Length extends Curve {

    /** Work that grows with the length. */
    @State(Scope.Thread)
    public static class Linear extends Work {
        /** Tokens, or keys of the cache. */
        @Param({"128", "512", "2048", "8192", "32768", "131072"})
        public int tokens;
        /** What is done. */
        @Param({"rotate", "rows", "decode"})
        public String verb;

        /** Makes plans and memory. */
        @Setup
        public void setup() {
            work = switch (verb) {
                case "rotate" -> CurveSets.rotation(tokens, 4, Data.DIM, workers);
                case "decode" ->
                    CurveSets.attention(1, tokens, Data.QUERY_HEADS, Data.DIM, Structure.causal(), workers);
                default -> rows(tokens);
            };
        }

        private static Runnable rows(int tokens) {
            RotaryPlan plan = RotaryPlan.of(Data.LLAMA, HeadShape.of(Data.DIM, DType.F32));
            Rows cos = Rows.of(Data.floats(4L * tokens * Data.PAIRS), DType.F32, tokens, Data.PAIRS);
            Rows sin = Rows.of(Data.floats(4L * tokens * Data.PAIRS), DType.F32, tokens, Data.PAIRS);
            return () -> plan.rows(Positions.from(0), cos, sin);
        }
    }

    /** Work that grows with the square of the length, or would without a window. */
    @State(Scope.Thread)
    public static class Square extends Work {
        /** Tokens of the prompt. */
        @Param({"128", "512", "2048", "8192"})
        public int tokens;
        /** What a query sees. */
        @Param({"causal", "window256"})
        public String structure;

        /** Makes plan and memory. */
        @Setup
        public void setup() {
            int length = Data.tokens(tokens);
            Structure seen = structure.equals("causal") ? Structure.causal() : Structure.slidingWindow(256);
            work = CurveSets.attention(length, length, 8, Data.DIM, seen, workers);
        }
    }

    /** Rotation of four heads, rows of 64 pairs, or one query of 32 heads over a bf16 cache of 8. */
    @Benchmark
    public void linear(Linear s) {
        s.work.run();
    }

    /** Attention of 8 query heads with ALiBi. */
    @Benchmark
    public void prefill(Square s) {
        s.work.run();
    }
}
