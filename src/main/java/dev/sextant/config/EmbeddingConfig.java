package dev.sextant.config;

import java.util.List;
import java.util.Objects;

/**
 * What a model's own file says about positions that are added to embeddings: one {@link EmbeddingStack} for each place where tokens,
 * patches or frames enter the model, an encoder and a decoder for two.
 *
 * @param source the file, or the name given by the caller
 * @param modelType "model_type"
 * @param stacks at least one, each with a name of its own
 * @param warnings what the file does not say and matters, or says and is not read
 */
public record EmbeddingConfig(String source, String modelType, List<EmbeddingStack> stacks, List<String> warnings) {

    /** Refuses missing parts. */
    public EmbeddingConfig {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(modelType, "modelType");
        stacks = List.copyOf(stacks);
        warnings = List.copyOf(warnings);
        if (stacks.isEmpty() || stacks.stream().map(EmbeddingStack::name).distinct().count() != stacks.size()) {
            throw new IllegalArgumentException(
                    "stacks: got " + stacks + ", wanted at least one, each with its own name");
        }
    }

    /** Names of the stacks. */
    public List<String> names() {
        return stacks.stream().map(EmbeddingStack::name).toList();
    }

    /** The only stack; an error that lists the names when there are several. */
    public EmbeddingStack stack() {
        if (stacks.size() > 1) {
            throw ConfigException.of(source, "has several stacks; ask for one of " + String.join(", ", names()));
        }
        return stacks.getFirst();
    }

    /** The stack of a name; an error that lists the names when there is none. */
    public EmbeddingStack stack(String name) {
        return stacks.stream().filter(s -> s.name().equals(name)).findFirst()
                .orElseThrow(() -> ConfigException.of(source, "has no stack '" + name + "'; its stacks: "
                        + String.join(", ", names())));
    }
}
