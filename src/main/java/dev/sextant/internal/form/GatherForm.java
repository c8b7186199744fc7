package dev.sextant.internal.form;

import dev.sextant.tensor.DType;
import dev.sextant.tensor.Positions;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;

/**
 * The canonical form of every learned absolute encoding: rows of tables gathered and merged into the rows of a tensor, in the
 * order of the list.
 *
 * @param dim columns of the output
 * @param dtype element type of input and output
 * @param input whether there is an input; without one every column starts at 0
 * @param scale multiplies the input
 * @param sources the tables
 */
public record GatherForm(int dim, DType dtype, boolean input, float scale, List<GatherSource> sources) {

    /** Bytes of one entry of {@link #resolve}. */
    public static final int PICK_BYTES = 8;

    /** Keeps a list of its own. */
    public GatherForm { sources = List.copyOf(sources); }

    /**
     * Turns the ids of rows {@code [first, first + count)} into row numbers and scales, {@code [count][sources]} of (int32 row, float32
     * scale); row -1 is none.
     *
     * @param tokens rows of a batch entry
     * @param ids one for each source
     */
    public void resolve(Positions[] ids, long tokens, long first, int count, MemorySegment picks) {
        for (int s = 0; s < sources.size(); s++) {
            GatherSource source = sources.get(s);
            Positions of = ids[s];
            switch (of.kind()) {
                case I32 -> {
                    MemorySegment memory = Objects.requireNonNull(of.ids());
                    for (int i = 0; i < count; i++) {
                        long at = index(of, tokens, first + i);
                        pick(source, s, i, memory.get(ValueLayout.JAVA_INT_UNALIGNED, at * Integer.BYTES), picks);
                    }
                }
                case I64 -> {
                    MemorySegment memory = Objects.requireNonNull(of.ids());
                    for (int i = 0; i < count; i++) {
                        long at = index(of, tokens, first + i);
                        pick(source, s, i, memory.get(ValueLayout.JAVA_LONG_UNALIGNED, at * Long.BYTES), picks);
                    }
                }
                default -> {
                    for (int i = 0; i < count; i++) {
                        pick(source, s, i, of.at(0, 0, (first + i) % tokens), picks);
                    }
                }
            }
        }
    }

    private static long index(Positions ids, long tokens, long row) {
        return ids.origin() + row / tokens * ids.batchStride() + row % tokens * ids.tokenStride();
    }

    private void pick(GatherSource source, int s, int i, long id, MemorySegment picks) {
        int row = source.row(id);
        long scale = (long) Float.floatToRawIntBits(source.scale(row)) << 32;
        picks.set(ValueLayout.JAVA_LONG_UNALIGNED, PICK_BYTES * ((long) i * sources.size() + s),
                scale | row & 0xffffffffL);
    }
}
