package dev.sextant.encoding;

/**
 * A bias that is a function of the distance, one a head: buckets, clipped tables, logarithms, powers. What a kernel needs of it: one
 * float32 number a head and distance, rounded once from this function's double.
 *
 * <p>A plan keeps the numbers of the distances {@code first()} to {@code last()}. Where the function is constant outside them
 * ({@link #clamps}), any length is served; where it goes on, the plan says how far it must reach.
 */
public non-sealed interface DistanceBias extends ScoreBias {

    /** Stands in {@link #first} and {@link #last} for a function that goes on. */
    long UNBOUNDED = Long.MAX_VALUE;

    /** Least distance that has a number of its own, at most 0; {@code -UNBOUNDED} when all have. */
    long first();

    /** Greatest distance that has a number of its own, at least 0; {@code UNBOUNDED} when all have. */
    long last();

    /** Whether distances beyond a stated end have the number of that end; otherwise they have none and are refused. */
    boolean clamps();

    /**
     * The bias of a distance.
     *
     * @param head query head, 0 to {@code heads() - 1}
     * @param distance position of the key minus position of the query, {@code first()} to {@code last()}
     */
    double bias(int head, long distance);

    /** Heads {@code first} to {@code first + count - 1}: what one rank of a tensor-parallel model has. */
    default DistanceBias slice(int first, int count) {
        return new DerivedDistances(this, first, count, 1);
    }

    /** The bias multiplied by {@code factor}: the scale of the scores where a model adds its bias inside the scale. */
    default DistanceBias times(double factor) {
        return new DerivedDistances(this, 0, heads(), factor);
    }

    /** A number a distance is learned; beyond the last one there is none, or it goes on. */
    @Override
    default Traits traits() {
        return new Traits(Traits.Place.SCORES, true, "a number a distance and head",
                clamps() ? Traits.Reach.DEFINED : Traits.Reach.ENDS);
    }
}
