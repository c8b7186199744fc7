package dev.sextant.companions;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.encoding.DualChunk;
import dev.sextant.encoding.LinearFrequencies;
import dev.sextant.encoding.PositionRemap;
import dev.sextant.encoding.ReRope;
import dev.sextant.encoding.Rope;
import dev.sextant.encoding.SelfExtend;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.testkit.SeededCases;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Distances worked out by hand, and rotations that see exactly them. */
class PositionRemapTest {

    private static double[] row(PositionRemap remap, int query) {
        return IntStream.rangeClosed(0, query).mapToDouble(key -> remap.distance(query, key)).toArray();
    }

    /** A window of 4, groups of 2: of ten tokens the farthest is 6 away instead of 9. */
    @Test
    void selfExtendGroupsWhatIsFar() {
        assertArrayEquals(new double[]{6, 6, 5, 5, 4, 4, 3, 2, 1, 0}, row(new SelfExtend(2, 4), 9));
        assertArrayEquals(new double[]{6, 6, 5, 5, 4, 3, 2, 1, 0}, row(new SelfExtend(2, 4), 8));
        assertArrayEquals(new double[]{3, 2, 1, 0}, row(new SelfExtend(2, 4), 3));
        assertArrayEquals(new double[]{5, 4, 3, 2, 1, 0}, row(new SelfExtend(1, 3), 5), "groups of one change nothing");
        SelfExtend paper = new SelfExtend(8, 1024);
        assertEquals(16_383 / 8 + 1024 - 128, paper.distance(16_383, 0), "16384 tokens within 4096");
        assertArrayEquals(new long[]{896, 896, 897}, paper.queries(SelfExtend.FAR, 6, 3));
        assertArrayEquals(new long[]{0, 0, 1}, paper.keys(SelfExtend.FAR, 6, 3));
    }

    @Test
    void reRopeClips() {
        assertArrayEquals(new double[]{3, 3, 3, 3, 2, 1, 0}, row(ReRope.clipped(3), 6));
        assertArrayEquals(new long[]{3, 3}, ReRope.clipped(3).queries(ReRope.FAR, 5, 2));
        assertArrayEquals(new long[]{0, 0}, ReRope.clipped(3).keys(ReRope.FAR, 5, 2));
    }

    @Test
    void leakyReRopeSlowsDown() {
        assertArrayEquals(new double[]{3.75, 3.5, 3.25, 3, 2, 1, 0}, row(ReRope.leaky(3, 4), 6));
        assertArrayEquals(new double[]{6, 5, 4, 3, 2, 1, 0}, row(ReRope.leaky(3, 1), 6),
                "slowed by one, nothing changes");
        assertEquals(512 + (100_000 - 512) / 16.0, ReRope.leaky(512, 16).distance(100_000, 0));
        assertArrayEquals(new long[]{5 + 3 * 3}, ReRope.leaky(3, 4).queries(ReRope.FAR, 5, 1));
        assertArrayEquals(new long[]{5}, ReRope.leaky(3, 4).keys(ReRope.FAR, 5, 1));
    }

    /** Chunks of six tokens, bound 10: what the embedding's five tables hold. */
    @Test
    void dualChunkHasFiveViews() {
        DualChunk dca = new DualChunk(10, 4);
        assertArrayEquals(new long[]{0, 1, 2, 3, 4, 5, 0, 1}, dca.keys(DualChunk.INTRA, 0, 8));
        assertArrayEquals(dca.keys(DualChunk.INTRA, 0, 40), dca.keys(DualChunk.INTER, 0, 40), "one key for all views");
        assertArrayEquals(new long[]{0, 1, 2, 3, 4, 5, 0, 1}, dca.queries(DualChunk.INTRA, 0, 8));
        assertArrayEquals(new long[]{6, 7, 8, 9, 10, 10, 6, 7}, dca.queries(DualChunk.SUCCESSIVE, 0, 8));
        assertArrayEquals(new long[]{10, 10, 10, 10, 10, 10, 10, 10}, dca.queries(DualChunk.INTER, 0, 8));
        assertArrayEquals(new long[]{6, 7, 8, 9, 10, 11, 6, 7}, dca.queries(DualChunk.SUCCESSIVE_CRITICAL, 0, 8));
        assertArrayEquals(new long[]{10, 11, 12, 13, 14, 15, 10, 11}, dca.queries(DualChunk.INTER_CRITICAL, 0, 8));
        assertArrayEquals(new double[]{10, 9, 8, 7, 6, 5, 8, 7, 6, 5, 4, 3, 2, 1, 0}, row(dca, 14));
        assertArrayEquals(new double[]{10, 9, 8, 7, 6, 5, 5, 4, 3, 2, 1, 0}, row(dca, 11), "bounded by 10, not 11");
        assertEquals(11, new DualChunk(12, 6).query(DualChunk.INTER, 0), "two short chunks stay below the bound");
    }

