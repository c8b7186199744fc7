package dev.sextant.encoding;

/**
 * The family of score biases: {@code s(h,i,j) <- s + b(h, distance)}, where the distance is the position of the key minus that of the
 * query, both counted as integers. Two kinds of data describe every published one: a slope for each head ({@link LinearBias}), or a
 * function of the distance for each head ({@link DistanceBias}). Biases that are no function of the distance come with each call, as
 * a tensor, and may be added to either.
 *
 * <p>The kinds are sealed, the methods of a kind are not: a new bias is one record that implements one of them.
 */
public sealed interface ScoreBias extends PositionalEncoding permits ScoreBias.None, LinearBias, DistanceBias {

    /** No bias: attention without positions. */
    ScoreBias NONE = new None();

    /** Heads that the bias has numbers for; 0 when they serve any number of heads. */
    int heads();

    /** No bias. Source: Kazemnejad et al., arXiv:2305.19466 (NoPE). */
    record None() implements ScoreBias {

        @Override
        public int heads() {
            return 0;
        }

        @Override
        public Traits traits() {
            return new Traits(Traits.Place.SCORES, true, Traits.NONE, Traits.Reach.DEFINED);
        }
    }
}
