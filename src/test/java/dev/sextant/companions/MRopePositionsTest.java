package dev.sextant.companions;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.sextant.encoding.MRopeAdvance;
import dev.sextant.encoding.MRopePositions;
import dev.sextant.encoding.MRopePositionsBuilder;
import dev.sextant.encoding.PadFill;
import dev.sextant.tensor.Positions;
import dev.sextant.testkit.SeededCases;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Ids worked out by hand from the definitions: catches rows and columns mixed up, time that runs inside an image or stands still
 * in a video, text that goes on at the wrong place.
 */
class MRopePositionsTest {

    private static MRopePositionsBuilder maxPlusOne() {
        return MRopePositions.builder(MRopeAdvance.MAX_PLUS_ONE, 2);
    }

    private static void assertIds(MRopePositions got, int[] time, int[] height, int[] width) {
        assertEquals(time.length, got.tokens());
        int[] all = got.ids(3);
        Positions positions = Positions.axes(3, all);
        int n = got.tokens();
        assertArrayEquals(time, Arrays.copyOfRange(all, 0, n), "time");
        assertArrayEquals(height, Arrays.copyOfRange(all, n, 2 * n), "height");
        assertArrayEquals(width, Arrays.copyOfRange(all, 2 * n, 3 * n), "width");
        for (int i = 0; i < n; i++) {
            assertArrayEquals(new int[]{time[i], height[i], width[i]},
                    new int[]{got.id(0, i), got.id(1, i), got.id(2, i)}, "token " + i);
            for (int axis = 0; axis < 3; axis++) {
                assertEquals(got.id(axis, i), positions.at(0, axis, i), "as positions take them");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void textIsOrdinary(MRopeAdvance rule) {
        MRopePositions ids = MRopePositions.builder(rule, 2).text(3).text(0).text(2).build();
        assertIds(ids, new int[]{0, 1, 2, 3, 4}, new int[]{0, 1, 2, 3, 4}, new int[]{0, 1, 2, 3, 4});
        assertEquals(5, ids.next());
        assertEquals(0, ids.delta(ids.tokens()));
    }

    /** Four tokens, an image of 4 x 6 patches, which is 2 x 3 tokens, three tokens: both rules go on at 4 + 3. */
    @ParameterizedTest
    @EnumSource
    void anImageBetweenText(MRopeAdvance rule) {
        MRopePositions ids = MRopePositions.builder(rule, 2).text(4).image(4, 6).text(3).build();
        assertIds(ids,
                new int[]{0, 1, 2, 3, 4, 4, 4, 4, 4, 4, 7, 8, 9},
                new int[]{0, 1, 2, 3, 4, 4, 4, 5, 5, 5, 7, 8, 9},
                new int[]{0, 1, 2, 3, 4, 5, 6, 4, 5, 6, 7, 8, 9});
        assertEquals(10, ids.next());
        assertEquals(-3, ids.delta(13));
    }

    private static final int[] VIDEO_TIME = {0, 0, 0, 0, 50, 50, 50, 50, 100, 100, 100, 100};
    private static final int[] VIDEO_HEIGHT = {0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1};
    private static final int[] VIDEO_WIDTH = {0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1};

    private static int[] then(int[] video, int first) {
        return IntStream.concat(Arrays.stream(video), IntStream.range(first, first + 5)).toArray();
    }

    /**
     * The example that transformers 4.57 and 5.18 both give: three frames of 2 x 2 tokens, one temporal patch every two seconds, 25 ids a
     * second, five tokens of text. 4.57 goes on at 101, past the time of the last frame; 5.18 at 2, past rows and columns.
     * Decoding begins past the largest id in both.
     */
    @Test
    void theRulesDifferWhereAVideoLastsLongerThanItIsWide() {
        MRopePositions past = maxPlusOne().video(3, 4, 4, 25, 2).text(5).build();
        assertIds(past, then(VIDEO_TIME, 101), then(VIDEO_HEIGHT, 101), then(VIDEO_WIDTH, 101));
        assertEquals(106, past.next());
        assertEquals(106 - 17, past.delta(17));

        MRopePositions extent = MRopePositions.builder(MRopeAdvance.EXTENT, 2).video(3, 4, 4, 25, 2).text(5).build();
        assertIds(extent, then(VIDEO_TIME, 2), then(VIDEO_HEIGHT, 2), then(VIDEO_WIDTH, 2));
        assertEquals(101, extent.next(), "the last frame is past the text");
        assertEquals(101 - 17, extent.delta(17));
    }

    static List<Arguments> clocks() {
        return List.of(
                arguments(2.0, 0.5, new int[]{0, 1, 2, 3, 4, 5}), // an interval cut to an integer would give only zeros
                arguments(2.0, 0.25, new int[]{0, 0, 1, 1, 2, 2}),
                arguments(2.0, 1.0, new int[]{0, 2, 4, 6, 8, 10}),
                arguments(1.0, 2.0 / 3, new int[]{0, 0, 1, 2, 2, 3}), // 0.67, 1.33, 2, 2.67, 3.33
                arguments(2.0, 2 / 29.97, new int[]{0, 0, 0, 0, 0, 0}),
                arguments(4.0, 0.3, new int[]{0, 1, 2, 3, 4, 6}));
    }

    @ParameterizedTest
    @MethodSource("clocks")
    void fractionsOfASecondCount(double tokensPerSecond, double secondsPerFrame, int[] times) {
        for (MRopeAdvance rule : MRopeAdvance.values()) {
            MRopePositions ids = MRopePositions.builder(rule, 1).text(10)
                    .video(6, 1, 1, tokensPerSecond, secondsPerFrame).build();
            for (int k = 0; k < 6; k++) {
                assertEquals(10 + times[k], ids.id(0, 10 + k), rule + ", frame " + k);
                assertEquals(10, ids.id(1, 10 + k), rule + ", frame " + k);
            }
        }
    }

    /** 39 patches of 1/1.3 seconds are half a minute: float32, in which frameworks count, says so, double falls short. */
    @Test
    void timeIsCountedInFloat32() {
        assertEquals(59, (int) (39 * 2 * (1 / 1.3)));
        for (MRopeAdvance rule : MRopeAdvance.values()) {
            assertEquals(60, MRopePositions.builder(rule, 1).video(40, 1, 1, 2, 1 / 1.3).build().id(0, 39));
        }
        // 3 * 1/0.3 * 25 = 250: the order in which the three are multiplied shows
        assertEquals(250, maxPlusOne().video(4, 2, 2, 25, 1 / 0.3).build().id(0, 3));
        assertEquals(249, MRopePositions.builder(MRopeAdvance.EXTENT, 2).video(4, 2, 2, 25, 1 / 0.3).build().id(0, 3));
    }

    /** Qwen2-VL: a step a patch. */
    @Test
    void aVideoWithoutAClockStepsByOne() {
        MRopePositions ids = maxPlusOne().text(1).video(3, 2, 4).text(1).build();
        assertIds(ids, new int[]{0, 1, 1, 2, 2, 3, 3, 4}, new int[]{0, 1, 1, 1, 1, 1, 1, 4},
                new int[]{0, 1, 2, 1, 2, 1, 2, 4});
    }

    /** Qwen3-VL: text with the time, then a frame whose time is that of its start; both rules agree. */
    @ParameterizedTest
    @EnumSource
    void timestampsInTheText(MRopeAdvance rule) {
        MRopePositions ids = MRopePositions.builder(rule, 2).timestampedVideo(2, 4, 2, 1).text(1).build();
        assertIds(ids, new int[]{0, 1, 2, 2, 4, 5, 5, 7}, new int[]{0, 1, 2, 2, 4, 5, 5, 7},
                new int[]{0, 1, 2, 3, 4, 5, 6, 7});
    }

    @Test
    void paddingLeavesHoles() {
        MRopePositions ids = maxPlusOne().text(1).image(2, 4).build();
        boolean[] attended = {false, false, true, true, true};
        assertArrayEquals(new int[]{1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 1, 1, 0, 1, 2}, ids.ids(3, attended, PadFill.ONE));
        assertArrayEquals(new int[]{0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 2}, ids.ids(3, attended, PadFill.ZERO));
        assertEquals(0, ids.delta(3));
        assertEquals(-2, ids.delta(5), "an engine that counts padding");
        assertThrows(IllegalArgumentException.class, () -> ids.ids(3, new boolean[]{true, true}, PadFill.ONE));
    }

    /** ggml: four blocks, the last one nothing. */
    @Test
    void aFourthAxisIsZero() {
        MRopePositions ids = maxPlusOne().text(1).image(2, 4).build();
        assertArrayEquals(new int[]{0, 1, 1, 0, 1, 1, 0, 1, 2, 0, 0, 0}, ids.ids(4));
        boolean[] attended = {true, false, true, true};
        assertArrayEquals(new int[]{0, 1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 2, 0, 0, 0, 0},
                ids.ids(4, attended, PadFill.ONE));
    }

    /** Any sequence, token by token from the definition, written the other way round: from a token to its coordinates. */
    @Test
    void randomSequences() {
        SeededCases.run(MRopePositionsTest.class, 50, random -> {
            MRopeAdvance rule = MRopeAdvance.values()[random.nextInt(2)];
            int merge = 1 + random.nextInt(3);
            MRopePositionsBuilder builder = MRopePositions.builder(rule, merge);
            List<int[]> wanted = new ArrayList<>();
            int next = 0;
            for (int part = random.nextInt(8); part >= 0; part--) {
                int h = 1 + random.nextInt(12);
                int w = 1 + random.nextInt(12);
                int frames = random.nextInt(5);
                int step = 1 + random.nextInt(4);
                if (frames == 0) {
                    builder.text(h);
                    for (int i = 0; i < h; i++) {
                        wanted.add(new int[]{next, next, next});
                        next++;
                    }
                } else {
                    builder.video(frames, h * merge, w * merge, step, 1);
                    int start = next;
                    for (int i = 0; i < frames * h * w; i++) {
                        int time = start + i / (h * w) * step;
                        wanted.add(new int[]{time, start + i / w % h, start + i % w});
                        next = Math.max(next, rule == MRopeAdvance.EXTENT
                                ? start + Math.max(h, w)
                                : 1 + Math.max(time, start + Math.max(h, w) - 1));
                    }
                }
            }
            assertIds(builder.build(), axis(wanted, 0), axis(wanted, 1), axis(wanted, 2));
        });
    }

    private static int[] axis(List<int[]> ids, int axis) {
        return ids.stream().mapToInt(id -> id[axis]).toArray();
    }

    @Test
    void refusals() {
        List<Executable> calls = List.of(
                () -> MRopePositions.builder(MRopeAdvance.EXTENT, 0),
                () -> maxPlusOne().text(-1), () -> maxPlusOne().text(Integer.MAX_VALUE).text(2),
                () -> maxPlusOne().image(0, 2), () -> maxPlusOne().image(2, 3), () -> maxPlusOne().image(-2, 2),
                () -> maxPlusOne().video(0, 2, 2), () -> maxPlusOne().video(2, 2, 2, 0, 1),
                () -> maxPlusOne().video(2, 2, 2, 1, Double.NaN), () -> maxPlusOne().video(2, 2, 2, 1, 1e9),
                () -> maxPlusOne().video(1 << 20, 1 << 10, 1 << 10),
                () -> maxPlusOne().video(1 << 20, 2, 2, 1e6, 1e6),
                () -> maxPlusOne().timestampedVideo(2, 2, 1, -1),
                () -> maxPlusOne().build().ids(2), () -> maxPlusOne().build().ids(5));
        for (int i = 0; i < calls.size(); i++) {
            assertThrows(IllegalArgumentException.class, calls.get(i), "call " + i);
        }
    }
}
