package dev.sextant.config;

import dev.sextant.config.EmbeddingFamily.StackRule;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads from a Hugging Face {@code config.json} what a model adds to its embeddings: sinusoids in the convention of its class,
 * learned tables with the rows that belong to positions, segments, languages and boxes, the scale of the tokens before.
 *
 * <pre>{@code
 * EmbeddingStack encoder = HfEmbeddings.read(Path.of("config.json")).stack("encoder");
 * AdditivePlan plan = AdditivePlan.of(encoder.encoding(), DType.F32);
 * plan.add(x, (float) encoder.tokenScale(), Positions.from(0));
 * }</pre>
 *
 * <p>What is not understood is refused with a {@link ConfigException}: a missing key by its name, a model type that is not known,
 * one whose positions enter elsewhere (queries and keys, which {@link HfConfig} reads, or scores) with the place. Keys about
 * positions that are not read are warnings. Limits: 64 MiB, 64 levels of nesting, no key twice.
 */
public final class HfEmbeddings {

    private HfEmbeddings() {}

    /**
     * Reads a file.
     *
     * @throws ConfigException when it is not valid or not understood
     * @throws IOException when it cannot be read
     */
    public static EmbeddingConfig read(Path file) throws IOException {
        return config(ConfigJson.read(file));
    }

    /** Reads a stream to its end; {@code source} names it in messages. The stream is the caller's to close. */
    public static EmbeddingConfig read(InputStream in, String source) throws IOException {
        return config(ConfigJson.read(in, source));
    }

    /** Reads a JSON text; {@code source} names it in messages. */
    public static EmbeddingConfig parse(String json, String source) {
        try {
            return read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), source);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
    }

    /**
     * Reads a file; empty where its model type is not one whose positions are added to embeddings.
     *
     * @throws ConfigException when it is not valid, or is of such a type and not understood
     * @throws IOException when it cannot be read
     */
    public static Optional<EmbeddingConfig> find(Path file) throws IOException {
        ConfigObject root = ConfigJson.read(file);
        boolean known = root.isText("model_type") && EmbeddingFamilies.of(type(root)) != null;
        return known ? Optional.of(config(root)) : Optional.empty();
    }

    private static String type(ConfigObject root) {
        String type = root.text("model_type");
        if (type == null) {
            throw root.refuse("model_type", "is missing; how positions enter depends on it");
        }
        return type;
    }

    private static EmbeddingConfig config(ConfigObject root) {
        String type = type(root);
        EmbeddingFamily family = EmbeddingFamilies.of(type);
        if (family == null) {
            throw root.refuse("model_type", refusal(type, EmbeddingFamilies.refusal(type)));
        }
        Notes notes = new Notes(Strictness.STRICT);
        family.notes().forEach(notes::warn);
        if (root.has("auto_map")) {
            notes.warn(root, "auto_map",
                    "names code of the model's own; what is said here is of the class of its type");
        }
        Map<String, StackKeys> parts = new LinkedHashMap<>();
        List<EmbeddingStack> stacks = new ArrayList<>();
        for (StackRule rule : family.stacks()) {
            StackKeys keys = parts.computeIfAbsent(rule.part(), part -> new StackKeys(part(root, type, part), type));
            stacks.add(new StackReader(rule, keys, notes).read());
        }
        parts.values().forEach(keys -> keys.noteUnread(notes));
        return new EmbeddingConfig(root.source(), type, stacks, notes.warnings());
    }

    private static String refusal(String type, @Nullable String where) {
        return "model type '" + ConfigObject.cut(type) + "'" + (where != null
                ? ": " + where + ", nothing is added to embeddings"
                : " is not known, so what it adds to embeddings is not; known: " + EmbeddingFamilies.names());
    }

    /** The object that describes a stack, which must be of the model's own kind. */
    private static ConfigObject part(ConfigObject root, String type, String name) {
        if (name.isEmpty()) {
            return root;
        }
        ConfigObject part = root.object(name);
        if (part == null) {
            throw root.refuse(name, "is missing; model type '" + type + "' needs it");
        }
        String own = part.text("model_type");
        if (own != null && !own.equals(type) && !own.startsWith(type + "_")) {
            throw part.refuse("model_type",
                    "got \"" + ConfigObject.cut(own) + "\", wanted a part of model type '" + type
                            + "'");
        }
        return part;
    }
}
