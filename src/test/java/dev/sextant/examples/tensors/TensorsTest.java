package dev.sextant.examples.tensors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tensors with virtual get and set: Sextant gives what the loop gave, where the loop was right. */
class TensorsTest {

    private static final int DIM = 64;
    private static final int HEADS = 4;
    private static final int CONTEXT = 3000;
    private static final int START = 2900;
    private static final int TOKENS = 7;
    private static final double THETA = 500_000;

    private static final Map<String, String> LLAMA3 = Map.of("rope_type", "llama3", "factor", "8", "low_freq_factor",
            "1", "high_freq_factor", "4", "original_max_position_embeddings", "8192");

    @TempDir
    Path folder;

    private Config config(Tensor.Type type, int kvHeads, Map<String, String> scaling) throws IOException {
        String block = scaling.entrySet().stream().map(e -> "\"" + e.getKey() + "\": "
                + (e.getKey().equals("rope_type") ? "\"" + e.getValue() + "\"" : e.getValue()))
                .collect(Collectors.joining(", ", "{", "}"));
        Path file = Files.writeString(folder.resolve("config.json"), """
                {"model_type": "llama", "num_attention_heads": %d, "num_key_value_heads": %d, "head_dim": %d,
                 "max_position_embeddings": 131072, "rope_theta": %s, "rope_scaling": %s}"""
                .formatted(HEADS, kvHeads, DIM, THETA, block));
        return new Config(file, type, HEADS, kvHeads, DIM, CONTEXT, THETA, scaling);
    }

    private static Tensor random(Tensor.Type type, int rows, int columns) {
        SplittableRandom random = new SplittableRandom(rows * 31L + columns);
        Tensor tensor = Tensor.allocate(type, rows, columns);
        for (int i = 0; i < rows * columns; i++) {
            tensor.set((float) random.nextGaussian(), i / columns, i % columns);
        }
        return tensor;
    }

    /** Queries of a batch, and a cache that holds their keys. */
    private record Data(Tensor q, Tensor k) {

        static Data of(Config config) {
            return new Data(random(config.type(), TOKENS, HEADS * DIM),
                    random(config.type(), CONTEXT, config.kvHeads() * DIM));
        }

        static Data before(Config config) throws IOException {
            Data data = of(config);
            new Before(config).rotate(data.q, data.k, START);
            return data;
        }

        static Data after(Config config) throws IOException {
            Data data = of(config);
            new After(config).rotate(data.q, data.k, START);
            return data;
        }
    }

    /** Checks head {@code head} of each token of the batch; row {@code row0 + t} is token t. */
    private static void assertTurned(Tensor from, Tensor to, int row0, int head, int ahead, double divisor) {
        for (int t = 0; t < TOKENS; t++) {
            for (int j = 0; j < DIM / 2; j++) {
                int i = head * DIM + j;
                Turn turn = Turn.of(THETA, j, DIM, divisor, START + t + ahead, from.get(row0 + t, i),
                        from.get(row0 + t, i + DIM / 2));
                turn.within(to.segment().byteSize() == 4L * to.rows() * to.columns()
                        ? turn.float32()
                        : turn.bfloat16(),
                        to.get(row0 + t, i), to.get(row0 + t, i + DIM / 2), "token " + t + " head " + head);
            }
        }
    }

