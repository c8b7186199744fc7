package dev.sextant.config;

import dev.sextant.encoding.Additive;
import dev.sextant.encoding.LearnedPositions;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The embeddings at one entrance of a model: {@code x <- tokenScale*x + e(p) + TABLE_1[id] + TABLE_2[id] ...}, the generated rows
 * first, then the tables in their order. Positions are either generated or read from the table {@link EmbeddingTable#POSITION}, or
 * from several.
 *
 * @param name "text", "vision", "encoder", "decoder", or a longer name where there are more of a kind
 * @param width columns of an embedding when positions are added, which is not the width of the layers in every model
 * @param tokenScale multiplies the embeddings of tokens, frames or patches first; 1 for most, else the root of the width
 * @param generated sinusoids, where the model has them
 * @param tables learned tables, in the order in which the reference class adds them
 * @param image patches of an image, where the entrance is one
 */
public record EmbeddingStack(String name, int width, double tokenScale, Optional<GeneratedPositions> generated,
        List<EmbeddingTable> tables, Optional<ImagePatches> image) {

    /** Refuses missing parts. */
    public EmbeddingStack {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(generated, "generated");
        Objects.requireNonNull(image, "image");
        tables = List.copyOf(tables);
        if (generated.isEmpty() && tables.isEmpty()) {
            throw new IllegalArgumentException(name + ": got neither generated positions nor tables, wanted either");
        }
    }

    /** The generated encoding; an error that says what to ask when positions are learned. */
    public Additive encoding() {
        return generated.map(GeneratedPositions::encoding).orElseThrow(() -> new IllegalStateException(
                name + ": positions are learned, ask for tables()"));
    }

    /** The row rule of the only table of positions; an error that says what to ask when there is none or more than one. */
    public LearnedPositions positions() {
        List<EmbeddingTable> found = tables.stream().filter(t -> t.id().equals(EmbeddingTable.POSITION)).toList();
        if (found.size() != 1) {
            throw new IllegalStateException(name + ": positions are "
                    + (generated.isPresent() ? "generated, ask for encoding()" : "in other tables, ask for tables()"));
        }
        return found.getFirst().rows();
    }

    /** The table whose rows are chosen by {@code id}. */
    public Optional<EmbeddingTable> table(String id) {
        return tables.stream().filter(t -> t.id().equals(id)).findFirst();
    }

    @Override
    public String toString() {
        String tokens = tokenScale == 1 ? "tokens" : (float) tokenScale + " * tokens";
        return name + ": width " + width + ", " + tokens + generated.map(g -> " + " + g).orElse("")
                + tables.stream().map(t -> " + " + t).collect(Collectors.joining())
                + image.map(i -> ", " + i).orElse("");
    }
}
