package dev.sextant.config;

import dev.sextant.encoding.Alibi;
import dev.sextant.encoding.LinearBias;
import dev.sextant.encoding.Structure;
import dev.sextant.encoding.T5Buckets;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the {@code config.json} of models that bias their scores: BLOOM, MPT and Falcon with {@code alibi} (slopes by the number of heads),
 * T5, mT5 and UMT5 (buckets, of the decoder). Other model types are not of this family: they have a rotation, which {@link HfConfig} reads,
 * or positions elsewhere. What belongs to the family and is not understood is refused by name.
 */
public final class HfBias {

    private static final int MOST = 1 << 20;

    private HfBias() {}

    /** Reads a file; empty when its model type does not bias scores. */
    public static Optional<BiasedModel> read(Path file) throws IOException {
        return of(ConfigJson.read(file));
    }

    /** Reads a stream to its end; {@code source} names it in messages. The stream is the caller's to close. */
    public static Optional<BiasedModel> read(InputStream in, String source) throws IOException {
        return of(ConfigJson.read(in, source));
    }

    private static Optional<BiasedModel> of(ConfigObject file) {
        String type = file.isText("model_type") ? file.text("model_type") : null;
        return Optional.ofNullable(switch (type) {
            case "bloom" -> bloom(file);
            case "mpt" -> mpt(file);
            case "falcon" -> file.flag("alibi") ? falcon(file) : null;
            case "t5", "mt5", "umt5" -> t5(file, type);
            case null, default -> null;
        });
    }

    private static BiasedModel bloom(ConfigObject file) {
        int heads = needed(file, file.has("n_head") ? "n_head" : "num_attention_heads");
        int width = needed(file, file.has("hidden_size") ? "hidden_size" : "n_embed");
        return slopes(file, "bloom", heads, heads, headDim(file, width, heads), Alibi.of(heads), null);
    }

    private static BiasedModel mpt(ConfigObject file) {
        ConfigObject attention = file.object("attn_config");
        if (attention == null || !attention.flag("alibi")) {
            throw file.refuse("attn_config", "has no \"alibi\": true, so the model does not bias its scores");
        }
        int heads = needed(file, "n_heads");
        Double most = attention.number("alibi_bias_max");
        Long kvHeads = attention.integer("kv_n_heads", 1, heads);
        String kind = attention.text("attn_type");
        boolean one = "multiquery_attention".equals(kind);
        return slopes(file, "mpt", heads, one ? 1 : kvHeads == null ? heads : kvHeads.intValue(),
                headDim(file, needed(file, "d_model"), heads), Alibi.of(heads).maxBias(most == null ? 8 : most),
                attention.number("softmax_scale"));
    }

    private static BiasedModel falcon(ConfigObject file) {
        int heads = needed(file, "num_attention_heads");
        int dim = headDim(file, needed(file, "hidden_size"), heads);
        Long kvHeads = file.flag("new_decoder_architecture") ? file.integer("num_kv_heads", 1, heads) : null;
        int kv = kvHeads != null ? kvHeads.intValue() : file.isFalse("multi_query") ? heads : 1;
        return slopes(file, "falcon", heads, kv, dim, Alibi.falcon(heads, dim), null);
    }

    private static BiasedModel slopes(ConfigObject file, String type, int heads, int kvHeads, int dim,
            LinearBias slopes, @Nullable Double scale) {
        if (heads % kvHeads != 0) {
            throw ConfigException.of(file.source(), "query heads, kv heads: got " + heads + ", " + kvHeads
                    + ", wanted query heads that are a multiple of the kv heads");
        }
        return new BiasedModel(file.source(), type, heads, kvHeads, dim, scale == null ? 1 / Math.sqrt(dim) : scale,
                Structure.causal(), slopes, null);
    }

    private static BiasedModel t5(ConfigObject file, String type) {
        int heads = needed(file, "num_heads");
        int dim = needed(file, "d_kv");
        Long buckets = file.integer("relative_attention_num_buckets", 2, MOST);
        Long most = file.integer("relative_attention_max_distance", 1, MOST);
        return new BiasedModel(file.source(), type, heads, heads, dim, 1, Structure.causal(), null,
                new T5Buckets(false, buckets == null ? 32 : buckets.intValue(), most == null ? 128 : most.intValue()));
    }

    private static int needed(ConfigObject file, String key) {
        Long value = file.integer(key, 1, MOST);
        if (value == null) {
            throw file.refuse(key, "is missing");
        }
        return value.intValue();
    }

    private static int headDim(ConfigObject file, int width, int heads) {
        if (width % heads != 0) {
            throw ConfigException.of(file.source(),
                    "width of the model: got " + width + ", wanted a multiple of its " + heads + " heads");
        }
        return width / heads;
    }
}
