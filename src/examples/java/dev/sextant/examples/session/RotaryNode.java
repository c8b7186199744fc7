package dev.sextant.examples.session;

import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Map;

/**
 * A graph of one node, {@code com.microsoft.RotaryEmbedding} version 1, in plain Java and float32: {@code X} is
 * {@code [batch, tokens, heads * dim]}, {@code position_ids} is {@code [batch, tokens]} or one base offset,
 * {@code cos_cache} and {@code sin_cache} are {@code [positions, rotaryDim / 2]}.
 *
 * @param heads the attribute {@code num_heads}
 * @param interleaved the attribute {@code interleaved}
 */
record RotaryNode(int heads, boolean interleaved) implements Session {

    @Override
    public float[] run(Map<String, Input> inputs) {
        Input x = inputs.get("X");
        Input ids = inputs.get("position_ids");
        Input cos = inputs.get("cos_cache");
        Input sin = inputs.get("sin_cache");
        int tokens = (int) (x.shape()[0] * x.shape()[1]);
        int dim = (int) x.shape()[2] / heads;
        int pairs = (int) cos.shape()[1];
        float[] out = new float[tokens * heads * dim];
        ((FloatBuffer) x.data()).get(0, out);
        for (int t = 0; t < tokens; t++) {
            LongBuffer positions = (LongBuffer) ids.data();
            long position = ids.shape().length == 1 ? positions.get(0) + t % x.shape()[1] : positions.get(t);
            if (position < 0 || position >= cos.shape()[0]) {
                throw new IllegalArgumentException("position_ids value " + position + " at index " + t
                        + " is out of range [0, " + cos.shape()[0] + ")");
            }
            for (int h = 0; h < heads; h++) {
                for (int j = 0; j < pairs; j++) {
                    float c = ((FloatBuffer) cos.data()).get((int) position * pairs + j);
                    float s = ((FloatBuffer) sin.data()).get((int) position * pairs + j);
                    int i0 = (t * heads + h) * dim + (interleaved ? 2 * j : j);
                    int i1 = interleaved ? i0 + 1 : i0 + pairs;
                    float x0 = out[i0];
                    float x1 = out[i1];
                    out[i0] = x0 * c - x1 * s;
                    out[i1] = x0 * s + x1 * c;
                }
            }
        }
        return out;
    }
}
