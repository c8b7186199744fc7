package dev.sextant.encoding;

/**
 * StreamingLLM's cache: the first {@code sinks} tokens and the {@code recent} newest. Keys are kept unrotated, and the position of
 * a token is its index in the cache, not in the text, so positions never pass {@code capacity() - 1} however long the text is.
 * Source: Xiao et al., Efficient Streaming Language Models with Attention Sinks, arXiv:2309.17453, section 3.2.
 *
 * <p>Keys in order are {@code Positions.from(0)}; {@code n} new queries end at the last index: {@code Positions.from(size - n)}.
 *
 * @param sinks tokens at the start that stay (4 in the paper), at least 0
 * @param recent newest tokens that stay, the current ones included, at least 1
 */
public record SinkCache(int sinks, int recent) {

    /** Refuses impossible sizes. */
    public SinkCache {
        if (sinks < 0 || recent < 1 || (long) sinks + recent > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("sinks, recent: got " + sinks + ", " + recent
                    + ", wanted at least 0 and 1, and at most " + Integer.MAX_VALUE + " together");
        }
    }

    /** Tokens that the cache holds when it is full. */
    public int capacity() {
        return sinks + recent;
    }

    /** Tokens in the cache when the text has {@code length} of them. */
    public int size(long length) {
        if (length < 0) {
            throw new IllegalArgumentException("length: got " + length + ", wanted at least 0");
        }
        return (int) Math.min(length, capacity());
    }

    /** Whether a token of a text of {@code length} tokens is still in the cache. */
    public boolean holds(long token, long length) {
        return token >= 0 && token < length && (token < sinks || token >= length - recent);
    }

    /**
     * The position of token {@code token} of the text when the text has {@code length} tokens: its index in the cache. One that was evicted
     * has none.
     */
    public int position(long token, long length) {
        if (!holds(token, length)) {
            throw new IllegalArgumentException(
                    "token: got " + token + ", wanted one of the first " + sinks + " or last "
                            + recent + " of " + length);
        }
        return (int) (token < sinks ? token : token - (length - size(length)));
    }
}
