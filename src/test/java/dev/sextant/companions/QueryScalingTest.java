package dev.sextant.companions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sextant.FactorRounding;
import dev.sextant.HeadShape;
import dev.sextant.QueryScaling;
import dev.sextant.encoding.QueryTemperature;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.testkit.Bits;
import dev.sextant.testkit.ChildJvm;
import dev.sextant.testkit.Place;
import dev.sextant.testkit.SeededCases;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Catches a factor of the wrong token, a factor or product rounded once too often, writes outside the heads. */
class QueryScalingTest {

    private static final QueryTemperature RULE = QueryTemperature.llama4(3, 0.7);

    /** What the definition says, element by element, with the test's own conversions. */
    private static void plain(Heads in, Heads out, Positions positions, FactorRounding rounding) {
        DType dtype = in.dtype();
        for (long b = 0; b < in.batches(); b++) {
            for (long t = 0; t < in.tokens(); t++) {
                float factor = (float) RULE.factor(positions.at(b, 0, t));
                if (rounding == FactorRounding.ELEMENT_TYPE && dtype != DType.F32) {
                    factor = Bits.widen(dtype, Bits.narrow(dtype, factor));
                }
                for (long h = 0; h < in.heads(); h++) {
                    for (int d = 0; d < in.dim(); d++) {
                        float x = Bits.get(in.memory(), dtype, index(in, b, t, h, d));
                        Bits.set(out.memory(), dtype, index(out, b, t, h, d), x * factor);
                    }
                }
            }
        }
    }

    private static long index(Heads heads, long b, long t, long h, int d) {
        return heads.origin() + b * heads.batchStride() + t * heads.tokenStride() + h * heads.headStride() + d;
    }

    /** Heads in any order, with gaps, at an offset; positions from a start, one for all, or as ids of either width, apart or not. */
    @Test
    void randomViews() {
        SeededCases.run(QueryScalingTest.class, 200, random -> {
            DType dtype = DType.values()[random.nextInt(3)];
            FactorRounding rounding = FactorRounding.values()[random.nextInt(2)];
            int batches = 1 + random.nextInt(2);
            int tokens = random.nextInt(5);
            int heads = random.nextInt(4);
            int dim = 2 + random.nextInt(7);
            Place place = Place.values()[random.nextInt(3)];
            Heads q = view(random, place.allocate(dtype, 500), dtype, batches, tokens, heads, dim);
            boolean inPlace = random.nextBoolean();
            Heads out = inPlace ? q : view(random, place.allocate(dtype, 500), dtype, batches, tokens, heads, dim);
            Bits.fill(q.memory(), dtype, random, true);
            Positions positions = switch (random.nextInt(5)) {
                case 0 -> Positions.from(random.nextInt(20));
                case 1 -> Positions.all(random.nextInt(20));
                case 2 -> Positions.ids(MemorySegment.ofArray(random.ints(3L * tokens + 2, 0, 40).toArray()),
                        Positions.Kind.I32, tokens).at(2).strides(3, 0);
                case 3 -> Positions.ids(random.ints(tokens, 0, 40).toArray());
                default -> Positions.ids(random.longs((long) batches * tokens, 0, 1L << 32).toArray()).batched(tokens);
            };
            MemorySegment wanted = Bits.snapshot(out.memory());
            MemorySegment input = Bits.snapshot(q.memory());
            plain(on(q, input), on(out, wanted), positions, rounding);
            QueryScaling scaling = QueryScaling.of(RULE, HeadShape.of(dim, dtype)).rounding(rounding);
            if (random.nextBoolean()) {
                scaling.scale(q, out, positions);
            } else {
                Executor executor = random.nextBoolean() ? Runnable::run : r -> {};
                scaling.scale(q, out, positions, executor, 1 + random.nextInt(6));
            }
            Bits.assertSame(wanted, out.memory(), dtype, scaling + ", " + q);
        });
    }

    private static Heads view(SplittableRandom random, MemorySegment memory, DType dtype, int batches, int tokens,
            int heads, int dim) {
        int gap = random.nextInt(3);
        boolean headMajor = random.nextBoolean();
        long inner = dim + gap;
        long outer = inner * Math.max(1, headMajor ? tokens : heads) + gap;
        long batch = outer * Math.max(1, headMajor ? heads : tokens) + gap;
        return new Heads(memory, dtype, random.nextInt(4), batches, tokens, heads, dim, batch,
                headMajor ? inner : outer, headMajor ? outer : inner);
    }

    private static Heads on(Heads view, MemorySegment memory) {
        return new Heads(memory, view.dtype(), view.origin(), view.batches(), view.tokens(), view.heads(), view.dim(),
                view.batchStride(), view.tokenStride(), view.headStride());
    }

    /** 1.0693... in bfloat16 is 1.0703125: one element in five comes out differently, so the choice has to have a name. */
    @Test
    void roundingTheFactorFirstIsAnotherResult() {
        QueryTemperature rule = QueryTemperature.ministral3(0.1, 16_384);
        MemorySegment once = Place.HEAP.allocate(DType.BF16, 64);
        MemorySegment twice = Place.HEAP.allocate(DType.BF16, 64);
        for (int i = 0; i < 64; i++) {
            Bits.set(once, DType.BF16, i, 1 + i / 64f);
            Bits.set(twice, DType.BF16, i, 1 + i / 64f);
        }
        HeadShape shape = HeadShape.of(64, DType.BF16);
        QueryScaling.of(rule, shape).scale(Heads.of(once, DType.BF16, 1, 1, 64), Positions.from(16_384));
        QueryScaling.of(rule, shape).rounding(FactorRounding.ELEMENT_TYPE)
                .scale(Heads.of(twice, DType.BF16, 1, 1, 64), Positions.from(16_384));
        // 1.0625 * 1.0693147 = 1.1361469, between 1.1328125 and 1.140625; 1.0625 * 1.0703125 = 1.1372070, past their middle
        assertEquals(1.1328125f, Bits.get(once, DType.BF16, 4));
        assertEquals(1.140625f, Bits.get(twice, DType.BF16, 4));
        assertEquals(13, IntStream.range(0, 64)
                .filter(i -> Bits.get(once, DType.BF16, i) != Bits.get(twice, DType.BF16, i)).count());
    }

    @ParameterizedTest
    @EnumSource
    void hotCallsAllocateNothing(Place place) throws Exception {
        ChildJvm.Result result = ChildJvm.of(ScalingAllocationProbe.class).property("place", place)
                .option("-XX:TieredStopAtLevel=4").run();
        assertEquals(0, result.exit(), result::toString);
        assertTrue(result.output().strip().equals("nothing"), result::toString);
    }
}
