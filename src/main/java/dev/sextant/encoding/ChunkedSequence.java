package dev.sextant.encoding;

import java.util.Objects;

/**
 * A long sequence cut into chunks that a model can take, each beginning with the last {@code overlap} tokens of the one before. Immutable.
 *
 * @param tokens tokens of the sequence, at least 0
 * @param size tokens of a chunk, at least 1; the last one may be shorter
 * @param overlap tokens shared by neighbours, less than {@code size}
 */
public record ChunkedSequence(int tokens, int size, int overlap) {

    /** How the positions of a chunk are numbered. */
    public enum Numbering {
        /** As in the whole sequence. */
        GLOBAL,
        /** From 0 in every chunk. */
        RESTART,
        /** As in the whole sequence, but at most {@code size - 1}: what lies farther stays at the last position. */
        CLAMP
    }

    /** Refuses a cut that does not get ahead. */
    public ChunkedSequence {
        if (tokens < 0 || size < 1 || overlap < 0 || overlap >= size) {
            throw new IllegalArgumentException("tokens, size, overlap: got " + tokens + ", " + size + ", " + overlap
                    + ", wanted at least 0, at least 1, and an overlap below the size");
        }
    }

    /** Number of chunks. */
    public int chunks() {
        return tokens <= size ? tokens == 0 ? 0 : 1 : 1 + Math.ceilDiv(tokens - size, size - overlap);
    }

    /** First token of chunk {@code chunk}. */
    public int begin(int chunk) {
        Objects.checkIndex(chunk, chunks());
        return chunk * (size - overlap);
    }

    /** One past the last token of chunk {@code chunk}. */
    public int end(int chunk) {
        return (int) Math.min(tokens, (long) begin(chunk) + size);
    }

    /** Position ids of one chunk. */
    public int[] ids(int chunk, Numbering numbering) {
        int begin = begin(chunk);
        int[] ids = new int[end(chunk) - begin];
        for (int t = 0; t < ids.length; t++) {
            ids[t] = switch (numbering) {
                case GLOBAL -> begin + t;
                case RESTART -> t;
                case CLAMP -> Math.min(begin + t, size - 1);
            };
        }
        return ids;
    }
}
