package dev.sextant.encoding;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which keys a query may see, as predicates on positions. Query row {@code i} of a sequence has position {@code p = i + offset}, key
 * {@code j} position {@code j}, both counted from the start of their sequence; the offset belongs to the call and is always stated:
 * 0 aligns the first query with the first key, {@code keys - queries} the last with the last.
 *
 * <p>A key is seen when
 * <pre>{@code
 * ((causal and window and chunk and dilation) or (keepFirst and causal) or prefix or same block)
 *     and same document and j < keys of the sequence and mask and block list
 * }</pre>
 * What is not seen is selected away, never multiplied: neither its key nor its value is read.
 *
 * @param isCausal {@code j <= p}
 * @param left keys before {@code p} that are seen, not counting {@code p} itself; -1 for all
 * @param right keys after {@code p} that are seen, not counting {@code p} itself; -1 for all
 * @param chunk {@code floor(j / chunk) == floor(p / chunk)}; 0 for none
 * @param dilation {@code (p - j) mod dilation == 0}; 1 for none
 * @param keepFirst keys {@code j < keepFirst} are seen whatever window, chunk and dilation say; 0 for none
 * @param hasPrefix keys before the prefix length of the sequence (given with the call) are seen, causal or not
 * @param hasDocuments queries and keys carry document ids (given with the call), which must be equal
 * @param hasBlocks queries and keys carry block ids (given with the call); equal ones of at least 0 are seen, causal or not
 * @param hasMask a mask comes with the call
 * @param blocks blocks of keys that each block of queries may see, null for all
 */
