package dev.sextant.internal.form;

import dev.sextant.encoding.BlockList;
import dev.sextant.encoding.Structure;
import org.jspecify.annotations.Nullable;

/**
 * The canonical form of a structure. Of each row it keeps at most two intervals of keys, {@code [0, head)} and {@code [from, to)}, by which
 * whole tiles are skipped; what is left is asked of single keys ({@link #elementwise}). Keys of the query's own block may lie
 * outside both.
 *
 * @param causal {@code j <= p}
 * @param left keys before {@code p}, -1 for all
 * @param right keys after {@code p}, -1 for all
 * @param chunk positions of a chunk, 0 for none
 * @param dilation step between keys of the second interval, 1 for none
 * @param keepFirst keys kept at the start, as far as causality allows
 * @param prefix whether sequences have a prefix
 * @param documents whether queries and keys have document ids
 * @param blocks whether queries and keys have block ids
 * @param mask whether a mask comes with each call
 * @param blockList blocks of keys that each block of queries may see, null for all
 */
public record StructureForm(boolean causal, long left, long right, long chunk, long dilation, long keepFirst,
        boolean prefix, boolean documents, boolean blocks, boolean mask, @Nullable BlockList blockList) {

    /** Compiles a definition. */
    public static StructureForm of(Structure s) {
        return new StructureForm(s.isCausal(), far(s.left()), far(s.right()), far(s.chunk()), far(s.dilation()),
                far(s.keepFirst()), s.hasPrefix(), s.hasDocuments(), s.hasBlocks(), s.hasMask(), s.blocks());
    }

    /** Sizes beyond all positions mean the same as this one, which adds up without overflow. */
    private static long far(long size) {
        return Math.min(size, 1L << 40);
    }

    /** End of the first interval, which begins at key 0, for position {@code p} of a sequence of {@code keys}. */
    public long head(long p, long prefixLength, long keys) {
        long kept = causal ? Math.min(keepFirst, p + 1) : keepFirst;
        return Math.clamp(Math.max(kept, prefix ? prefixLength : 0), 0, keys);
    }

    /** Start of the second interval. */
    public long from(long p, long keys) {
        long from = left < 0 ? 0 : p - left;
        if (chunk > 0) {
            from = Math.max(from, Math.floorDiv(p, chunk) * chunk);
        }
        return Math.clamp(from, 0, keys);
    }

    /** End of the second interval, no less than its start. */
    public long to(long p, long keys) {
        long last = causal ? p : keys - 1;
        if (right >= 0) {
            last = Math.min(last, p + right);
        }
        if (chunk > 0) {
            last = Math.min(last, Math.floorDiv(p, chunk) * chunk + chunk - 1);
        }
        return Math.clamp(last + 1, from(p, keys), keys);
    }

    /** Whether something is asked of single keys beyond the intervals. */
    public boolean elementwise() {
        return dilation > 1 || documents || blocks || mask || blockList != null;
    }

    /** Whether position, window, chunk, dilation, kept keys and prefix show key {@code j} to position {@code p}. */
    public boolean shows(long p, long j, long prefixLength, long keys) {
        return j < head(p, prefixLength, keys)
                || j >= from(p, keys) && j < to(p, keys) && (p - j) % dilation == 0;
    }

    /** Whether the block list shows key {@code j} to query row {@code i}, both inside its blocks. */
    public boolean listed(long i, long j) {
        return blockList == null
                || blockList.keeps((int) (i / blockList.queryBlock()), (int) (j / blockList.keyBlock()));
    }
}
