package dev.sextant.encoding;

/**
 * Where text goes on after an image or a video in M-RoPE. Two rules are published, for the same checkpoints; they agree unless a video
 * lasts longer than it is wide or high. Prompt and cache must use one of them throughout.
 *
 * <p>Each also stands for the float32 order in which its implementation turns frames into time: with a rate that is not a power of two
 * the two can differ by one.
 */
public enum MRopeAdvance {
    /**
     * One past the largest id of the block on any axis: the text of Qwen2-VL (arXiv:2409.12191, section 2.1), transformers up to 4.57,
     * vLLM.
     */
    MAX_PLUS_ONE {
        @Override
        long time(int frame, double tokensPerSecond, double secondsPerFrame) {
            return (long) (frame * (float) secondsPerFrame * (float) tokensPerSecond);
        }

        @Override
        long after(long start, long lastTime, int rows, int columns) {
            return Math.max(lastTime, start + Math.max(rows, columns) - 1) + 1;
        }
    },
    /** The larger of rows and columns, whatever the time: transformers 5 (read in 5.18). */
    EXTENT {
        @Override
        long time(int frame, double tokensPerSecond, double secondsPerFrame) {
            return (long) (frame * ((float) tokensPerSecond * (float) secondsPerFrame));
        }

        @Override
        long after(long start, long lastTime, int rows, int columns) {
            return start + Math.max(rows, columns);
        }
    };

    /** Ids from the first frame of a video to frame {@code frame}. */
    abstract long time(int frame, double tokensPerSecond, double secondsPerFrame);

    /** The position of what follows a block that begins at {@code start} and whose last frame has time {@code lastTime}. */
    abstract long after(long start, long lastTime, int rows, int columns);
}
