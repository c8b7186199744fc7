package dev.sextant.benchmarks;

import ai.onnxruntime.OrtException;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.encoding.AngleMode;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.Rope;
import dev.sextant.encoding.Rounding;
import dev.sextant.examples.session.OnnxModel;
import dev.sextant.internal.java.Elements;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
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
 * {@link W3Rows} by others. They make angles in float32, frequency and position multiplied and rounded, so they are compared with our
 * rows of that definition; from the exact ones they are 6e-3 away at the end.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "--add-modules=jdk.incubator.vector"})
public class W3RowsPeers {

    private static final int POSITIONS = W3Rows.POSITIONS;

    /** The workload's definition with float32 angles. */
    private static final Rope LLAMA = new Rope(Data.DIM, PairLayout.HALF_SPLIT, Data.LLAMA.frequencies(),
            AngleMode.HF_FLOAT32);

    /** Two units of float32 below 1: sines and cosines of the same float32 angle by other means. */
    private static final double TOLERANCE = 0x1p-23;

    private static float[] frequencies() {
        double[] inverse = LLAMA.frequencies().inverse(Data.DIM, Rounding.FLOAT32);
        float[] floats = new float[inverse.length];
        for (int j = 0; j < floats.length; j++) {
            floats[j] = (float) inverse[j];
        }
        return floats;
    }

    private static MemorySegment memory() {
        return Data.allocate(4L * POSITIONS * Data.PAIRS);
    }

    private static void check(String peer, MemorySegment cos, MemorySegment sin, Rope definition) {
        MemorySegment ourCos = memory();
        MemorySegment ourSin = memory();
        RotaryPlan.of(definition, HeadShape.of(Data.DIM, DType.F32)).rows(Positions.from(0),
                Rows.of(ourCos, DType.F32, POSITIONS, Data.PAIRS), Rows.of(ourSin, DType.F32, POSITIONS, Data.PAIRS));
        Agreement.check(peer, cos, ourCos, DType.F32, TOLERANCE);
        Agreement.check(peer, sin, ourSin, DType.F32, TOLERANCE);
    }

    private static MemorySegment floats(float[] values) {
        MemorySegment memory = Data.allocate(4L * values.length);
        MemorySegment.copy(MemorySegment.ofArray(values), 0, memory, 0, memory.byteSize());
        return memory;
    }

    private static float[] positions() {
        float[] positions = new float[POSITIONS];
        for (int p = 0; p < POSITIONS; p++) {
            positions[p] = p;
        }
        return positions;
    }

    /** ONNX Runtime: a column of positions and a row of frequencies are inputs. */
    @State(Scope.Thread)
    public static class OnnxRuntime {
        /** Element type of the rows. */
        @Param("F32")
        public DType dtype;

        Ort.Call[] calls;
        int next;

        /** Builds the session and the tables, and compares a call with ours. */
        @Setup
        public void setup() throws OrtException {
            Ort session = new Ort(new OnnxModel("", 14).inputs(OnnxModel.Type.FLOAT, "t", "f")
                    .node("MatMul", List.of("t", "f"), List.of("angle"), Map.of())
                    .node("Cos", List.of("angle"), List.of("cos"), Map.of())
                    .node("Sin", List.of("angle"), List.of("sin"), Map.of())
                    .outputs(OnnxModel.Type.FLOAT, "cos", "sin"), 1);
            calls = new Ort.Call[Data.sets(8L * POSITIONS * Data.PAIRS)];
            for (int i = 0; i < calls.length; i++) {
                MemorySegment cos = memory();
                MemorySegment sin = memory();
                calls[i] = session.call().in("t", floats(positions()), dtype, POSITIONS, 1)
                        .in("f", floats(frequencies()), dtype, 1, Data.PAIRS)
                        .out("cos", cos, dtype, POSITIONS, Data.PAIRS).out("sin", sin, dtype, POSITIONS, Data.PAIRS);
                if (i == 0) {
                    calls[i].run();
                    check(Ort.NAME, cos, sin, LLAMA);
                }
            }
        }
    }

    /** libtorch: frequencies are there. */
    @State(Scope.Thread)
    public static class LibTorch {
        /** Element type of the rows. */
        @Param("F32")
        public DType dtype;

        Tensor frequencies;
        Tensor angles;
        Tensor[] cos;
        Tensor[] sin;
        int next;
        private final Torch own = new Torch(1);
        private final Scalar count = new Scalar(POSITIONS);
        private final TensorOptions type = new TensorOptions(torch.ScalarType.Float);

