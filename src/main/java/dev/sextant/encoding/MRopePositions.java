package dev.sextant.encoding;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The position ids of one sequence of text, images and videos in M-RoPE: three coordinates a token, time, height and width.
 * Made by a {@link MRopePositionsBuilder}. Immutable. Source: Wang et al., Qwen2-VL, arXiv:2409.12191, section 2.1.
 */
public final class MRopePositions {

    private static final int AXES = 3;

    private final int[][] rows;
    private final int tokens;
    private final long next;

    MRopePositions(int[][] rows, int tokens) {
        this.tokens = tokens;
        this.rows = new int[AXES][];
        long greatest = -1;
        for (int axis = 0; axis < AXES; axis++) {
            this.rows[axis] = Arrays.copyOf(rows[axis], tokens);
            for (int id : this.rows[axis]) {
                greatest = Math.max(greatest, id);
            }
        }
        this.next = greatest + 1;
    }

    /**
     * Starts a sequence.
     *
     * @param advance where text goes on after images and videos
     * @param spatialMerge patches along each side that become one token ("spatial_merge_size", 2 in the Qwen family); 1 for grids
     *     that are stated in tokens
     */
    public static MRopePositionsBuilder builder(MRopeAdvance advance, int spatialMerge) {
        return new MRopePositionsBuilder(advance, spatialMerge);
    }

    /** Tokens of the sequence. */
    public int tokens() {
        return tokens;
    }

    /** Id of a token on axis 0 (time), 1 (height) or 2 (width). */
    public int id(int axis, int token) {
        return rows[axis][token];
    }

    /**
     * All ids, axis after axis: {@code [axes][tokens]}, as frameworks pass them and {@code Positions.axes(axes, ids)} takes them.
     *
     * @param axes 3 (time, height, width), or 4 for ggml, whose fourth is 0
     */
    public int[] ids(int axes) {
        return padded(axes, tokens, null, PadFill.ZERO);
    }

    /**
     * The same for a padded sequence: {@code [axes][attended.length]}.
     *
     * @param attended false for padding; as many are true as there are tokens
     * @param fill id of padding on every axis (transformers 4 has 1 here, transformers 5 has 0)
     */
    public int[] ids(int axes, boolean[] attended, PadFill fill) {
        int count = 0;
        for (boolean each : attended) {
            count += each ? 1 : 0;
        }
        if (count != tokens) {
            throw new IllegalArgumentException(
                    "attended slots: got " + count + ", wanted " + tokens + ", the tokens of the sequence");
        }
        return padded(axes, attended.length, attended, fill);
    }

    private int[] padded(int axes, int slots, boolean @Nullable [] attended, PadFill fill) {
        if (axes != AXES && axes != AXES + 1) {
            throw new IllegalArgumentException("axes: got " + axes + ", wanted 3, or 4 for ggml");
        }
        if ((long) axes * slots > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "axes x tokens: got " + axes + " x " + slots + ", wanted at most " + Integer.MAX_VALUE);
        }
        int[] ids = new int[axes * slots];
        for (int axis = 0; axis < AXES; axis++) {
            int token = 0;
            for (int slot = 0; slot < slots; slot++) {
                boolean real = attended == null || attended[slot];
                ids[axis * slots + slot] = real ? rows[axis][token++] : fill.position();
            }
        }
        return ids;
    }

    /** One past the largest id on any axis: where decoding begins, on all axes. */
    public long next() {
        return next;
    }

    /**
     * What is added to the number of cached slots to get the position of the next token: {@code next() - slots}, usually negative,
     * since an image takes more tokens than positions ("rope_deltas", "mrope_position_delta").
     *
     * @param slots what the engine counts: {@link #tokens()}, or the padded length where padding is counted too, as transformers 4 does
     */
    public long delta(long slots) {
        return next - slots;
    }
}
