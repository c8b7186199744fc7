package dev.sextant.encoding;

import java.util.ArrayList;
import java.util.List;

/**
 * Several encodings of one model, in the order in which they are applied. Order shows: additive parts are rounded one after the
 * other, and a rotation follows the projection that an addition precedes.
 *
 * @param parts the encodings, first applied first
 */
public record CompositeEncoding(List<PositionalEncoding> parts) {

    /** Keeps a list of its own. */
    public CompositeEncoding { parts = List.copyOf(parts); }

    /** Encodings in the order in which they are applied. */
    public static CompositeEncoding of(PositionalEncoding... parts) {
        return new CompositeEncoding(List.of(parts));
    }

    /** The additive parts in order: each is one {@code add} on the embeddings, the scale in the first. */
    public List<Additive> additive() {
        return parts.stream().filter(Additive.class::isInstance).map(Additive.class::cast).toList();
    }

    /**
     * What is legal but seldom meant, a sentence each, empty when there is nothing: two absolute encodings at the same place tell the model
     * the position twice, and two rotations of the same heads turn them by the sum of both.
     */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        List<Additive> sums = additive();
        if (sums.size() > 1) {
            warnings.add("embeddings: got " + sums.size() + " absolute encodings, wanted at most one: " + sums);
        }
        List<PositionalEncoding> rotations = parts.stream().filter(Rotary.class::isInstance).toList();
        if (rotations.size() > 1) {
            warnings.add("queries and keys: got " + rotations.size() + " rotations, wanted at most one: " + rotations);
        }
        return warnings;
    }
}
