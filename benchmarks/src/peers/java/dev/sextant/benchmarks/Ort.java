package dev.sextant.benchmarks;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.sextant.examples.session.OnnxModel;
import dev.sextant.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** ONNX Runtime: a model in a session, called with tensors over our memory, results included, so that a call copies nothing. */
final class Ort {

    static final String NAME = "ONNX Runtime";

    private static final OrtEnvironment ENVIRONMENT = OrtEnvironment.getEnvironment();

    private final OrtSession session;

    /** A session whose operators run on {@code threads} threads, the caller's among them. */
    Ort(OnnxModel model, int threads) throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(threads);
        options.setInterOpNumThreads(1);
        session = ENVIRONMENT.createSession(model.bytes(), options);
    }

    /** The type of floating-point tensors in a model. */
    static OnnxModel.Type type(DType dtype) {
        return switch (dtype) {
            case F32 -> OnnxModel.Type.FLOAT;
            case F16 -> OnnxModel.Type.FLOAT16;
            case BF16 -> throw new IllegalArgumentException("dtype: got BF16, wanted F32 or F16: no CPU kernel");
        };
    }

    /** A call of nothing yet. */
    Call call() {
        return new Call();
    }

    /** The tensors of one call, to be run any number of times. Borrows the memory. */
    final class Call {

        private final Map<String, OnnxTensor> inputs = new HashMap<>();
        private final Map<String, OnnxTensor> outputs = new HashMap<>();

        private Call() {}

        /** An input over memory off the heap. */
        Call in(String name, MemorySegment memory, DType dtype, long... shape) throws OrtException {
            inputs.put(name, tensor(memory, dtype == DType.F32 ? OnnxJavaType.FLOAT : OnnxJavaType.FLOAT16, shape));
            return this;
        }

        /** An input of int64. */
        Call longs(String name, long[] values, long... shape) throws OrtException {
            MemorySegment memory = Data.allocate(8L * values.length);
            MemorySegment.copy(MemorySegment.ofArray(values), 0, memory, 0, memory.byteSize());
            inputs.put(name, tensor(memory, OnnxJavaType.INT64, shape));
            return this;
        }

        /** An input of int32. */
        Call ints(String name, int[] values, long... shape) throws OrtException {
            MemorySegment memory = Data.allocate(4L * values.length);
            MemorySegment.copy(MemorySegment.ofArray(values), 0, memory, 0, memory.byteSize());
            inputs.put(name, tensor(memory, OnnxJavaType.INT32, shape));
            return this;
        }

        /** Where an output goes. */
        Call out(String name, MemorySegment memory, DType dtype, long... shape) throws OrtException {
            outputs.put(name, tensor(memory, dtype == DType.F32 ? OnnxJavaType.FLOAT : OnnxJavaType.FLOAT16, shape));
            return this;
        }

        /** Runs the model. */
        void run() throws OrtException {
            session.run(inputs, Set.of(), outputs).close();
        }

        private static OnnxTensor tensor(MemorySegment memory, OnnxJavaType type, long[] shape) throws OrtException {
            return OnnxTensor.createTensor(ENVIRONMENT, memory.asByteBuffer().order(ByteOrder.nativeOrder()), shape,
                    type);
        }
    }
}
