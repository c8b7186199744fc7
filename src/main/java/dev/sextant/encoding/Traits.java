package dev.sextant.encoding;

/**
 * What an encoding is like, as data: the tables and the choice guide of this library's documentation are made from it.
 *
 * @param place where it enters a transformer
 * @param relative whether scores then depend on positions by their distance only; otherwise each position has numbers of its own
 * @param learned the numbers that training gives it, in words, {@code none} where a formula has them all
 * @param reach what becomes of it beyond the length that a model was trained on
 */
public record Traits(Place place, boolean relative, String learned, Reach reach) {

    /** What {@link #learned} says of an encoding that is a formula. */
    public static final String NONE = "none";

    /** Where position enters. */
    public enum Place {
        /** {@code x <- s*x + e(p)}, once, before the first layer. */
        EMBEDDINGS,
        /** {@code q, k <- R(p) q, R(p) k}, in every layer that has it. */
        QUERIES_AND_KEYS,
        /** {@code s(i, j) <- s(i, j) + b(j - i)}, in every layer that has it. */
        SCORES
    }

    /** Beyond the trained length. */
    public enum Reach {
        /** There is nothing beyond it: a table ends, and is resized or clamped on the caller's wish only. */
        ENDS,
        /** Defined for every position, but a model that never saw them seldom copes. */
        DEFINED,
        /** A rule that stretches it to a stated length, with or without fine-tuning. */
        STRETCHED,
        /** Made for it: its paper shows models that run beyond their training length as they are. */
        FAR
    }
}
