package dev.sextant.parity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.sextant.AttentionCall;
import dev.sextant.Backend;
import dev.sextant.ScoreBiasPlan;
import dev.sextant.encoding.Alibi;
import dev.sextant.encoding.DistanceBias;
import dev.sextant.encoding.ExplicitSlopes;
import dev.sextant.encoding.LinearBias;
import dev.sextant.encoding.ScoreBias;
import dev.sextant.encoding.Structure;
import dev.sextant.internal.form.BiasCatalogue;
import dev.sextant.tensor.Alignment;
import dev.sextant.tensor.Mask;
import dev.sextant.tensor.Scores;
import dev.sextant.tensor.Sequences;
import dev.sextant.testkit.SeededCases;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Biases added to scores, against a plain reading of the definitions; any split has the same bits. */
@Tag("parity")
class ScoreBiasTest {

    private static final Backend BACKEND = Backend.java();

    /** Scores of one call, with gaps between rows that nobody may touch. */
    private static final class Field {

        final int heads;
        final int queries;
        final int keys;
        final long offset;
        final MemorySegment memory;
        final Scores view;

        Field(Arena arena, SplittableRandom random, int batches, int heads) {
            this.heads = heads;
            this.queries = random.nextInt(1, 7);
            this.keys = random.nextInt(1, 20);
            this.offset = random.nextInt(-3, 15);
            int row = keys + random.nextInt(3);
            int head = queries * row + random.nextInt(3);
            this.memory = arena.allocate(4L * (2 + batches * heads * head), 64);
            for (long i = 0; i < memory.byteSize() / 4; i++) {
                memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextDouble(-8, 8));
            }
            this.view = new Scores(memory, 1, batches, heads, queries, keys, (long) heads * head, head, row, 1);
        }