    @Test
    void qwen() {
        DualChunk dca = DualChunk.qwen1m();
        assertEquals(253_952, dca.chunk());
        assertEquals(262_144, dca.query(DualChunk.INTER, 7));
        assertEquals(253_952, dca.query(DualChunk.SUCCESSIVE, 253_952));
        assertEquals(262_144, dca.query(DualChunk.SUCCESSIVE, 2 * 253_952 - 1));
        assertEquals(2 * 253_952 - 1, dca.query(DualChunk.SUCCESSIVE_CRITICAL, 2 * 253_952 - 1));
        assertEquals(262_144 + 253_951, dca.query(DualChunk.INTER_CRITICAL, 253_951));
        assertEquals(253_951, dca.key(DualChunk.INTRA, 253_951));
        assertEquals(0, dca.key(DualChunk.INTRA, 253_952));
        assertEquals(1, dca.distance(253_952, 253_951), "across the border");
        assertEquals(8192, dca.distance(253_952 + 8191, 253_951));
        assertEquals(262_144, dca.distance(1_000_000, 0));
    }

    private static PositionRemap random(SplittableRandom random) {
        int a = 1 + random.nextInt(5);
        int b = 1 + random.nextInt(5);
        return switch (random.nextInt(4)) {
            case 0 -> new SelfExtend(a, a * b);
            case 1 -> ReRope.clipped(a);
            case 2 -> ReRope.leaky(a, b);
            default -> new DualChunk(a + b, a);
        };
    }

    /** Scores of rotated heads are those of a query at the distance and a key at 0; near ones are the ordinary ones. */
    @Test
    void rotationsSeeTheDistance() {
        SeededCases.run(PositionRemapTest.class, 100, random -> {
            PositionRemap remap = random(random);
            int query = random.nextInt(40);
            int key = random.nextInt(query + 1);
            int view = remap.view(query, key);
            float[] q = {1, 0, 0.5f, -1};
            float[] k = {0.25f, 1, -1, 0.5f};
            double wanted = dot(rotated(q, 1, remap.distance(query, key)), k);
            double got = dot(rotated(q, remap.divisor(view), remap.query(view, query)),
                    rotated(k, remap.divisor(view), remap.key(view, key)));
            String what = remap + ", query " + query + ", key " + key;
            assertEquals(wanted, got, 2e-6, what);
            assertTrue(remap.distance(query, key) >= 0 && remap.distance(query, key) <= query - key, what);
            if (view == 0) {
                assertEquals(query - key, remap.distance(query, key), what);
            }
        });
    }

    /** Distance d at frequencies f is distance 1 at frequencies f * d. */
    private static float[] rotated(float[] x, double divisor, double position) {
        boolean whole = position == Math.rint(position);
        Rope rope = Rope.of(4, 100).frequencies(new LinearFrequencies(100, whole ? divisor : divisor / position));
        float[] y = x.clone();
        RotaryPlan.builder(rope, HeadShape.of(4, DType.F32)).backend(Backend.java()).build()
                .rotate(Heads.of(y, 1, 1, 4), Positions.from(whole ? (long) position : 1));
        return y;
    }

    private static double dot(float[] a, float[] b) {
        return IntStream.range(0, a.length).mapToDouble(i -> (double) a[i] * b[i]).sum();
    }

    @Test
    void refusals() {
        assertThrows(IllegalArgumentException.class, () -> new SelfExtend(0, 4));
        assertThrows(IllegalArgumentException.class, () -> new SelfExtend(3, 4), "a shift of a fraction");
        assertThrows(IllegalArgumentException.class, () -> new SelfExtend(3, 0));
        assertThrows(IllegalArgumentException.class, () -> ReRope.clipped(0));
        assertThrows(IllegalArgumentException.class, () -> ReRope.leaky(3, 0));
        assertThrows(IllegalArgumentException.class, () -> new ReRope(3, -1));
        assertThrows(IllegalArgumentException.class, () -> new DualChunk(10, 0));
        assertThrows(IllegalArgumentException.class, () -> new DualChunk(10, 10));
        for (PositionRemap remap : List.of(new SelfExtend(2, 4), ReRope.clipped(3), new DualChunk(10, 4))) {
            int views = remap.views();
            assertThrows(IndexOutOfBoundsException.class, () -> remap.query(views, 1), remap::toString);
            assertThrows(IndexOutOfBoundsException.class, () -> remap.key(-1, 1), remap::toString);
            assertThrows(IllegalArgumentException.class, () -> remap.queries(0, -1, 1), remap::toString);
            assertThrows(IllegalArgumentException.class, () -> remap.keys(0, 1, -1), remap::toString);
        }
    }
}