        /** Makes the tables, and compares both forms with ours. */
        @Setup
        public void setup() {
            frequencies = own.tensor(floats(frequencies()), dtype, Data.PAIRS);
            angles = own.tensor(memory(), dtype, POSITIONS, Data.PAIRS);
            cos = new Tensor[Data.sets(8L * POSITIONS * Data.PAIRS)];
            sin = new Tensor[cos.length];
            for (int i = 0; i < cos.length; i++) {
                cos[i] = own.tensor(memory(), dtype, POSITIONS, Data.PAIRS);
                sin[i] = own.tensor(memory(), dtype, POSITIONS, Data.PAIRS);
            }
            Tensor made = angles();
            check(Torch.NAME, own.elements(made.cos(), dtype), own.elements(made.sin(), dtype), LLAMA);
            rows(0);
            check(Torch.NAME, own.elements(cos[0], dtype), own.elements(sin[0], dtype), LLAMA);
        }

        Tensor angles() {
            return torch.outer(torch.arange(count, type), frequencies);
        }

        void rows(int set) {
            torch.outer_out(angles, torch.arange(count, type), frequencies);
            torch.cos_out(cos[set], angles);
            torch.sin_out(sin[set], angles);
        }
    }

    /** Jlama's table, an array a pair; its own frequencies. */
    @State(Scope.Thread)
    public static class JlamaTable {
        /** Element type of the rows. */
        @Param("F32")
        public DType dtype;

        /** Compares a table with ours. */
        @Setup
        public void setup() {
            float[][] table = Jlama.table(POSITIONS);
            MemorySegment cos = memory();
            MemorySegment sin = memory();
            for (int i = 0; i < table.length; i++) {
                Elements.store(cos, dtype, i, table[i][0]);
                Elements.store(sin, dtype, i, table[i][1]);
            }
            check(Jlama.NAME, cos, sin, Jlama.ROPE);
        }
    }

    /** The Vector API's sine and cosine, which are a library of vector mathematics that comes with the JDK. */
    @State(Scope.Thread)
    public static class Vectors {

        private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

        /** Element type of the rows. */
        @Param("F32")
        public DType dtype;

        final float[] frequencies = frequencies();
        MemorySegment[] cos;
        MemorySegment[] sin;
        int next;

        /** Allocates the tables, and compares one with ours. */
        @Setup
        public void setup() {
            cos = new MemorySegment[Data.sets(8L * POSITIONS * Data.PAIRS)];
            sin = new MemorySegment[cos.length];
            for (int i = 0; i < cos.length; i++) {
                cos[i] = memory();
                sin[i] = memory();
            }
            rows(cos[0], sin[0]);
            check("Vector API", cos[0], sin[0], LLAMA);
        }

        void rows(MemorySegment toCos, MemorySegment toSin) {
            for (int p = 0; p < POSITIONS; p++) {
                for (int j = 0; j < Data.PAIRS; j += SPECIES.length()) {
                    FloatVector angle = FloatVector.fromArray(SPECIES, frequencies, j).mul((float) p);
                    long at = 4L * ((long) p * Data.PAIRS + j);
                    angle.lanewise(VectorOperators.COS).intoMemorySegment(toCos, at, ByteOrder.nativeOrder());
                    angle.lanewise(VectorOperators.SIN).intoMemorySegment(toSin, at, ByteOrder.nativeOrder());
                }
            }
        }
    }

    /** MatMul, Cos, Sin. */
    @Benchmark
    public void onnxRuntime(OnnxRuntime s) throws OrtException {
        s.next = (s.next + 1) % s.calls.length;
        s.calls[s.next].run();
    }

    /** {@code outer}, {@code cos}, {@code sin}. */
    @Benchmark
    public void libtorch(LibTorch s) {
        try (PointerScope scope = new PointerScope()) {
            Tensor angles = s.angles();
            angles.cos();
            angles.sin();
        }
    }

    /** The same into tensors that are there. */
    @Benchmark
    public void libtorchReused(LibTorch s) {
        s.next = (s.next + 1) % s.cos.length;
        try (PointerScope scope = new PointerScope()) {
            s.rows(s.next);
        }
    }

    /** {@code VectorMath.precomputeFreqsCis}. */
    @Benchmark
    public float[][] jlama(JlamaTable s) {
        return Jlama.table(POSITIONS);
    }

    /** Lanewise cosines and sines. */
    @Benchmark
    public void vectorMath(Vectors s) {
        s.next = (s.next + 1) % s.cos.length;
        s.rows(s.cos[s.next], s.sin[s.next]);
    }
}
