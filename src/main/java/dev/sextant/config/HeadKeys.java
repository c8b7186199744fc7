package dev.sextant.config;

import dev.sextant.config.ModelFamily.Trait;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Counts and widths of heads, under all the names that model files have for them.
 *
 * @param query query heads
 * @param kv key heads
 * @param dim elements of a query head
 * @param slice width of the rotated slice at the end of a head of latent attention, 0 for other heads
 */
record HeadKeys(int query, int kv, int dim, int slice) {

    private static final int MANY = 1 << 20;

    static HeadKeys of(ConfigObject text, ModelFamily family, Notes notes) {
        int query = required(text, "num_attention_heads", "n_head", "decoder_num_attention_heads");
        Long encoder = text.integer("encoder_num_attention_heads", 1, MANY);
        if (encoder != null && encoder != query) {
            throw text.refuse("encoder_num_attention_heads", "got " + encoder + ", but the decoder has " + query
                    + "; two widths of a head are not supported");
        }
        int kv = kvHeads(text, family, query, notes);
        if (query % kv != 0) {
            throw text.refuse("num_key_value_heads",
                    "got " + kv + ", wanted a divisor of the " + query + " query heads");
        }
        return family.is(Trait.LATENT)
                ? latent(text, family, query, kv)
                : new HeadKeys(query, kv, headDim(text, query), 0);
    }

    /** The heads of one layer type, which some models make of another number or width. */
    HeadKeys ofLayerType(ConfigObject text, String layerType) {
        boolean full = layerType.equals("full_attention");
        boolean sliding = layerType.equals("sliding_attention");
        Long query1 = sliding ? text.integer("swa_num_attention_heads", 1, MANY) : null;
        Long kv1 = text.integer(full ? "num_global_key_value_heads" : "swa_num_key_value_heads", 1, MANY);
        Long dim1 = text.integer(full ? "global_head_dim" : "swa_head_dim", 2, MANY);
        int newQuery = query1 == null ? query : query1.intValue();
        int newKv = kv1 == null || !full && !sliding ? kv : kv1.intValue();
        if (newQuery % newKv != 0) {
            throw text.refuse(full ? "num_global_key_value_heads" : "swa_num_key_value_heads",
                    "got " + newKv + ", wanted a divisor of the " + newQuery + " query heads");
        }
        return new HeadKeys(newQuery, newKv, dim1 == null || !full && !sliding ? dim : dim1.intValue(), slice);
    }

    /** First rotated element of a head. */
    int offset() {
        return slice == 0 ? 0 : dim - slice;
    }

    /** The slice has a key of its own; "head_dim" may be anything in files of these models. */
    private static HeadKeys latent(ConfigObject text, ModelFamily family, int query, int kv) {
        int slice = required(text, "qk_rope_head_dim");
        long dim = family.type().equals("deepseek_v4")
                ? required(text, "head_dim")
                : (long) required(text, "qk_nope_head_dim") + slice;
        if (slice % 2 != 0 || slice > dim || dim > MANY) {
            throw text.refuse("qk_rope_head_dim", "got " + slice + ", wanted an even number up to the head dim " + dim);
        }
        return new HeadKeys(query, kv, (int) dim, slice);
    }

    private static int kvHeads(ConfigObject text, ModelFamily family, int query, Notes notes) {
        if (family.type().equals("falcon")) {
            return falconKvHeads(text, query);
        }
        if (text.flag("multi_query_attention")) {
            return required(text, "multi_query_group_num");
        }
        Long stated = first(text, "num_key_value_heads", "n_head_kv", "decoder_num_key_value_heads");
        if (stated == null && !text.isNull("num_key_value_heads") && !family.is(Trait.MULTI_HEAD)) {
            throw text.refuse("num_key_value_heads", "is missing, and model type '" + family.type()
                    + "' has no default known here; null means as many as query heads");
        }
        if (stated == null && family.is(Trait.UNEVEN)) {
            notes.warn(text, "num_key_value_heads", "is not stated: layers of model type '" + family.type()
                    + "' have counts of their own; taken as one for every query head");
        }
        return stated == null ? query : stated.intValue();
    }

    /** One key head unless said otherwise; "num_kv_heads" counts only in the newer architecture. */
    private static int falconKvHeads(ConfigObject text, int query) {
        if (text.flag("new_decoder_architecture")) {
            return required(text, "num_kv_heads");
        }
        return !text.has("multi_query") || text.flag("multi_query") ? 1 : query;
    }

    /** "head_dim" when stated, else the hidden size shared out evenly. */
    private static int headDim(ConfigObject text, int query) {
        Long stated = first(text, "head_dim", "kv_channels");
        if (stated != null) {
            return stated.intValue();
        }
        int hidden = required(text, "hidden_size", "n_embd");
        if (hidden % query != 0) {
            throw text.refuse("head_dim",
                    "is missing, and hidden size " + hidden + " is not a multiple of " + query + " heads");
        }
        return hidden / query;
    }

    private static int required(ConfigObject text, String... keys) {
        Long value = first(text, keys);
        if (value == null) {
            throw text.refuse(keys[0], "is missing");
        }
        return value.intValue();
    }

    /** The first of some keys that is present. */
    private static @Nullable Long first(ConfigObject text, String... keys) {
        for (String key : List.of(keys)) {
            Long value = text.integer(key, 1, MANY);
            if (value != null) {
                return value;
            }
        }
        return null;
    }
}
