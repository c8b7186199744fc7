package dev.sextant.benchmarks;

import ai.onnxruntime.OrtException;
import dev.sextant.examples.session.OnnxModel;
import dev.sextant.tensor.DType;
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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** {@link W9Boundary} by others: the least that a call of theirs can do. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "--add-modules=jdk.incubator.vector"})
public class W9BoundaryPeers {

    /** ONNX Runtime. */
    @State(Scope.Thread)
    public static class OnnxRuntime {

        Ort.Call call;

        /** Builds the session, and looks whether the number arrives. */
        @Setup
        public void setup() throws OrtException {
            MemorySegment x = Data.floats(4);
            MemorySegment y = Data.allocate(4);
            call = new Ort(new OnnxModel("", 14).inputs(OnnxModel.Type.FLOAT, "x")
                    .node("Identity", List.of("x"), List.of("y"), Map.of()).outputs(OnnxModel.Type.FLOAT, "y"), 1)
                    .call().in("x", x, DType.F32, 1).out("y", y, DType.F32, 1);
            call.run();
            Agreement.check(Ort.NAME, y, x, DType.F32, 0);
        }
    }

    /** libtorch. */
    @State(Scope.Thread)
    public static class LibTorch {

        Tensor x;
        Tensor y;
        private final Torch torch = new Torch(1);

        /** Builds the tensors, and looks whether the number arrives. */
        @Setup
        public void setup() {
            MemorySegment memory = Data.floats(4);
            x = torch.tensor(memory, DType.F32, 1);
            y = torch.tensor(Data.allocate(4), DType.F32, 1);
            y.copy_(x);
            Agreement.check(Torch.NAME, torch.elements(y, DType.F32), memory, DType.F32, 0);
        }
    }

    /** One Identity node of one number. */
    @Benchmark
    public void onnxRuntime(OnnxRuntime s) throws OrtException {
        s.call.run();
    }

    /** {@code copy_} of one number. */
    @Benchmark
    public void libtorch(LibTorch s) {
        try (PointerScope scope = new PointerScope()) {
            s.y.copy_(s.x);
        }
    }
}
