package dev.sextant.examples.session;

import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.config.HfConfig;
import dev.sextant.examples.Turn;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** What tests of a session run: heads of some tokens at positions out of order, and what must come of them. */
record Prompt(Model model, float[] x, long... positions) {

    static final int HEADS = 3;
    static final int DIM = 64;
    static final int CONTEXT = 3000;
    static final double THETA = 500_000;
    static final Session NODE = new RotaryNode(HEADS, false);

    static final String LLAMA3 = """
            {"rope_type": "llama3", "factor": 8, "low_freq_factor": 1, "high_freq_factor": 4,
             "original_max_position_embeddings": 8192}""";

    static Prompt of(Path folder, String scaling) throws IOException {
        Path config = Files.writeString(folder.resolve("config.json"), """
                {"model_type": "llama", "num_attention_heads": %d, "num_key_value_heads": %1$d, "head_dim": %d,
                 "max_position_embeddings": 131072, "rope_theta": %s, "rope_scaling": %s}"""
                .formatted(HEADS, DIM, THETA, scaling));
        long[] positions = {0, 1, 2, 2999, 17, 2998, 255, 256, 1000, 0};
        SplittableRandom random = new SplittableRandom(5);
        float[] x = new float[positions.length * HEADS * DIM];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) random.nextGaussian();
        }
        return new Prompt(new Model(config, DIM, CONTEXT, THETA), x, positions);
    }

    /** {@code y} is {@code x} turned by the plain rotation, or by the scaled one. */
    void assertTurned(float[] y, boolean scaled) {
        for (int t = 0; t < positions.length; t++) {
            for (int h = 0; h < HEADS; h++) {
                for (int j = 0; j < DIM / 2; j++) {
                    int i = (t * HEADS + h) * DIM + j;
                    Turn turn = Turn.of(THETA, j, DIM, scaled ? divisor(j) : 1, positions[t], x[i], x[i + DIM / 2]);
                    turn.within(turn.float32(), y[i], y[i + DIM / 2], "token " + t + " head " + h + " pair " + j);
                }
            }
        }
    }

    /** What the scaling divides a frequency by. */
    private static double divisor(int j) {
        double turns = 8192 * Math.pow(THETA, -2.0 * j / DIM) / (2 * Math.PI);
        double smooth = Math.clamp((turns - 1) / (4 - 1), 0.0, 1.0);
        return 1 / ((1 - smooth) / 8 + smooth);
    }

    float[] rotatedByJava() throws IOException {
        float[] y = x.clone();
        RotaryPlan.builder(HfConfig.read(model.config()).rope(), HeadShape.of(DIM, DType.F32)).backend(Backend.java())
                .build().rotate(Heads.of(y, positions.length, HEADS, DIM), Positions.ids(positions));
        return y;
    }
}
