package dev.sextant.encoding;

/**
 * A bias proportional to the distance: {@code -slope(h) * |distance|}, the product rounded to float32, then the sum with the score. What a
 * kernel needs of it: one float32 slope a head. Source: Press et al., ALiBi, arXiv:2108.12409.
 */
public non-sealed interface LinearBias extends ScoreBias {

    /** How many sets of slopes there are: 1 for all sequences of a batch, or one for each. */
    default int batches() {
        return 1;
    }

    /**
     * The slope of a query head, finite; above 0 older keys weigh less.
     *
     * @param batch sequence of a batch, 0 to {@code batches() - 1}
     * @param head query head, 0 to {@code heads() - 1}
     */
    double slope(int batch, int head);

    /** Heads {@code first} to {@code first + count - 1}: what one rank of a tensor-parallel model has. */
    default LinearBias slice(int first, int count) {
        return new DerivedSlopes(this, first, count, 1);
    }

    /**
     * Slopes multiplied by {@code factor}: the scale of the scores where a model adds its bias inside the scale, one over the factor of
     * position interpolation.
     */
    default LinearBias times(double factor) {
        return new DerivedSlopes(this, 0, heads(), factor);
    }

    /** Made for texts longer than those of training; nothing is learned. */
    @Override
    default Traits traits() {
        return new Traits(Traits.Place.SCORES, true, Traits.NONE, Traits.Reach.FAR);
    }
}
