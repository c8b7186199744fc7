package dev.sextant.examples.headers;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Segments with a header, on the host and on a device: Sextant gives what the loops gave, where they were right. */
class HeadersTest {

    private static final int SIZE = 128;
    private static final int HEADS = 4;
    private static final int KV_HEADS = 2;
    private static final int CONTEXT = 3000;
    private static final int POSITION = 2900;
    private static final int LAYER = 1;
    private static final float THETA = 500_000;

    @TempDir
    Path folder;

    private Model model;
    private Before before;
    private After after;

    @BeforeEach
    void engines() throws IOException {
        load();
    }

    private void load(float... divisors) throws IOException {
        TinyGguf file = TinyGguf.of("llama").put("llama.embedding_length", HEADS * SIZE)
                .put("llama.attention.head_count", HEADS).put("llama.attention.head_count_kv", KV_HEADS)
                .put("llama.rope.freq_base", THETA);
        if (divisors.length > 0) {
            file.tensor("rope_freqs.weight", divisors);
        }
        model = new Model(Files.write(folder.resolve("model.gguf"), file.bytes()), HEADS, KV_HEADS, SIZE, CONTEXT,
                THETA);
        before = new Before(model);
        after = new After(model);
    }

    /** One token's queries, its keys, and a cache of two layers. */
    private record Data(FloatArray q, FloatArray k, FloatArray cache) {

        static Data fresh() {
            return new Data(random(HEADS * SIZE), random(KV_HEADS * SIZE), random(2 * CONTEXT * KV_HEADS * SIZE));
        }

        private static FloatArray random(int size) {
            SplittableRandom random = new SplittableRandom(size);
            FloatArray array = new FloatArray(size);
            for (int i = 0; i < size; i++) {
                array.set(i, (float) random.nextGaussian());
            }
            return array;
        }

        double differsBy(Data other) {
            double worst = 0;
            for (int i = 0; i < q.size(); i++) {
                worst = Math.max(worst, Math.abs(q.get(i) - other.q.get(i)));
            }
            return worst;
        }

        void assertSame(Data wanted) {
            assertEquals(-1, wanted.q.segment().mismatch(q.segment()), "queries");
            assertEquals(-1, wanted.k.segment().mismatch(k.segment()), "keys");
            assertEquals(-1, wanted.cache.segment().mismatch(cache.segment()), "cache");
        }
    }

    /** One of the engine's ways to do a token. */
    private interface Way {
        void run(FloatArray q, FloatArray k, FloatArray cache, int layer, int position);
    }

    private static Data run(Way way) {
        Data data = Data.fresh();
        way.run(data.q, data.k, data.cache, LAYER, POSITION);
        return data;
    }

    private static void assertTurned(FloatArray from, FloatArray to, int first, double theta) {
        for (int i = 0; i < from.size(); i += 2) {
            Turn turn = Turn.of(theta, i % SIZE / 2, SIZE, 1, POSITION, from.get(i), from.get(i + 1));
            turn.within(turn.float32(), to.get(first + i), to.get(first + i + 1), "element " + i);
        }
    }

    @Test
    void bothTurnAlike() {
        int row = (LAYER * CONTEXT + POSITION) * KV_HEADS * SIZE;
        for (Data data : new Data[]{run(before::host), run(after::host), run(after::device)}) {
            assertTurned(Data.fresh().q, data.q, 0, THETA);
            assertTurned(Data.fresh().k, data.cache, row, THETA);
        }
    }

    @Test
    void bitsAreThoseOfTheJavaBackend() throws IOException {
        Data wanted = Data.fresh();
        RotaryPlan plan = RotaryPlan.builder(GgufMetadata.read(model.file()).model().rope(),
                HeadShape.of(SIZE, DType.F32)).backend(Backend.java()).build();
        float[] q = new float[HEADS * SIZE];
        float[] k = new float[KV_HEADS * SIZE];
        for (int i = 0; i < q.length; i++) {
            q[i] = wanted.q.get(i);
        }
        for (int i = 0; i < k.length; i++) {
            k[i] = wanted.k.get(i);
        }
        plan.rotate(Heads.of(q, 1, HEADS, SIZE), Heads.of(k, 1, KV_HEADS, SIZE), Positions.from(POSITION));
        for (int i = 0; i < q.length; i++) {
            wanted.q.set(i, q[i]);
        }
        for (int i = 0; i < k.length; i++) {
            wanted.k.set(i, k[i]);
            wanted.cache.set((LAYER * CONTEXT + POSITION) * k.length + i, k[i]);
        }
        run(after::host).assertSame(wanted);
        run(after::device).assertSame(wanted);
    }

    /** The device's kernel has the base of another model: its slowest pair turns 9.6 times too fast. */
    @Test
    void beforeDisagreesWithItself() {
        Data host = run(before::host);
        Data device = run(before::device);
        assertTurned(Data.fresh().q, device.q, 0, 50_000);
        assertTrue(host.differsBy(device) > 1);
        int slow = SIZE / 2 - 1;
        assertEquals(9.6, Turn.of(50_000, slow, SIZE, 1, POSITION, 0, 0).angle()
                / Turn.of(THETA, slow, SIZE, 1, POSITION, 0, 0).angle(), 0.05);
    }

    /** The tensor that divides the frequencies is not read. */
    @Test
    void beforeDropsTheScaling() throws IOException {
        float[] divisors = new float[SIZE / 2];
        Arrays.fill(divisors, 8);
        load(divisors);
        assertTurned(Data.fresh().q, run(before::host).q, 0, THETA);
        assertTrue(run(before::host).differsBy(run(after::host)) > 1);
        run(after::device).assertSame(run(after::host));
        FloatArray q = Data.fresh().q;
        FloatArray turned = run(after::host).q;
        for (int i = 0; i < HEADS * SIZE; i += 2) {
            Turn turn = Turn.of(THETA, i % SIZE / 2, SIZE, 8, POSITION, q.get(i), q.get(i + 1));
            turn.within(turn.float32(), turned.get(i), turned.get(i + 1), "element " + i);
        }
    }
}
