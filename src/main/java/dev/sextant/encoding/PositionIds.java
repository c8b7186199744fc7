package dev.sextant.encoding;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * Position ids of the usual batches, one a token, made on the host when a batch is put together. Arrays of several sequences are
 * flat, one sequence after the other: {@code Positions.ids(ids)} for packed tokens, {@code Positions.ids(ids).batched(tokens)}
 * for a padded {@code [batches, tokens]}. A single run of consecutive positions needs no array: {@code Positions.from(start)}.
 *
 * <p>All methods are pure; errors are {@link IllegalArgumentException}.
 */
public final class PositionIds {

    /**
     * The id of a token that has no position: a learned table skips it. A number of its own, so that the -1 of a wrong subtraction is still an
     * error. It is the same in 32-bit and 64-bit ids.
     */
    public static final int NO_POSITION = Integer.MIN_VALUE;

    private PositionIds() {}

    /**
     * Positions of a padded batch, whichever side the padding is on: an attended token has as many positions before it as
     * there are attended tokens before it. Source: "attention_mask" in the generation of Hugging Face transformers.
     *
     * @param attended {@code [batches, tokens]}, false for padding
     * @param tokens slots of one sequence, a divisor of the mask's length
     * @param fill position of the padding
     * @return {@code [batches, tokens]}
     */
    public static int[] fromMask(boolean[] attended, int tokens, PadFill fill) {
        rows("mask", attended.length, tokens);
        int[] ids = new int[attended.length];
        int next = 0;
        for (int i = 0; i < ids.length; i++) {
            next = i % tokens == 0 ? 0 : next;
            ids[i] = attended[i] ? next++ : fill.position();
        }
        return ids;
    }

    /**
     * Positions of the RoBERTa family, whose padding id is also the position of padding: the first real token has
     * {@code paddingId + 1 + past}. Source: RobertaEmbeddings of Hugging Face transformers.
     *
     * @param tokenIds {@code [batches, tokens]}
     * @param tokens slots of one sequence, a divisor of the number of ids
     * @param paddingId token id of padding (1 in RoBERTa), at least 0
     * @param past real tokens of every sequence that are already in the cache, at least 0
     * @return {@code [batches, tokens]}
     */
    public static int[] afterPaddingId(int[] tokenIds, int tokens, int paddingId, int past) {
        rows("token ids", tokenIds.length, tokens);
        if (paddingId < 0 || past < 0 || (long) paddingId + past + tokens > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("padding id, past: got " + paddingId + ", " + past
                    + ", wanted at least 0 and, with " + tokens + " tokens, a sum of at most " + Integer.MAX_VALUE);
        }
        int[] ids = new int[tokenIds.length];
        int next = 0;
        for (int i = 0; i < ids.length; i++) {
            next = i % tokens == 0 ? paddingId + past + 1 : next;
            ids[i] = tokenIds[i] == paddingId ? paddingId : next++;
        }
        return ids;
    }

    /**
     * Positions of sequences packed one after the other: each starts at 0 again.
     *
     * @param cuSeqlens where sequences begin, the end of the last one included: 0, a, a + b, ... ("cu_seqlens" of variable-length
     *     attention)
     */
    public static int[] packed(int... cuSeqlens) {
        int[] ids = new int[packedTokens(cuSeqlens)];
        for (int s = 0; s + 1 < cuSeqlens.length; s++) {
            for (int i = cuSeqlens[s]; i < cuSeqlens[s + 1]; i++) {
                ids[i] = i - cuSeqlens[s];
            }
        }
        return ids;
    }

    /**
     * Positions of packed pieces of sequences: piece {@code s} goes on at {@code starts[s]}, the number of its tokens that are in the cache
     * ("seqlen_offsets" of FlashAttention, "start_positions" of Transformer Engine, chunked prefill).
     */
    public static long[] packed(int[] cuSeqlens, long[] starts) {
        long[] ids = new long[packedTokens(cuSeqlens)];
        if (starts.length != cuSeqlens.length - 1) {
            throw new IllegalArgumentException(
                    "starts: got " + starts.length + ", wanted " + (cuSeqlens.length - 1) + ", one a sequence");
        }
        for (int s = 0; s < starts.length; s++) {
            for (int i = cuSeqlens[s]; i < cuSeqlens[s + 1]; i++) {
                ids[i] = after(starts[s], i - cuSeqlens[s]);
            }
        }
        return ids;
    }

