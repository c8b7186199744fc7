package dev.sextant.benchmarks;

import ai.onnxruntime.OrtException;
import dev.sextant.AdditivePlan;
import dev.sextant.encoding.Sinusoidal;
import dev.sextant.examples.session.OnnxModel;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
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
 * {@link W4Add} by others: the rows are a table of theirs, made once. It is compared with our rows of either layout, generated or from
 * a table.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "--add-modules=jdk.incubator.vector"})
public class W4AddPeers {

    private static final int TOKENS = 2048;
    private static final int WIDTH = 4096;

    private static MemorySegment numbers(DType dtype) {
        return Data.heads(dtype, TOKENS, WIDTH / Data.DIM, false).memory();
    }

    private static MemorySegment table(DType dtype) {
        MemorySegment memory = Data.allocate((long) TOKENS * WIDTH * dtype.bytes());
        plan(dtype).fill(Rows.of(memory, dtype, TOKENS, WIDTH), Positions.from(0));
        return memory;
    }

    private static AdditivePlan plan(DType dtype) {
        return AdditivePlan.builder(Sinusoidal.vaswani(WIDTH), dtype).build();
    }

    /** Sums of numbers up to 2: ours adds unrounded rows, theirs rows of their type. */
    private static void check(String peer, MemorySegment got, DType dtype) {
        MemorySegment ours = numbers(dtype);
        plan(dtype).add(Rows.of(ours, dtype, TOKENS, WIDTH), 1, Positions.from(0));
        Agreement.check(peer, got, ours, dtype, switch (dtype) {
            case F32 -> 0x1p-22;
            case F16 -> 0x1p-9;
            case BF16 -> 0x1p-6;
        });
    }

    /** ONNX Runtime adds into another tensor. */
    @State(Scope.Thread)
    public static class OnnxRuntime {
        /** Element type. */
        @Param({"F32", "F16"})
        public DType dtype;

        Ort.Call[] calls;
        int next;

        /** Builds the session and the buffer sets, and compares a call with ours. */
        @Setup
        public void setup() throws OrtException {
            OnnxModel.Type type = Ort.type(dtype);
            Ort session = new Ort(new OnnxModel("", 14).inputs(type, "x", "e")
                    .node("Add", List.of("x", "e"), List.of("y"), Map.of()).outputs(type, "y"), 1);
            MemorySegment table = table(dtype);
            calls = new Ort.Call[Data.sets(2L * table.byteSize())];
            for (int i = 0; i < calls.length; i++) {
                MemorySegment y = numbers(dtype);
                calls[i] = session.call().in("x", numbers(dtype), dtype, TOKENS, WIDTH)
                        .in("e", table, dtype, TOKENS, WIDTH).out("y", y, dtype, TOKENS, WIDTH);
                if (i == 0) {
                    calls[i].run();
                    check(Ort.NAME, y, dtype);
                }
            }
        }
    }

    /** libtorch adds in place. */
    @State(Scope.Thread)
    public static class LibTorch {
        /** Element type. */
        @Param({"F32", "F16", "BF16"})
        public DType dtype;

        Tensor table;
        Tensor[] x;
        int next;
        private final Torch torch = new Torch(1);

        /** Builds the buffer sets, and compares a sum with ours. */
        @Setup
        public void setup() {
            table = torch.tensor(table(dtype), dtype, TOKENS, WIDTH);
            x = new Tensor[Data.sets((long) TOKENS * WIDTH * dtype.bytes())];
            for (int i = 0; i < x.length; i++) {
                x[i] = torch.tensor(numbers(dtype), dtype, TOKENS, WIDTH);
            }
            x[0].add_(table);
            check(Torch.NAME, torch.elements(x[0], dtype), dtype);
        }
    }

    /** One Add node. */
    @Benchmark
    public void onnxRuntime(OnnxRuntime s) throws OrtException {
        s.next = (s.next + 1) % s.calls.length;
        s.calls[s.next].run();
    }

    /** {@code add_}. */
    @Benchmark
    public void libtorch(LibTorch s) {
        s.next = (s.next + 1) % s.x.length;
        try (PointerScope scope = new PointerScope()) {
            s.x[s.next].add_(s.table);
        }
    }
}
