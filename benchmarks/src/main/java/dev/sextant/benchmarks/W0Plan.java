package dev.sextant.benchmarks;

import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.config.HfConfig;
import dev.sextant.tensor.DType;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** W0: what an engine pays once, from the text of a configuration to a plan, with generated rows and with a table. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class W0Plan {

    private static final String LLAMA_3_1_8B = """
            {"model_type": "llama", "hidden_size": 4096, "num_attention_heads": 32, "num_key_value_heads": 8,
             "num_hidden_layers": 32, "max_position_embeddings": 131072, "rope_theta": 500000.0,
             "rope_scaling": {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
                              "original_max_position_embeddings": 8192}}
            """;

    /** Where the plan runs. */
    @State(Scope.Thread)
    public static class Ours {
        /** Backend by name. */
        @Param({"avx512", "avx2", "scalar", "java"})
        public String backend;
        /** Positions of the plan's table; 0 for generated rows. */
        @Param({"0", "131072"})
        public long table;
    }

    /** Configuration to plan. */
    @Benchmark
    public RotaryPlan plan(Ours s) {
        var builder = RotaryPlan
                .builder(HfConfig.parse(LLAMA_3_1_8B, "llama").rope(), HeadShape.of(Data.DIM, DType.BF16))
                .backend(Backend.named(s.backend));
        return (s.table > 0 ? builder.table(s.table) : builder).build();
    }
}
