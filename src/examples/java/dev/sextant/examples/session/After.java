package dev.sextant.examples.session;

import dev.sextant.*; // +
import dev.sextant.config.HfConfig; // +
import dev.sextant.examples.session.Session.Input;
import dev.sextant.tensor.*; // +
import java.io.IOException;
import java.lang.foreign.MemorySegment; // +
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Map;

/** Runs a graph whose rotation is fed from outside. */
final class After {

    private final Model model;
    private final Session session;
    private final FloatBuffer cos;
    private final FloatBuffer sin;

    After(Model model, Session session) throws IOException {
        this.model = model;
        this.session = session;
        int pairs = model.headDim() / 2;
        this.cos = bytes(4 * model.context() * pairs).asFloatBuffer();
        this.sin = bytes(4 * model.context() * pairs).asFloatBuffer();
        RotaryPlan plan = RotaryPlan.of(HfConfig.read(model.config()).rope(), HeadShape.of(2 * pairs, DType.F32)); // +
        plan.rows(Positions.from(0), Rows.of(MemorySegment.ofBuffer(cos), DType.F32, model.context(), pairs), // +
                Rows.of(MemorySegment.ofBuffer(sin), DType.F32, model.context(), pairs)); // +
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
