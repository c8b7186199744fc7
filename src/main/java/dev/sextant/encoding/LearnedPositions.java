package dev.sextant.encoding;

import java.util.Arrays;
import java.util.Objects;

/**
 * Which row of a learned table belongs to a position, as data: families differ in the first row they use, in what padding reads and
 * in what happens to a text that is too long. A real token at position {@code p} reads row {@code firstRow + p}. Immutable.
 *
 * @param rows rows of the table, at least 1, at most 2^31 - 1
 * @param firstRow row of position 0; a text has at most {@code rows - firstRow} positions
 * @param paddingRow row that padding reads, {@link #COUNTED} where padding takes positions like any token, or
 *     {@link PositionIds#NO_POSITION} where nothing is added to it
 * @param tooLong what becomes of positions beyond the last row
 */
public record LearnedPositions(int rows, int firstRow, int paddingRow, TooLong tooLong) {

    /** Padding is counted like any token. */
    public static final int COUNTED = -1;

    /** Refuses rows that do not fit together. */
    public LearnedPositions {
        Objects.requireNonNull(tooLong, "tooLong");
        if (rows < 1 || firstRow < 0 || firstRow >= rows) {
            throw new IllegalArgumentException(
                    "rows, first row: got " + rows + ", " + firstRow + ", wanted 0 <= first row < rows");
        }
        if (paddingRow != COUNTED && paddingRow != PositionIds.NO_POSITION && (paddingRow < 0 || paddingRow >= rows)) {
            throw new IllegalArgumentException("padding row: got " + paddingRow + ", wanted one of " + rows
                    + " rows, COUNTED or NO_POSITION");
        }
    }

    /** BERT, GPT-2, ViT, Blenderbot, LED: position {@code p} reads row {@code p}; padding is counted. */
    public static LearnedPositions bert(int positions) {
        return new LearnedPositions(positions, 0, COUNTED, TooLong.ERROR);
    }

    /** BART, mBART, PLBart, MVP: two rows before position 0; padding is counted. Source: BartLearnedPositionalEmbedding. */
    public static LearnedPositions bart(int positions) {
        return new LearnedPositions(Math.addExact(positions, 2), 2, COUNTED, TooLong.ERROR);
    }

    /**
     * OPT: two rows before position 0, of which padding reads the second ({@code cumsum(mask) * mask - 1 + 2}). Source:
     * OPTLearnedPositionalEmbedding.
     */
    public static LearnedPositions opt(int positions) {
        return new LearnedPositions(Math.addExact(positions, 2), 2, 1, TooLong.ERROR);
    }

    /**
     * RoBERTa, XLM-R, CamemBERT, LUKE, Longformer, and fairseq's learned table: padding reads row {@code paddingId}, the first real token
     * the row after it. A table of 514 rows therefore has 512 positions. Source: RobertaEmbeddings.
     *
     * @param rows rows of the table, "max_position_embeddings"
     * @param paddingId "pad_token_id", usually 1
     */
    public static LearnedPositions roberta(int rows, int paddingId) {
        return new LearnedPositions(rows, Math.addExact(paddingId, 1), paddingId, TooLong.ERROR);
    }

    /**
     * ProphetNet: rows as in RoBERTa, positions beyond the last row read the last. Source: ProphetNetPositionalEmbeddings given a mask; the
     * model itself gives it none, so that there padding is counted.
     */
    public static LearnedPositions prophetNet(int rows, int paddingId) {
        return roberta(rows, paddingId).tooLong(TooLong.CLAMP);
    }

    /** The same rows with another choice for what is too long. */
    public LearnedPositions tooLong(TooLong choice) {
        return new LearnedPositions(rows, firstRow, paddingRow, choice);
    }

    /** Absolute, at the embeddings, all numbers learned, and it ends with its last row. */
    public Traits traits() {
        return new Traits(Traits.Place.EMBEDDINGS, false, "a row a position", Traits.Reach.ENDS);
    }

    /** Positions of the longest text: rows less the first one, not rows. */
    public int positions() {
        return rows - firstRow;
    }

    /**
     * The row of a real token at {@code position}.
     *
     * @throws IndexOutOfBoundsException below 0, or too long and not to be clamped
     */
    public int row(long position) {
        if (position >= 0 && (position < positions() || tooLong == TooLong.CLAMP)) {
            return (int) (Math.min(position, positions() - 1) + firstRow);
        }
        throw new IndexOutOfBoundsException("position: got " + position + ", wanted 0 to " + (positions() - 1) + " ("
                + rows + " rows, the first one used is " + firstRow + ")");
    }

    /**
     * Rows of a padded batch. Where padding has a row of its own, a real token has as many positions before it as there are real tokens
     * before it, whichever side the padding is on.
     *
     * @param attended {@code [batches, tokens]}, false for padding
     * @param tokens slots of one sequence, a divisor of the mask's length
     * @param past positions of every sequence that are already in the cache, at least 0
     * @return {@code [batches, tokens]}
     * @throws IndexOutOfBoundsException naming token, position and bound
     */
    public int[] rows(boolean[] attended, int tokens, long past) {
        if (past < 0) {
            throw new IllegalArgumentException("past: got " + past + ", wanted at least 0");
        }
        boolean[] real = attended;
        if (paddingRow == COUNTED) {
            real = new boolean[attended.length];
            Arrays.fill(real, true);
        }
        int[] places = PositionIds.fromMask(real, tokens, PadFill.NONE);
        for (int i = 0; i < places.length; i++) {
            places[i] = places[i] == PositionIds.NO_POSITION ? paddingRow : checked(i, past, places[i]);
        }
        return places;
    }

    private int checked(int token, long past, int place) {
        if (tooLong != TooLong.CLAMP && past > positions() - 1L - place) {
            throw new IndexOutOfBoundsException("position of token " + token + ": got " + past + " + " + place
                    + ", wanted at most " + (positions() - 1) + " (" + rows + " rows, the first one used is " + firstRow
                    + ")");
        }
        return row(Math.min(past, Integer.MAX_VALUE) + place);
    }

    /**
     * These rules for texts of {@code length}: the same where they are short enough or clamped, more rows where the choice is
     * {@link TooLong#RESIZE}.
     *
     * @throws IllegalArgumentException too long and the choice is {@link TooLong#ERROR}
     */
    public LearnedPositions forLength(int length) {
        if (length < 1) {
            throw new IllegalArgumentException("length: got " + length + ", wanted at least 1");
        }
        if (length <= positions() || tooLong == TooLong.CLAMP) {
            return this;
        }
        if (tooLong == TooLong.ERROR) {
            throw new IllegalArgumentException("length: got " + length + ", wanted at most " + positions()
                    + " positions, or a choice of CLAMP or RESIZE");
        }
        return new LearnedPositions(Math.addExact(firstRow, length), firstRow, paddingRow, tooLong);
    }

    /**
     * The table that goes with {@link #forLength}: the same array, or a new one whose rows before {@link #firstRow} are kept and whose
     * others are stretched by linear interpolation, half-pixel centres.
     *
     * @param table {@code [rows, dim]}
     */
    public float[] table(float[] table, int dim, int length) {
        LearnedPositions longer = forLength(length);
        return longer.rows == rows ? table : TableResize.linear().rows(table, dim, firstRow, length);
    }
}
