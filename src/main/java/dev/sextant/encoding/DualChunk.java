package dev.sextant.encoding;

import java.util.Objects;

/**
 * Dual chunk attention: the text is cut into chunks of {@code chunkSize - localSize} tokens. Keys have their place in their chunk, once
 * for all views, so a cache holds them rotated; a query has one position for keys of its own chunk, one for the chunk before, one
 * for all earlier ones. No distance exceeds {@code chunkSize}. Source: An et al., Training-Free Long-Context Scaling of Large
 * Language Models, arXiv:2402.17463, section 3; Qwen2.5-1M, arXiv:2501.15383 (262144, 8192); vLLM's dual chunk embedding.
 *
 * <p>Views 3 and 4 are those of 1 and 2 without the bound. They only help sparse attention to find the keys that matter, and
 * score nothing.
 *
 * @param chunkSize largest distance, the length the model was trained on ("chunk_size")
 * @param localSize how far ordinary distances reach across the border of a chunk ("local_size"), at least 1, below
 *     {@code chunkSize}
 */
public record DualChunk(int chunkSize, int localSize) implements PositionRemap {

    /** Keys of the query's own chunk. */
    public static final int INTRA = 0;

    /** Keys of the chunk before. */
    public static final int SUCCESSIVE = 1;

    /** Keys of all earlier chunks. */
    public static final int INTER = 2;

    /** {@link #SUCCESSIVE} without the bound, for finding keys. */
    public static final int SUCCESSIVE_CRITICAL = 3;

    /** {@link #INTER} that counts on past the bound, for finding keys. */
    public static final int INTER_CRITICAL = 4;

    /** Refuses sizes that leave no chunk. */
    public DualChunk {
        if (localSize < 1 || localSize >= chunkSize) {
            throw new IllegalArgumentException("chunkSize, localSize: got " + chunkSize + ", " + localSize
                    + ", wanted 1 <= localSize < chunkSize");
        }
    }

    /** The settings of Qwen2.5-1M. */
    public static DualChunk qwen1m() {
        return new DualChunk(262_144, 8192);
    }

    /** Tokens of a chunk. */
    public int chunk() {
        return chunkSize - localSize;
    }

    @Override
    public int views() {
        return 5;
    }

    @Override
    public long query(int view, long position) {
        long place = position % chunk();
        return switch (Objects.checkIndex(view, 5)) {
            case INTRA -> place;
            case SUCCESSIVE -> Math.min(place + chunk(), chunkSize);
            case INTER -> Math.min(2L * chunk() - 1, chunkSize);
            case SUCCESSIVE_CRITICAL -> place + chunk();
            default -> place + chunkSize;
        };
    }

    @Override
    public long key(int view, long position) {
        Objects.checkIndex(view, 5);
        return position % chunk();
    }

    @Override
    public int view(long query, long key) {
        long apart = query / chunk() - key / chunk();
        return apart == 0 ? INTRA : apart == 1 ? SUCCESSIVE : INTER;
    }
}