        Sequences sequences() {
            long[] offsets = new long[(int) view.batches()];
            Arrays.fill(offsets, offset);
            return Sequences.of(offsets.length, queries, keys, Alignment.START).offsets(offsets);
        }
    }

    private static float wanted(ScoreBias bias, int b, int h, long d, float score) {
        return switch (bias) {
            case ScoreBias.None _ -> score;
            case LinearBias linear -> {
                float product = (float) linear.slope(linear.batches() == 1 ? 0 : b, h) * Math.abs(d);
                yield score - product;
            }
            case DistanceBias table -> score + (float) table.bias(h, Math.clamp(d, table.first(), table.last()));
        };
    }

    @Test
    void everyBiasIsAddedWithEveryProductAndSumRoundedOnce() {
        SeededCases.run(ScoreBiasTest.class, 200, random -> {
            int heads = random.nextInt(1, 6);
            BiasCatalogue.Line line = BiasCatalogue.LINES.get(random.nextInt(BiasCatalogue.LINES.size()));
            ScoreBias bias = line.sample().apply(heads);
            try (Arena arena = Arena.ofConfined()) {
                Field f = new Field(arena, random, random.nextInt(1, 3), heads);
                float[] before = f.memory.toArray(ValueLayout.JAVA_FLOAT);
                ScoreBiasPlan plan = ScoreBiasPlan.builder(heads).bias(bias).reach(64).backend(BACKEND).build();
                plan.addTo(new AttentionCall().sequences(f.sequences()), f.view);
                float[] want = before.clone();
                for (int b = 0; b < f.view.batches(); b++) {
                    for (int h = 0; h < heads; h++) {
                        for (int i = 0; i < f.queries; i++) {
                            for (int j = 0; j < f.keys; j++) {
                                int at = (int) f.view.index(b, h, i, j);
                                want[at] = wanted(bias, b, h, j - i - f.offset, before[at]);
                            }
                        }
                    }
                }
                assertArrayEquals(want, f.memory.toArray(ValueLayout.JAVA_FLOAT), line.name());
            }
        });
    }

    @Test
    void anySplitHasTheSameBits() throws Exception {
        try (ExecutorService pool = Executors.newFixedThreadPool(3)) {
            SeededCases.run(ScoreBiasTest.class, 40, random -> {
                int heads = random.nextInt(1, 6);
                try (Arena arena = Arena.ofShared()) {
                    Field f = new Field(arena, random, 2, heads);
                    MemorySegment first = arena.allocate(f.memory.byteSize(), 64).copyFrom(f.memory);
                    ScoreBiasPlan plan = ScoreBiasPlan.builder(heads).bias(Alibi.of(heads))
                            .structure(Structure.streaming(2, 4)).backend(BACKEND).build();
                    AttentionCall call = new AttentionCall().sequences(f.sequences());
                    plan.addTo(call, f.view);
                    float[] want = f.memory.toArray(ValueLayout.JAVA_FLOAT);
                    plan.materialise(call, f.view);
                    float[] written = f.memory.toArray(ValueLayout.JAVA_FLOAT);
                    for (int tasks : new int[]{1, 2, 3, 7, 1000}) {
                        f.memory.copyFrom(first);
                        plan.addTo(call, f.view, pool, tasks);
                        assertArrayEquals(want, f.memory.toArray(ValueLayout.JAVA_FLOAT), tasks + " tasks");
                        plan.materialise(call, f.view, pool, tasks);
                        assertArrayEquals(written, f.memory.toArray(ValueLayout.JAVA_FLOAT), tasks + " tasks");
                    }
                }
            });
        }
    }

    /** Each sequence has slopes and a length of its own; what lies beyond stays. */
    @Test
    void slopesAndLengthsOfEachSequence() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(4 * 2 * 2 * 3, 64);
            memory.asSlice(0).fill((byte) 0x40);
            float untouched = memory.get(ValueLayout.JAVA_FLOAT, 0);
            ScoreBiasPlan plan = ScoreBiasPlan.builder(1).bias(ExplicitSlopes.batched(new float[]{1, 2}, 1))
                    .backend(BACKEND).build();
            plan.materialise(new AttentionCall().sequences(Sequences.lengths(1, new long[]{3, 2}, Alignment.END)),
                    Scores.of(memory, 2, 1, 2, 3));
            assertArrayEquals(new float[]{-2, -1, 0, untouched, untouched, untouched, -2, 0, untouched, untouched,
                    untouched, untouched}, memory.asSlice(0, 48).toArray(ValueLayout.JAVA_FLOAT));
            assertEquals(-6, plan.bias(1, 0, -3));
        }
    }

    /** A multiply-add rounds once where the contract rounds twice, and gives another number. */
    @Test
    void productAndSumAreNotContracted() {
        float slope = 0.70710678f;
        float score = 3.1415927f;
        long distance = 5;
        assertNotEquals(Math.fma(-slope, (float) distance, score), score - slope * distance);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(4, 64);
            memory.set(ValueLayout.JAVA_FLOAT, 0, score);
            ScoreBiasPlan.builder(1).bias(ExplicitSlopes.of(new float[]{slope})).backend(BACKEND).build()
                    .addTo(new AttentionCall().sequences(Sequences.of(1, 1, 1, Alignment.START).offsets(distance)),
                            Scores.of(memory, 1, 1, 1, 1));
            assertEquals(score - slope * distance, memory.get(ValueLayout.JAVA_FLOAT, 0));
        }
    }

    /** A tensor repeated along heads and queries, on top of a distance bias; minus infinity in it hides, whatever the score was. */
    @Test
    void tensorsAreRepeatedAndHide() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(4 * 2 * 2 * 3, 64);
            memory.set(ValueLayout.JAVA_FLOAT, 4, Float.NaN);
            MemorySegment tensor = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 10, Float.NEGATIVE_INFINITY, 30);
            ScoreBiasPlan plan = ScoreBiasPlan.builder(2).bias(ExplicitSlopes.of(1.0, 2.0)).biasTensor()
                    .backend(BACKEND).build();
            AttentionCall call = new AttentionCall().sequences(Sequences.of(1, 2, 3, Alignment.START))
                    .bias(Scores.of(tensor, 1, 2, 2, 3).at(0, 0, 0, 0, 1));
            plan.addTo(call, Scores.of(memory, 1, 2, 2, 3));
            float hidden = Float.NEGATIVE_INFINITY;
            assertArrayEquals(new float[]{10, hidden, 28, 9, hidden, 29, 10, hidden, 26, 8, hidden, 28},
                    memory.toArray(ValueLayout.JAVA_FLOAT));
        }
    }

    /** A mask of the keys is a padding mask; bytes other than 0 and 1 show too. */
    @Test
    void aMaskOfKeysIsPadding() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(4 * 2 * 4, 64);
            MemorySegment mask = arena.allocateFrom(ValueLayout.JAVA_BYTE, (byte) 0, (byte) 1, (byte) -1, (byte) 1);
            ScoreBiasPlan.builder(1).structure(Structure.causal().masked()).backend(BACKEND).build().materialise(
                    new AttentionCall().sequences(Sequences.of(1, 2, 4, Alignment.END))
                            .mask(Mask.of(mask, 1, 1, 2, 4).at(0, 0, 0, 0, 1)),
                    Scores.of(memory, 1, 1, 2, 4));
            float hidden = Float.NEGATIVE_INFINITY;
            assertArrayEquals(new float[]{hidden, 0, 0, hidden, hidden, 0, 0, 0},
                    memory.toArray(ValueLayout.JAVA_FLOAT));
        }
    }

    /** What BLOOM and flash-attention add: the same probabilities, another logarithm of their denominator. */
    @Test
    void aBiasOfTheKeyAloneShiftsTheLogarithmOnly() {
        double slope = .5;
        for (int p = 3; p < 8; p++) {
            float[] distance = row(ExplicitSlopes.of(slope), p, 4);
            double own = 0;
            double keyOnly = 0;
            for (int j = 0; j < 4; j++) {
                own += StrictMath.exp(distance[j]);
                keyOnly += StrictMath.exp(slope * j);
            }
            for (int j = 0; j < 4; j++) {
                assertEquals(StrictMath.exp(slope * j) / keyOnly, StrictMath.exp(distance[j]) / own, 1e-15);
            }
            assertEquals(slope * p, StrictMath.log(keyOnly) - StrictMath.log(own), 1e-12, "position " + p);
        }
    }

    /** Two queries of four keys: top-left they are the first two positions, bottom-right the last two. */
    @Test
    void alignmentIsTheCallsAndChangesWhatIsSeen() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(4 * 2 * 4, 64);
            ScoreBiasPlan plan = ScoreBiasPlan.builder(1).structure(Structure.causal()).backend(BACKEND).build();
            float no = Float.NEGATIVE_INFINITY;
            plan.materialise(new AttentionCall().sequences(Sequences.of(1, 2, 4, Alignment.START)),
                    Scores.of(memory, 1, 1, 2, 4));
            assertArrayEquals(new float[]{0, no, no, no, 0, 0, no, no}, memory.toArray(ValueLayout.JAVA_FLOAT));
            plan.materialise(new AttentionCall().sequences(Sequences.of(1, 2, 4, Alignment.END)),
                    Scores.of(memory, 1, 1, 2, 4));
            assertArrayEquals(new float[]{0, 0, 0, no, 0, 0, 0, 0}, memory.toArray(ValueLayout.JAVA_FLOAT));
        }
    }

    private static float[] row(ScoreBias bias, long position, int keys) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(4L * keys, 64);
            ScoreBiasPlan.builder(1).bias(bias).backend(BACKEND).build().materialise(
                    new AttentionCall().sequences(Sequences.of(1, 1, keys, Alignment.START).offsets(position)),
                    Scores.of(memory, 1, 1, 1, keys));
            return memory.toArray(ValueLayout.JAVA_FLOAT);
        }
    }
}
