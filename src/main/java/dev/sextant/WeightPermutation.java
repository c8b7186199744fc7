package dev.sextant;

import dev.sextant.encoding.PairLayout;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * Moves the rows of query and key projections from one pair layout to the other, so that a checkpoint written for half-split
 * rotation can be run interleaved and the other way round. Scores do not change when queries and keys are both moved; values and
 * the output projection stay.
 *
 * <pre>{@code
 * var q = WeightPermutation.of(32, 128, PairLayout.HALF_SPLIT, PairLayout.INTERLEAVED);
 * var k = WeightPermutation.of(8, 128, PairLayout.HALF_SPLIT, PairLayout.INTERLEAVED); // grouped heads: fewer
 * q.permute(qWeight, 4096 * 2); // [32 * 128, 4096] of 16 bits: rows of 8192 bytes
 * k.permute(kBias, 2);          // [8 * 128]: rows of one element
 * }</pre>
 *
 * <p>What has to move: weights, their biases, and norms over whole heads (one head of rows of one element, or all heads where the norm
 * spans them). This is what llama.cpp's converter does to Hugging Face Llama (half-split to interleaved), and the inverse to GLM. Files of
 * Meta's Llama are interleaved, those of Hugging Face half-split: a file does not say, so both layouts are always stated.
 *
 * <p>A row is moved as bytes, so its type does not matter as long as rows are whole: of packed types, {@link #rowBytes(long, int, int)} refuses
 * rows that end inside a block. Scales kept beside the weights are rows too and move with them; where one scale covers several rows,
 * permute before quantising. Immutable and thread-safe.
 *
 * @param heads heads of the projection: query heads for queries, kv heads for keys
 * @param headDim rows of a head
 * @param rotaryOffset first rotated row of a head
 * @param rotaryDim rotated rows, even; the others stay where they are
 * @param headStride rows from one head to the next: {@code headDim}, or more where a fused projection has others between
 * @param from layout of the rows as they are
 * @param to layout of the rows as they are wanted
 */
public record WeightPermutation(int heads, int headDim, int rotaryOffset, int rotaryDim, int headStride,
        PairLayout from, PairLayout to) {

    /** Refuses shapes that do not fit and layouts that weights do not have. */
    public WeightPermutation {
        weights("from", from);
        weights("to", to);
        if (heads < 1 || headDim < 2) {
            throw Checks.wanted("heads, head dim", heads + ", " + headDim, "at least 1 and 2");
        }
        if (rotaryDim < 2 || rotaryDim % 2 != 0 || rotaryOffset < 0 || rotaryDim > headDim - rotaryOffset) {
            throw Checks.wanted("rotary dim", rotaryDim + " from row " + rotaryOffset,
                    "an even number of rows inside a head of " + headDim);
        }
        if (headStride < headDim) {
            throw Checks.wanted("head stride", headStride, "at least the head dim of " + headDim);
        }
    }

    private static void weights(String what, PairLayout layout) {
        Objects.requireNonNull(layout, what);
        if (layout != PairLayout.HALF_SPLIT && layout != PairLayout.INTERLEAVED) {
            throw Checks.wanted(what + " layout", layout,
                    "HALF_SPLIT or INTERLEAVED; weights of models that read interleaved lie interleaved");
        }
    }

    /** Heads that lie one after the other and rotate whole. */
    public static WeightPermutation of(int heads, int headDim, PairLayout from, PairLayout to) {
        return new WeightPermutation(heads, headDim, 0, headDim, headDim, from, to);
    }

    /** Heads that lie one after the other, of which only {@code rotaryDim} rows from {@code rotaryOffset} on rotate. */
    public static WeightPermutation of(int heads, int headDim, int rotaryOffset, int rotaryDim, PairLayout from,
            PairLayout to) {
        return new WeightPermutation(heads, headDim, rotaryOffset, rotaryDim, headDim, from, to);
    }

    /** The same heads, {@code rows} rows from one to the next. */
    public WeightPermutation headStride(int rows) {
        return new WeightPermutation(heads, headDim, rotaryOffset, rotaryDim, rows, from, to);
    }

    /** The way back. */
    public WeightPermutation inverse() {
        return new WeightPermutation(heads, headDim, rotaryOffset, rotaryDim, headStride, to, from);
    }

    /**
     * Bytes of a row of packed or plain elements.
     *
     * @param columns elements of a row: the width of the model; 1 for a bias or a norm
     * @param blockElements elements that are stored together, 1 for plain types (32 for GGUF's Q8_0)
     * @param blockBytes bytes of such a block (2 for 16-bit types, 34 for Q8_0)
     * @throws IllegalArgumentException when a row is not a whole number of blocks
     */
    public static long rowBytes(long columns, int blockElements, int blockBytes) {
        if (columns < 1 || blockElements < 1 || blockBytes < 1) {
            throw Checks.wanted("columns, block elements, block bytes",
                    columns + ", " + blockElements + ", " + blockBytes, "at least 1");
        }
        if (columns % blockElements != 0) {
            throw Checks.wanted("columns", columns, "whole blocks of " + blockElements
                    + ": a packed row that shares a block with its neighbour cannot move, permute before quantising");
        }
        return Overlap.exactMultiply(columns / blockElements, blockBytes);
    }

    /** The row of the source that becomes row {@code row} of the result, both counted inside one head. */
    public int source(int row) {
        Objects.checkIndex(row, headDim);
        int i = row - rotaryOffset;
        if (from == to || i < 0 || i >= rotaryDim) {
            return row;
        }
        int half = rotaryDim / 2;
        boolean interleave = to == PairLayout.INTERLEAVED;
        return rotaryOffset + (interleave ? i / 2 + i % 2 * half : i < half ? 2 * i : 2 * (i - half) + 1);
    }

    /**
     * Moves the rows in place, keeping one row aside.
     *
     * @param weight all rows of all heads, on or off heap, nothing else
     * @param rowBytes bytes of a row
     */
    public void permute(MemorySegment weight, long rowBytes) {
        checkSize("weight", weight, rowBytes);
        checkWritable("weight", weight);
        if (rowBytes > Integer.MAX_VALUE - 8) {
            throw Checks.wanted("row bytes", rowBytes, "at most " + (Integer.MAX_VALUE - 8) + " in place");
        }
        MemorySegment aside = MemorySegment.ofArray(new byte[(int) rowBytes]);
        for (int first = rotaryOffset; first < rotaryOffset + rotaryDim; first++) {
            if (source(first) != first && leads(first)) {
                for (int h = 0; h < heads; h++) {
                    turn(weight, (long) h * headStride, first, rowBytes, aside);
                }
            }
        }
    }

    /** Whether {@code first} is the least row of its cycle: then the cycle has not been turned yet. */
    private boolean leads(int first) {
        int row = source(first);
        while (row > first) {
            row = source(row);
        }
        return row == first;
    }

    private void turn(MemorySegment weight, long head, int first, long rowBytes, MemorySegment aside) {
        MemorySegment.copy(weight, (head + first) * rowBytes, aside, 0, rowBytes);
        int row = first;
        for (int next = source(row); next != first; next = source(row)) {
            MemorySegment.copy(weight, (head + next) * rowBytes, weight, (head + row) * rowBytes, rowBytes);
            row = next;
        }
        MemorySegment.copy(aside, 0, weight, (head + row) * rowBytes, rowBytes);
    }

    /**
     * Copies the rows of all heads to their new places. Rows between heads are not touched.
     *
     * @param weight all rows of all heads, only read
     * @param result as large, disjoint from {@code weight}
     * @param rowBytes bytes of a row
     */
    public void permute(MemorySegment weight, MemorySegment result, long rowBytes) {
        checkSize("weight", weight, rowBytes);
        checkSize("result", result, rowBytes);
        checkWritable("result", result);
        Overlap.refuse("weight", weight, 0, weight.byteSize(), "result", result, 0, result.byteSize());
        for (int h = 0; h < heads; h++) {
            long head = (long) h * headStride;
            for (int row = 0; row < headDim; row++) {
                MemorySegment.copy(weight, (head + source(row)) * rowBytes, result, (head + row) * rowBytes, rowBytes);
            }
        }
    }

    /** Exact where heads are dense, so that the head count of queries is not used for keys. */
    private void checkSize(String what, MemorySegment memory, long rowBytes) {
        if (rowBytes < 1) {
            throw Checks.wanted("row bytes", rowBytes, "at least 1");
        }
        long least = Overlap.exactMultiply((heads - 1L) * headStride + headDim, rowBytes);
        long most = Overlap.exactMultiply((long) heads * headStride, rowBytes);
        if (memory.byteSize() < least || memory.byteSize() > most) {
            throw Checks.wanted(what, memory.byteSize() + " bytes", (least == most ? "" : least + " to ") + most + ": "
                    + heads + " heads of " + headDim + " rows, " + headStride + " from one to the next, of " + rowBytes
                    + " bytes");
        }
    }

    private static void checkWritable(String what, MemorySegment memory) {
        if (memory.isReadOnly()) {
            throw Checks.wanted(what, "a read-only segment", "one that may be written");
        }
    }
}