    /** As many key heads as query heads, no scaling or the one it knows: the loop is right up to its own rounding. */
    @ParameterizedTest
    @EnumSource
    void bothTurnAlike(Tensor.Type type) throws IOException {
        for (Map<String, String> scaling : List.of(Map.<String, String>of(),
                Map.of("rope_type", "linear", "factor", "4"))) {
            Config config = config(type, HEADS, scaling);
            for (Data data : new Data[]{Data.before(config), Data.after(config)}) {
                for (int h = 0; h < HEADS; h++) {
                    assertTurned(Data.of(config).q, data.q, 0, h, 0, config.factor());
                    assertTurned(Data.of(config).k, data.k, START, h, 0, config.factor());
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void bitsAreThoseOfTheJavaBackend(Tensor.Type type) throws IOException {
        Config config = config(type, 2, LLAMA3);
        Data data = Data.after(config);
        Data wanted = Data.of(config);
        DType dtype = type == Tensor.Type.F32 ? DType.F32 : DType.BF16;
        RotaryPlan plan = RotaryPlan.builder(HfConfig.read(config.file()).rope(), HeadShape.of(DIM, dtype))
                .backend(Backend.java()).build();
        plan.rotate(Heads.of(wanted.q.segment(), dtype, TOKENS, HEADS, DIM),
                Heads.of(wanted.k.segment(), dtype, TOKENS, 2, DIM).at(START * 2L * DIM), Positions.from(START));
        assertEquals(-1, wanted.q.segment().mismatch(data.q.segment()));
        assertEquals(-1, wanted.k.segment().mismatch(data.k.segment()), "rows of other tokens included");
    }

    /** The index into the table steps two positions a key head: scores survive it, cached keys fit nobody else's. */
    @Test
    void beforeTurnsSharedKeyHeadsTooFar() throws IOException {
        Config config = config(Tensor.Type.F32, 2, Map.of());
        Data before = Data.before(config);
        Data after = Data.after(config);
        Tensor q = Data.of(config).q;
        Tensor k = Data.of(config).k;
        for (int g = 0; g < 2; g++) {
            assertTurned(k, before.k, START, g, 2 * g, 1);
            assertTurned(k, after.k, START, g, 0, 1);
            for (int h = 2 * g; h < 2 * g + 2; h++) {
                assertTurned(q, before.q, 0, h, 2 * g, 1);
                assertTurned(q, after.q, 0, h, 0, 1);
                assertEquals(score(after, h, g), score(before, h, g), 2e-2, "of query head " + h);
            }
        }
        assertTrue(Math.abs(before.k.get(START, DIM) - after.k.get(START, DIM)) > 0.1);
    }

    /** Of the last query and the first key, whose angles carry errors of about 2900 in 2^24. */
    private static double score(Data data, int h, int g) {
        double sum = 0;
        for (int i = 0; i < DIM; i++) {
            sum += (double) data.q.get(TOKENS - 1, h * DIM + i) * data.k.get(START, g * DIM + i);
        }
        return sum;
    }

    /** And at the end of the context it leaves the table. */
    @Test
    void beforeLeavesTheTable() throws IOException {
        Config config = config(Tensor.Type.F32, 2, Map.of());
        Data data = Data.of(config);
        Before before = new Before(config);
        assertThrows(IndexOutOfBoundsException.class, () -> before.rotate(data.q.row(0), data.k, CONTEXT - 1));
        new After(config).rotate(data.q.row(0), data.k, CONTEXT - 1);
    }

    /** A rule that the reader does not know counts as none: the slow pairs turn eight times too far. */
    @Test
    void beforeDropsTheScaling() throws IOException {
        Config config = config(Tensor.Type.F32, HEADS, LLAMA3);
        assertEquals(1, config.factor());
        Data before = Data.before(config);
        Data after = Data.after(config);
        for (int h = 0; h < HEADS; h++) {
            assertTurned(Data.of(config).k, before.k, START, h, 0, 1);
        }
        int slow = DIM / 2 - 1;
        Tensor k = Data.of(config).k;
        Turn right = Turn.of(THETA, slow, DIM, 8, START, k.get(START, slow), k.get(START, slow + DIM / 2));
        right.within(right.float32(), after.k.get(START, slow), after.k.get(START, slow + DIM / 2), "slowest pair");
        int pair = 20; // of a wavelength between 8192 and the length so far: wrong by a good part of a turn
        assertTrue(Math.abs(before.k.get(START, pair) - after.k.get(START, pair)) > 0.1);
    }
}
