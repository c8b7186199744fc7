package dev.sextant.config;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Reads a Hugging Face {@code config.json}: the flat form of version 4 of the reference ({@code rope_theta}, {@code rope_scaling}
 * with {@code rope_type} or {@code type}), {@code rope_parameters} of version 5, flat or nested by layer type, the keys by which
 * older files give layers a base of their own, and the {@code text_config} of a multimodal model (never its vision part). Rules:
 * {@code default, linear, dynamic, yarn, longrope, proportional, llama3}, and the axes of {@code mrope}. The order in which keys
 * are looked up is that of the reference.
 *
 * <p>What is not understood is refused by name with a {@link ConfigException}: another rule, an unknown key beside the rule
 * (unless {@link Strictness#LENIENT}), a model type whose pair layout is not known, a missing base. Not read: the second rotation
 * of sparse-attention indexers, temperatures of queries. A key at the top of the file that looks as if it were about rotation and
 * is not read is a warning. Limits: 64 MiB, 64 levels of nesting, no key twice.
 */
public final class HfConfig {

    private HfConfig() {}

    /**
     * Reads a file.
     *
     * @throws ConfigException when it is not valid or not understood
     * @throws IOException when it cannot be read
     */
    public static ModelConfig read(Path file) throws IOException {
        return read(file, Strictness.STRICT);
    }

    /** Reads a file, ignoring unknown keys of the rope block on the caller's wish. */
    public static ModelConfig read(Path file, Strictness strictness) throws IOException {
        return model(ConfigJson.read(file), new Notes(strictness));
    }

    /** Reads a stream to its end; {@code source} names it in messages. The stream is the caller's to close. */
    public static ModelConfig read(InputStream in, String source) throws IOException {
        return read(in, source, Strictness.STRICT);
    }

    /** Reads a stream, ignoring unknown keys of the rope block on the caller's wish. */
    public static ModelConfig read(InputStream in, String source, Strictness strictness) throws IOException {
        return model(ConfigJson.read(in, source), new Notes(strictness));
    }

    /** Reads a JSON text; {@code source} names it in messages. */
    public static ModelConfig parse(String json, String source) {
        return parse(json, source, Strictness.STRICT);
    }

    /** Reads a JSON text, ignoring unknown keys of the rope block on the caller's wish. */
    public static ModelConfig parse(String json, String source, Strictness strictness) {
        try {
            return read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), source, strictness);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
    }

    private static ModelConfig model(ConfigObject root, Notes notes) {
        ConfigObject nested = root.object("text_config");
        ConfigObject text = nested == null ? root : nested;
        ModelFamily family = HfFamily.of(root, text);
        UnreadKeys.note(root, text, notes);
        HeadKeys heads = HeadKeys.of(text, family, notes);
        OptionalInt layers = layers(text);
        LayerTypes types = new LayerTypes(text, family, layers.orElse(0), notes);
        List<RotarySet> sets = new LayerSets(text, family, heads, notes).read(types.uniform());
        if (text.has("dual_chunk_attention_config")) {
            notes.warn(text, "dual_chunk_attention_config",
                    "remaps the positions of long sequences, which a rotation does not do");
        }
        return new ModelConfig(text.source(), family.type(), layers, positions(text), sets, types.of(sets),
                notes.warnings());
    }

    private static OptionalInt layers(ConfigObject text) {
        for (String key : List.of("num_hidden_layers", "num_layers", "n_layer")) {
            Long value = text.integer(key, 1, LayerTypes.MOST);
            if (value != null) {
                return OptionalInt.of(value.intValue());
            }
        }
        return OptionalInt.empty();
    }

    private static OptionalLong positions(ConfigObject text) {
        for (String key : List.of("max_position_embeddings", "n_positions", "seq_length")) {
            Long value = text.integer(key, 1, 1L << 40);
            if (value != null) {
                return OptionalLong.of(value);
            }
        }
        return OptionalLong.empty();
    }
}