    /**
     * Positions of {@code tokens} more tokens of each sequence, after the prefix that is in its cache: {@code prefix + t}. Decoding has
     * one token; a prefix is counted in positions, padding left out.
     *
     * @return {@code [prefixes.length, tokens]}
     */
    public static long[] following(long[] prefixes, int tokens) {
        if (tokens < 0) {
            throw new IllegalArgumentException("tokens: got " + tokens + ", wanted at least 0");
        }
        if ((long) prefixes.length * tokens > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("sequences x tokens: got " + prefixes.length + " x " + tokens
                    + ", wanted at most " + Integer.MAX_VALUE);
        }
        long[] ids = new long[prefixes.length * tokens];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = after(prefixes[i / tokens], i % tokens);
        }
        return ids;
    }

    /**
     * Which of several packed sequences each token belongs to, told from its positions alone: a new one begins where a position
     * is not its predecessor plus 1. Two pieces of which the second goes on where the first ends look like one. Source:
     * find_packed_sequence_indices of Hugging Face transformers.
     */
    public static int[] sequenceOf(int... ids) {
        int[] sequence = new int[ids.length];
        for (int i = 1; i < ids.length; i++) {
            sequence[i] = sequence[i - 1] + (ids[i] == ids[i - 1] + 1 ? 0 : 1);
        }
        return sequence;
    }

    /**
     * Two coordinates of each token, its segment and its place in it: document and token, turn and token, sentence and token.
     * A separator belongs to the segment that it ends. Source: He et al., BiPE, arXiv:2401.16421.
     *
     * @param tokenIds one sequence
     * @param separator which token ids end a segment (869 and 13 for BiPE's Llama)
     * @param lastOffset largest place; longer segments stay there (1023 in BiPE)
     * @return {@code [2][tokens]}: segments, then places
     */
    public static int[][] segments(int[] tokenIds, IntPredicate separator, int lastOffset) {
        if (lastOffset < 0) {
            throw new IllegalArgumentException("last offset: got " + lastOffset + ", wanted at least 0");
        }
        int[][] ids = new int[2][tokenIds.length];
        int segment = 0;
        int begin = 0;
        for (int i = 0; i < tokenIds.length; i++) {
            ids[0][i] = segment;
            ids[1][i] = Math.min(i - begin, lastOffset);
            if (separator.test(tokenIds[i])) {
                segment++;
                begin = i + 1;
            }
        }
        return ids;
    }

    private static long after(long start, int tokens) {
        if (start > Long.MAX_VALUE - tokens) {
            throw new IllegalArgumentException("start: got " + start + ", wanted at most " + (Long.MAX_VALUE - tokens));
        }
        return start + tokens;
    }

    private static void rows(String what, int slots, int tokens) {
        if (tokens < 1 || slots % tokens != 0) {
            throw new IllegalArgumentException(
                    what + ": got " + slots + " slots, wanted whole sequences of " + tokens);
        }
    }

    private static int packedTokens(int[] cuSeqlens) {
        if (cuSeqlens.length == 0 || cuSeqlens[0] != 0) {
            throw new IllegalArgumentException("cuSeqlens: got " + Arrays.toString(cuSeqlens)
                    + ", wanted 0 and then the end of each sequence");
        }
        for (int s = 1; s < cuSeqlens.length; s++) {
            if (cuSeqlens[s] < cuSeqlens[s - 1]) {
                throw new IllegalArgumentException("cuSeqlens[" + s + "]: got " + cuSeqlens[s] + ", wanted at least "
                        + cuSeqlens[s - 1] + ", the end of the sequence before");
            }
        }
        return cuSeqlens[cuSeqlens.length - 1];
    }
}
