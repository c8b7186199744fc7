package dev.sextant.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.internal.java.Elements;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.KvCache;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Slots;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The plain-Java rivals of append store what the library stores. */
class NaiveAppendTest {

    private static final int QUERIES = Data.QUERY_HEADS * Data.DIM;
    private static final int KEYS = Data.KV_HEADS * Data.DIM;

    /** Values of 0.5 to 1.5; tables of the naive loop differ from ours by roundings of a cosine, narrow elements by a unit in the last place. */
    @ParameterizedTest
    @CsvSource({"F32, 1, 5000, 1e-6", "F32, 40, 0, 1e-6", "F16, 1, 5000, 1e-3", "F16, 40, 0, 1e-3",
            "BF16, 1, 5000, 8e-3", "BF16, 40, 0, 8e-3"})
    void naive(DType dtype, int tokens, int start, float tolerance) {
        AppendLoops loops = new AppendLoops(dtype, tokens, start, 1);
        loops.append();
        float[] cache = new float[2 * tokens * KEYS];
        for (int i = 0; i < cache.length; i++) {
            cache[i] = switch (dtype) {
                case F32 -> loops.wide[0][i];
                case F16 -> Float.float16ToFloat(loops.narrow[0][i]);
                case BF16 -> Elements.load(MemorySegment.ofArray(loops.narrow[0]), dtype, i);
            };
        }
        Library library = new Library(dtype, tokens, start);
        assertArrayEquals(library.q, loops.q[0], 1e-6f, "queries");
        assertArrayEquals(library.cache, cache, tolerance, "cache");
    }

    /** Rows and roundings are ours: the same bits. */
    @ParameterizedTest
    @CsvSource({"1, 5000", "40, 0"})
    void vectorApi(int tokens, int start) {
        AppendVectors loops = new AppendVectors(tokens, start, 1);
        loops.append();
        Library library = new Library(DType.F32, tokens, start);
        assertArrayEquals(library.q, loops.q[0].toArray(ValueLayout.JAVA_FLOAT), "queries");
        assertArrayEquals(library.cache, loops.cache[0].toArray(ValueLayout.JAVA_FLOAT), "cache");
    }

    /** The same by the library: rotated queries, and keys and values of a cache without the slots before. */
    private static final class Library {

        final float[] q;
        final float[] cache;

        Library(DType dtype, int tokens, int start) {
            MemorySegment queries = Data.floats(4L * tokens * QUERIES);
            long slots = start + tokens;
            MemorySegment keys = Data.allocate(slots * KEYS * dtype.bytes());
            MemorySegment values = Data.allocate(slots * KEYS * dtype.bytes());
            RotaryPlan.of(Data.LLAMA, HeadShape.of(Data.DIM, DType.F32)).append(dtype).append(
                    Heads.of(queries, DType.F32, tokens, Data.QUERY_HEADS, Data.DIM), fresh(tokens), fresh(tokens),
                    KvCache.of(Heads.of(keys, dtype, slots, Data.KV_HEADS, Data.DIM),
                            Heads.of(values, dtype, slots, Data.KV_HEADS, Data.DIM)),
                    Slots.from(start), Positions.from(start));
            q = queries.toArray(ValueLayout.JAVA_FLOAT);
            cache = new float[2 * tokens * KEYS];
            for (int i = 0; i < tokens * KEYS; i++) {
                cache[i] = Elements.load(keys, dtype, (long) start * KEYS + i);
                cache[tokens * KEYS + i] = Elements.load(values, dtype, (long) start * KEYS + i);
            }
        }

        private static Heads fresh(int tokens) {
            return Heads.of(Data.floats(4L * tokens * KEYS), DType.F32, tokens, Data.KV_HEADS, Data.DIM);
        }
    }
}
