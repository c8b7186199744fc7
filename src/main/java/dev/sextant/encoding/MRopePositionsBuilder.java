package dev.sextant.encoding;

import java.util.Arrays;
import java.util.Objects;

/**
 * Puts a sequence of text, images and videos together, in the order of its tokens. Grids are stated as the image processor gives
 * them ("image_grid_thw", "video_grid_thw"): in patches, before {@code spatialMerge} of them along each side become one token.
 * Not thread-safe. Errors are {@link IllegalArgumentException}.
 */
public final class MRopePositionsBuilder {

    private final MRopeAdvance advance;
    private final int spatialMerge;
    private final int[][] rows = new int[3][64];
    private int tokens;
    private long next;

    MRopePositionsBuilder(MRopeAdvance advance, int spatialMerge) {
        this.advance = Objects.requireNonNull(advance, "advance");
        this.spatialMerge = spatialMerge;
        if (spatialMerge < 1) {
            throw new IllegalArgumentException("spatial merge: got " + spatialMerge + ", wanted at least 1");
        }
    }

    /** A run of text tokens, those that open and close images included: all axes count on. */
    public MRopePositionsBuilder text(int count) {
        if (count < 0) {
            throw new IllegalArgumentException("text tokens: got " + count + ", wanted at least 0");
        }
        room(count, next + count);
        for (int i = 0; i < count; i++) {
            add(next + i, next + i, next + i);
        }
        next += count;
        return this;
    }

    /** An image of {@code height x width} patches: time stands still, rows and columns count from the position of its start. */
    public MRopePositionsBuilder image(int height, int width) {
        return video(1, height, width);
    }

    /** A video of which each temporal patch is one step later, whatever its rate (Qwen2-VL). */
    public MRopePositionsBuilder video(int frames, int height, int width) {
        return video(frames, height, width, 1, 1);
    }

    /**
     * A video whose time runs by the clock (Qwen2.5-VL): temporal patch {@code k} is
     * {@code floor(k * tokensPerSecond * secondsPerFrame)} steps after the first. Fractions of a second count in full; transformers
     * 4.57 cut {@code secondsPerFrame} to an integer first, so that a fast video stood still.
     *
     * @param frames temporal patches (the grid's first number)
     * @param height patches of a frame from top to bottom
     * @param width patches of a frame from left to right
     * @param tokensPerSecond the configuration's "tokens_per_second" (2 in Qwen2.5-VL)
     * @param secondsPerFrame seconds of one temporal patch ("second_per_grid_ts")
     */
    public MRopePositionsBuilder video(int frames, int height, int width, double tokensPerSecond,
            double secondsPerFrame) {
        if (frames < 1) {
            throw new IllegalArgumentException("frames: got " + frames + ", wanted at least 1");
        }
        int tall = merged("height", height);
        int wide = merged("width", width);
        if (!(tokensPerSecond > 0 && secondsPerFrame > 0 && tokensPerSecond <= 1e6 && secondsPerFrame <= 1e6)) {
            throw new IllegalArgumentException("tokens per second, seconds per frame: got " + tokensPerSecond + ", "
                    + secondsPerFrame + ", wanted numbers above 0, at most 1000000");
        }
        long start = next;
        // cut to what is refused below, so that the sum cannot wrap
        long duration = Math.min(advance.time(frames - 1, tokensPerSecond, secondsPerFrame), 1L << 32);
        long lastTime = start + duration;
        if ((long) tall * wide > Integer.MAX_VALUE / frames) {
            throw new IllegalArgumentException("tokens of the grid: got " + frames + " x " + tall + " x " + wide
                    + ", wanted at most " + Integer.MAX_VALUE);
        }
        room(frames * tall * wide, Math.max(lastTime, start + Math.max(tall, wide)));
        for (int k = 0; k < frames; k++) {
            long time = start + advance.time(k, tokensPerSecond, secondsPerFrame);
            for (int y = 0; y < tall; y++) {
                for (int x = 0; x < wide; x++) {
                    add(time, start + y, start + x);
                }
            }
        }
        next = advance.after(start, lastTime, tall, wide);
        return this;
    }

    /**
     * A video whose frames follow their timestamps in the text (Qwen3-VL, Qwen3.5): for each frame the text before it, then an image,
     * so time does not run inside a frame.
     *
     * @param height patches of a frame from top to bottom
     * @param width patches of a frame from left to right
     * @param textBefore text tokens before each frame, one number a frame: its timestamp, what closes the frame before, what
     *     opens this one
     */
    public MRopePositionsBuilder timestampedVideo(int height, int width, int... textBefore) {
        for (int count : textBefore) {
            text(count);
            image(height, width);
        }
        return this;
    }

    /** The ids of what was put together so far. */
    public MRopePositions build() {
        return new MRopePositions(rows, tokens);
    }

    private int merged(String what, int patches) {
        if (patches < 1 || patches % spatialMerge != 0) {
            throw new IllegalArgumentException(
                    what + ": got " + patches + " patches, wanted a multiple of the spatial merge of " + spatialMerge);
        }
        return patches / spatialMerge;
    }

    private void room(int count, long end) {
        if (end > Integer.MAX_VALUE || count > Integer.MAX_VALUE - 8 - tokens) {
            throw new IllegalArgumentException("ids, tokens: got " + end + ", " + ((long) tokens + count)
                    + ", wanted at most " + Integer.MAX_VALUE);
        }
        if (tokens + count > rows[0].length) {
            int length = (int) Math.min(Integer.MAX_VALUE - 8, Math.max(2L * rows[0].length, tokens + count));
            for (int axis = 0; axis < rows.length; axis++) {
                rows[axis] = Arrays.copyOf(rows[axis], length);
            }
        }
    }

    private void add(long time, long height, long width) {
        rows[0][tokens] = (int) time;
        rows[1][tokens] = (int) height;
        rows[2][tokens] = (int) width;
        tokens++;
    }
}
