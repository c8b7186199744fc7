package dev.sextant.encoding;

/**
 * How a transformer learns about positions. Position enters in exactly three places (embeddings, queries and keys, scores)
 * and every family is one of them; only families are sealed, a method inside a family is a record anyone can add.
 */
public sealed interface PositionalEncoding permits Rotary, Additive, ScoreBias {

    /** What it is like: place, kind, learned numbers, reach. */
    Traits traits();
}
