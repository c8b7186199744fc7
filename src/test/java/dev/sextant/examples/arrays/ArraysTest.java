package dev.sextant.examples.arrays;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.config.GgufMetadata;
import dev.sextant.config.TinyGguf;
import dev.sextant.examples.Turn;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Heap arrays and a loop over tokens in parallel: Sextant gives what the loop gave, where the loop was right. */
class ArraysTest {

    private static final int SIZE = 64;
    private static final int HEADS = 6;
    private static final int KV_HEADS = 2;
    private static final int TOKENS = 37;
    private static final int START = 2900;
    private static final float THETA = 500_000;

    @TempDir
    Path folder;

    private Model model(Set<String> tensors, float... divisors) throws IOException {
        TinyGguf file = TinyGguf.of("llama").put("llama.embedding_length", HEADS * SIZE)
                .put("llama.attention.head_count", HEADS).put("llama.attention.head_count_kv", KV_HEADS)
                .put("llama.rope.freq_base", THETA);
        if (divisors.length > 0) {
            file.tensor("rope_freqs.weight", divisors);
        }
        return new Model(Files.write(folder.resolve("model.gguf"), file.bytes()), HEADS, KV_HEADS, SIZE, 3000, THETA,
                tensors);
    }

    /** What converters write for a scaling by 8 from a context of 8192, low factor 1, high factor 4. */
    private static float[] divisors() {
        float[] divisors = new float[SIZE / 2];
        for (int j = 0; j < divisors.length; j++) {
            double turns = 8192 * Math.pow(THETA, -2.0 * j / SIZE) / (2 * Math.PI);
            double smooth = Math.clamp((turns - 1) / (4 - 1), 0.0, 1.0);
            divisors[j] = (float) (1 / ((1 - smooth) / 8 + smooth));
        }
        return divisors;
    }

    private static float[][] random(int heads) {
        SplittableRandom random = new SplittableRandom(heads);
        float[][] x = new float[TOKENS][heads * SIZE];
        for (float[] each : x) {
            for (int i = 0; i < each.length; i++) {
                each[i] = (float) random.nextGaussian();
            }
        }
        return x;
    }

    /** The queries and keys of a prompt. */
    private record Data(float[][] q, float[][] k) {

        static Data fresh() {
            return new Data(random(HEADS), random(KV_HEADS));
        }

        static Data before(Model model) throws IOException {
            Data data = fresh();
            new Before(model).rotate(data.q, data.k, START);
            return data;
        }

        static Data after(Model model) throws IOException {
            Data data = fresh();
            new After(model).rotate(data.q, data.k, START);
            return data;
        }
    }

    private static void assertTurned(float[][] from, float[][] to, float... divisors) {
        for (int t = 0; t < TOKENS; t++) {
            for (int i = 0; i < to[t].length; i += 2) {
                int j = i % SIZE / 2;
                Turn turn = Turn.of(THETA, j, SIZE, divisors.length == 0 ? 1 : divisors[j], START + t, from[t][i],
                        from[t][i + 1]);
                turn.within(turn.float32(), to[t][i], to[t][i + 1], "token " + t + " element " + i);
            }
        }
    }

    @Test
    void bothTurnAlike() throws IOException {
        Model model = model(Set.of());
        for (Data data : new Data[]{Data.before(model), Data.after(model)}) {
            assertTurned(Data.fresh().q, data.q);
            assertTurned(Data.fresh().k, data.k);
        }
    }

    @Test
    void bitsAreThoseOfTheJavaBackend() throws IOException {
        Model model = model(Set.of("rope_freqs.weight"), divisors());
        Data data = Data.after(model);
        Data wanted = Data.fresh();
        RotaryPlan plan = RotaryPlan.builder(GgufMetadata.read(model.file()).model().rope(),
                HeadShape.of(SIZE, DType.F32)).backend(Backend.java()).build();
        for (int t = 0; t < TOKENS; t++) {
            plan.rotate(Heads.of(wanted.q[t], 1, HEADS, SIZE), Heads.of(wanted.k[t], 1, KV_HEADS, SIZE),
                    Positions.from(START + t));
            assertArrayEquals(wanted.q[t], data.q[t]);
            assertArrayEquals(wanted.k[t], data.k[t]);
        }
    }

    /** The engine looks for a tensor of another name than files have, so its scaling never happens. */
    @Test
    void beforeDropsTheScaling() throws IOException {
        Model model = model(Set.of("token_embd.weight", "rope_freqs.weight"), divisors());
        assertTurned(Data.fresh().q, Data.before(model).q);
        assertTurned(Data.fresh().q, Data.after(model).q, divisors());
        assertTrue(worst(Data.before(model), Data.after(model)) > 1);
    }

    /** If it happened, it would be another one: the code says 3 where the model says 4. */
    @Test
    void beforeHasAnotherScaling() throws IOException {
        Model model = model(Set.of("rope_freqs"), divisors());
        assertTrue(worst(Data.before(model), Data.after(model)) > 0.1);
    }

    private static double worst(Data one, Data other) {
        double worst = 0;
        for (int t = 0; t < TOKENS; t++) {
            for (int i = 0; i < HEADS * SIZE; i++) {
                worst = Math.max(worst, Math.abs(one.q[t][i] - other.q[t][i]));
            }
        }
        return worst;
    }
}
