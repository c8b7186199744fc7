package dev.sextant.config;

import dev.sextant.encoding.AngleMode;
import dev.sextant.encoding.Rope;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads a Hugging Face {@code config.json}: the flat form of version 4 of the reference ({@code rope_theta}, {@code
 * rope_scaling} with {@code rope_type} or {@code type}), {@code rope_parameters} of version 5, and the {@code
 * text_config} of a multimodal model. Rules: {@code default}, {@code linear}, {@code llama3}. The order in which keys
 * are looked up is that of the reference.
 *
 * <p>What is not understood is refused by name with a {@link ConfigException}: another rule, an unknown key beside the
 * rule, a model type whose pair layout is not known, a missing base. Limits: 64 MiB, 64 levels of nesting, no key
 * twice.
 */
public final class HfConfig {

    private static final int MANY = 1 << 20;

    /** Keys that give layers a base of their own. */
    private static final List<String> PER_LAYER_KEYS = List.of("rope_local_base_freq", "global_rope_theta",
            "local_rope_theta",
            "swa_rope_theta", "compress_rope_theta");

    private HfConfig() {}

    /**
     * Reads a file.
     *
     * @throws ConfigException when it is not valid or not understood
     * @throws IOException when it cannot be read
     */
    public static ModelConfig read(Path file) throws IOException {
        long size = Files.size(file);
        if (size > ConfigJson.MAX_BYTES) {
            throw new ConfigException(file.toString(), 0, 0,
                    "got " + size + " bytes, wanted at most " + ConfigJson.MAX_BYTES);
        }
        try (InputStream in = Files.newInputStream(file)) {
            return read(in, file.toString());
        }
    }

    /** Reads a stream to its end; {@code source} names it in messages. The stream is the caller's to close. */
    public static ModelConfig read(InputStream in, String source) throws IOException {
        return model(ConfigJson.read(in, source));
    }

    /** Reads a JSON text; {@code source} names it in messages. */
    public static ModelConfig parse(String json, String source) {
        try {
            return read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), source);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
    }

    private static ModelConfig model(ConfigObject root) {
        ConfigObject nested = root.object("text_config");
        ConfigObject text = nested == null ? root : nested;
        String type = text.text("model_type");
        if (type == null) {
            throw text.refuse("model_type", "is missing; the pair layout depends on it");
        }
        RopeBlock block = RopeBlock.of(text);
        ModelFamily family = family(text, type);
        refuseOtherEncodings(text, family);
        if (block.isAbsent() && family.scaledByDefault()) {
            throw text.refuse("rope_parameters", "is missing; without it model type '" + type
                    + "' means a scaling of its reference class, so the file must state the rule");
        }
        int queryHeads = required(text, "num_attention_heads", "n_head");
        int kvHeads = kvHeads(text, family, queryHeads);
        if (queryHeads % kvHeads != 0) {
            throw text.refuse("num_key_value_heads",
                    "got " + kvHeads + ", wanted a divisor of the " + queryHeads + " query heads");
        }
        int headDim = headDim(text, queryHeads);
        Rope rope = new Rope(block.rotaryDim(headDim, family), family.layout(), block.frequencies(block.base(family)),
                AngleMode.HF_FLOAT32);
        Long layers = first(text, MANY, "num_hidden_layers", "num_layers", "n_layer");
        Long positions = first(text, 1L << 40, "max_position_embeddings", "n_positions", "seq_length");
        return new ModelConfig(type, queryHeads, kvHeads, headDim,
                layers == null ? OptionalInt.empty() : OptionalInt.of(layers.intValue()),
                positions == null ? OptionalLong.empty() : OptionalLong.of(positions), rope);
    }

    private static ModelFamily family(ConfigObject text, String type) {
        ModelFamily family = ModelFamilies.of(type);
        if (family != null) {
            return family;
        }
        String refusal = ModelFamilies.refusal(type);
        throw text.refuse("model_type", refusal != null
                ? "model type '" + type + "': " + refusal
                : "model type '" + type + "' is not known, so its pair layout is not; known: " + ModelFamilies.names());
    }

    /** Keys of a known model type that change what its heads do. */
    private static void refuseOtherEncodings(ConfigObject text, ModelFamily family) {
        for (String key : PER_LAYER_KEYS) {
            if (text.has(key)) {
                throw text.refuse(key, "gives some layers a rotation of their own, which is not supported yet");
            }
        }
        if (text.has("qk_rope_head_dim")) {
            throw text.refuse("qk_rope_head_dim", "belongs to multi-head latent attention, which is not supported yet");
        }
        if (text.flag("alibi")) {
            throw text.refuse("alibi", "is true: the model has no rotary embedding");
        }
        if (text.has("rotary") && !text.flag("rotary")) {
            throw text.refuse("rotary", "is false: the model has no rotary embedding");
        }
        for (String key : List.of("rope_interleaved", "rope_interleave")) {
            if (text.flag(key)) {
                throw text.refuse(key, "is true, which is not known of model type '" + family.type() + "'");
            }
        }
    }

    private static int kvHeads(ConfigObject text, ModelFamily family, int queryHeads) {
        if (family.type().equals("falcon")) {
            return falconKvHeads(text, queryHeads);
        }
        if (text.flag("multi_query_attention")) {
            return required(text, "multi_query_group_num");
        }
        Long stated = first(text, MANY, "num_key_value_heads", "n_head_kv");
        if (stated == null && !text.isNull("num_key_value_heads") && !family.multiHeadByDefault()) {
            throw text.refuse("num_key_value_heads", "is missing, and model type '" + family.type()
                    + "' has no default known here; null means as many as query heads");
        }
        return stated == null ? queryHeads : stated.intValue();
    }

    /** One key head unless said otherwise; "num_kv_heads" counts only in the newer architecture. */
    private static int falconKvHeads(ConfigObject text, int queryHeads) {
        if (text.flag("new_decoder_architecture")) {
            return required(text, "num_kv_heads");
        }
        return !text.has("multi_query") || text.flag("multi_query") ? 1 : queryHeads;
    }

    /** "head_dim" when stated, else the hidden size shared out evenly. */
    private static int headDim(ConfigObject text, int queryHeads) {
        Long stated = first(text, MANY, "head_dim", "kv_channels");
        if (stated != null) {
            return stated.intValue();
        }
        int hidden = required(text, "hidden_size", "n_embd");
        if (hidden % queryHeads != 0) {
            throw text.refuse("head_dim",
                    "is missing, and hidden size " + hidden + " is not a multiple of " + queryHeads + " heads");
        }
        return hidden / queryHeads;
    }

    private static int required(ConfigObject text, String... keys) {
        Long value = first(text, 1L << 30, keys);
        if (value == null) {
            throw text.refuse(keys[0], "is missing");
        }
        return value.intValue();
    }

    /** The first of some keys that is present, from 1 to {@code greatest}. */
    private static @Nullable Long first(ConfigObject text, long greatest, String... keys) {
        for (String key : keys) {
            Long value = text.integer(key, 1, greatest);
            if (value != null) {
                return value;
            }
        }
        return null;
    }
}