public record Structure(boolean isCausal, long left, long right, long chunk, long dilation, long keepFirst,
        boolean hasPrefix, boolean hasDocuments, boolean hasBlocks, boolean hasMask, @Nullable BlockList blocks) {

    private static final Structure ALL = new Structure(false, -1, -1, 0, 1, 0, false, false, false, false, null);

    /** Refuses sizes that mean nothing. */
    public Structure {
        if (left < -1 || right < -1) {
            throw new IllegalArgumentException(
                    "window left, right: got " + left + ", " + right + ", wanted at least 0, or -1 for all");
        }
        if (chunk < 0 || keepFirst < 0) {
            throw new IllegalArgumentException(
                    "chunk, keepFirst: got " + chunk + ", " + keepFirst + ", wanted at least 0");
        }
        if (dilation < 1) {
            throw new IllegalArgumentException("dilation: got " + dilation + ", wanted at least 1");
        }
    }

    /** Every query sees every key of its sequence. */
    public static Structure all() {
        return ALL;
    }

    /**
     * A query sees the keys up to its own position. Where the first query stands is a matter of the call's offset: torch's
     * {@code is_causal} has offset 0 (top-left), flash-attention, flashinfer and ONNX from 1.23 on keys - queries (bottom-right).
     */
    public static Structure causal() {
        return new Structure(true, -1, -1, 0, 1, 0, false, false, false, false, null);
    }

    /**
     * {@code p - size < j <= p}: {@code size} keys, the query's own among them. Mistral, Gemma, gpt-oss, "sliding_window" of Hugging Face's
     * decoders, llama.cpp's standard window, xformers' {@code window_size}. The same number given to flash-attention or ONNX, whose windows do
     * not count the query's own key, would be one key wider: there it is left {@code size - 1}.
     */
    public static Structure slidingWindow(long size) {
        return causal().window(atLeastOne("sliding window", size) - 1, -1);
    }

    /** {@code |p - j| <= size}, {@code 2*size + 1} keys: Hugging Face's function {@code sliding_window_bidirectional_mask_function}. */
    public static Structure bidirectionalWindow(long size) {
        return ALL.window(atLeastOne("bidirectional window", size), size);
    }

    /**
     * {@code |p - j| <= size / 2}, {@code 2*(size/2) + 1} keys: the size is that of both sides together. ModernBERT's "local_attention" (128:
     * 64 to each side), Gemma 3 with "use_bidirectional_attention" ({@code |p - j| < size/2 + 1}), llama.cpp's symmetric window.
     */
    public static Structure symmetricWindow(long size) {
        return ALL.window(atLeastOne("symmetric window", size) / 2, size / 2);
    }

    /**
     * Causal inside chunks of {@code size} positions: Llama 4 ("attention_chunk_size" 8192), llama.cpp's chunked window. Chunks count from the
     * start of the sequence, so padding on the left belongs to no sequence.
     */
    public static Structure causalChunks(long size) {
        return causal().chunks(atLeastOne("chunk", size));
    }

    /** A prompt that sees itself whole, then causal: PaliGemma, UL2 and T5's prefix language model (arXiv:1910.10683, section 3.2.1). */
    public static Structure prefixCausal() {
        return causal().prefix();
    }

    /** Causal, but tokens of one image see each other: Gemma 3; Hugging Face's "block_sequence_ids", of which -1 is text. */
    public static Structure blocksCausal() {
        return causal().sameBlock();
    }

    /** Causal inside documents that were packed into one sequence. */
    public static Structure documentsCausal() {
        return causal().documents();
    }

    /**
     * The first {@code sinks} keys and the {@code recent} newest, the query's own among them: StreamingLLM (arXiv:2309.17453) on keys that are
     * all still there. A cache that evicted the others holds no gap: there {@link SinkCache} has the positions and causality is enough.
     */
    public static Structure streaming(long sinks, long recent) {
        return slidingWindow(recent).keepFirst(sinks);
    }

    /**
     * Of these keys those at most {@code before} positions before and {@code after} after the query; its own key is not counted; -1: all.
     * These are the numbers of flash-attention, flashinfer, ONNX ("left_window_size") and xformers' bottom-right local attention. Twice: the
     * narrower.
     */
    public Structure window(long before, long after) {
        return new Structure(isCausal, narrower(left, before), narrower(right, after), chunk, dilation, keepFirst,
                hasPrefix, hasDocuments, hasBlocks, hasMask, blocks);
    }

    /** Of these keys those in the query's chunk of {@code size} positions. */
    public Structure chunks(long size) {
        if (chunk > 0 && size != chunk) {
            throw new IllegalArgumentException("chunk: got " + size + " after " + chunk + ", wanted one size");
        }
        return new Structure(isCausal, left, right, size, dilation, keepFirst, hasPrefix, hasDocuments, hasBlocks,
                hasMask, blocks);
    }

    /**
     * Of these keys every {@code step}-th, counted back and forth from the query (Longformer, arXiv:2004.05150). A window counts positions, not
     * steps: w dilated keys to one side are a window of {@code w * step}.
     */
    public Structure dilated(long step) {
        if (dilation > 1 && step != dilation) {
            throw new IllegalArgumentException("dilation: got " + step + " after " + dilation + ", wanted one step");
        }
        return new Structure(isCausal, left, right, chunk, step, keepFirst, hasPrefix, hasDocuments, hasBlocks, hasMask,
                blocks);
    }

    /** Also the first {@code count} keys of the sequence, as far as causality allows. */
    public Structure keepFirst(long count) {
        return new Structure(isCausal, left, right, chunk, dilation, Math.max(count, count < 0 ? count : keepFirst),
                hasPrefix, hasDocuments, hasBlocks, hasMask, blocks);
    }

    /** Also the keys before the prefix length that a call gives each sequence, whatever else positions say. */
    public Structure prefix() {
        return new Structure(isCausal, left, right, chunk, dilation, keepFirst, true, hasDocuments, hasBlocks, hasMask,
                blocks);
    }

    /** Of these keys those of the query's document; a call gives the ids. */
    public Structure documents() {
        return new Structure(isCausal, left, right, chunk, dilation, keepFirst, hasPrefix, true, hasBlocks, hasMask,
                blocks);
    }

    /** Also the keys of the query's block; a call gives the ids, negative ones being no block. */
    public Structure sameBlock() {
        return new Structure(isCausal, left, right, chunk, dilation, keepFirst, hasPrefix, hasDocuments, true, hasMask,
                blocks);
    }

    /** Of these keys those that the mask of a call shows: padding in any place, or any rule of the caller's. */
    public Structure masked() {
        return new Structure(isCausal, left, right, chunk, dilation, keepFirst, hasPrefix, hasDocuments, hasBlocks,
                true, blocks);
    }

    /** Of these keys those in the blocks of a list. */
    public Structure blockList(BlockList list) {
        if (blocks != null && !blocks.equals(list)) {
            throw new IllegalArgumentException("block list: got " + list + " after " + blocks + ", wanted one list");
        }
        return new Structure(isCausal, left, right, chunk, dilation, keepFirst, hasPrefix, hasDocuments, hasBlocks,
                hasMask, Objects.requireNonNull(list, "list"));
    }

    private static long atLeastOne(String what, long size) {
        if (size < 1) {
            throw new IllegalArgumentException(what + ": got " + size + ", wanted at least 1");
        }
        return size;
    }

    private static long narrower(long one, long other) {
        if (other < -1) {
            return other; // refused by the constructor
        }
        return one < 0 || other < 0 ? Math.max(one, other) : Math.min(one, other);
    }

    /** The rule in words, in the order in which it is applied. */
    @Override
    public String toString() {
        List<String> words = new ArrayList<>();
        add(words, isCausal, "causal");
        add(words, left >= 0 || right >= 0, "window of " + bound(left) + " before, " + bound(right) + " after");
        add(words, chunk > 0, "chunks of " + chunk);
        add(words, dilation > 1, "one key in " + dilation);
        add(words, keepFirst > 0, "or first " + keepFirst);
        add(words, hasPrefix, "or prefix");
        add(words, hasBlocks, "or same block");
        add(words, hasDocuments, "same document");
        add(words, hasMask, "mask");
        add(words, blocks != null, String.valueOf(blocks));
        return "Structure[" + (words.isEmpty() ? "all keys" : String.join(", ", words)) + "]";
    }

    private static void add(List<String> words, boolean holds, String word) {
        if (holds) {
            words.add(word);
        }
    }

    private static String bound(long keys) {
        return keys < 0 ? "all" : Long.toString(keys);
    }
}
