package dev.sextant.examples.session;

import dev.sextant.examples.session.Session.Input;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Map;

/** Runs a graph whose rotation is fed from outside. */
final class Before {

    private final Model model;
    private final Session session;
    private final FloatBuffer cos;
    private final FloatBuffer sin;

    Before(Model model, Session session) throws IOException {
        this.model = model;
        this.session = session;
        int pairs = model.headDim() / 2;
        this.cos = bytes(4 * model.context() * pairs).asFloatBuffer();
        this.sin = bytes(4 * model.context() * pairs).asFloatBuffer();
        for (int i = 0; i < model.context() * pairs; i++) { // -
            float frequency = (float) (1 / Math.pow(model.theta(), (double) (i % pairs) / pairs)); // -
            float angle = i / pairs * frequency; // -
            cos.put(i, (float) Math.cos(angle)); // -
            sin.put(i, (float) Math.sin(angle)); // -
        } // -
    }

    /** One prompt: {@code x} is [tokens, heads * dim]. */
    float[] run(float[] x, long... positions) {
        FloatBuffer data = bytes(4 * x.length).asFloatBuffer().put(0, x);
        LongBuffer ids = bytes(8 * positions.length).asLongBuffer().put(0, positions);
        long tokens = positions.length;
        return session.run(Map.of("X", new Input(data, 1, tokens, x.length / tokens), "position_ids",
                new Input(ids, 1, tokens), "cos_cache", new Input(cos, model.context(), model.headDim() / 2),
                "sin_cache", new Input(sin, model.context(), model.headDim() / 2)));
    }

    private static ByteBuffer bytes(int size) {
        return ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
    }
}
