package dev.sextant.examples.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.Map;

/** A session of ONNX Runtime itself. */
final class OnnxSession implements Session, AutoCloseable {

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;

    OnnxSession(byte[] model) throws OrtException {
        this.session = environment.createSession(model, new OrtSession.SessionOptions());
    }

    @Override
    public float[] run(Map<String, Input> inputs) {
        Map<String, OnnxTensor> tensors = new HashMap<>();
        try {
            for (Map.Entry<String, Input> each : inputs.entrySet()) {
                long[] shape = each.getValue().shape();
                tensors.put(each.getKey(), each.getValue().data() instanceof FloatBuffer floats
                        ? OnnxTensor.createTensor(environment, floats, shape)
                        : OnnxTensor.createTensor(environment, (LongBuffer) each.getValue().data(), shape));
            }
            try (OrtSession.Result result = session.run(tensors)) {
                FloatBuffer y = ((OnnxTensor) result.get(0)).getFloatBuffer();
                float[] out = new float[y.remaining()];
                y.get(out);
                return out;
            }
        } catch (OrtException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        } finally {
            tensors.values().forEach(OnnxTensor::close);
        }
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
