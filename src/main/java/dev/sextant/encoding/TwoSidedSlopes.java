package dev.sextant.encoding;

import java.util.List;
import java.util.Objects;

/**
 * A linear bias with one slope for keys before the query and another for keys after it, so that a model that sees both sides can tell them
 * apart, which {@link Alibi} cannot. Source: the authors' suggestion for bidirectional models, ofirpress/attention_with_linear_biases,
 * issue 5. Half of the heads that look to one side only are a matter of structure, not of slopes.
 *
 * @param before slope of keys before the query, one a head, finite
 * @param after slope of keys after it, as many
 */
public record TwoSidedSlopes(List<Double> before, List<Double> after) implements DistanceBias {

    /** Keeps lists of its own. */
    public TwoSidedSlopes {
        before = List.copyOf(before);
        after = List.copyOf(after);
        if (before.isEmpty() || before.size() != after.size()) {
            throw new IllegalArgumentException("slopes before, after: got " + before.size() + ", " + after.size()
                    + ", wanted one of each a head, at least one");
        }
        for (int h = 0; h < before.size(); h++) {
            if (!Double.isFinite(before.get(h)) || !Double.isFinite(after.get(h))) {
                throw new IllegalArgumentException("slopes of head " + h + ": got " + before.get(h) + ", "
                        + after.get(h) + ", wanted finite numbers");
            }
        }
    }

    @Override
    public int heads() {
        return before.size();
    }

    @Override
    public long first() {
        return -UNBOUNDED;
    }

    @Override
    public long last() {
        return UNBOUNDED;
    }

    @Override
    public boolean clamps() {
        return false;
    }

    @Override
    public double bias(int head, long distance) {
        Objects.checkIndex(head, heads());
        return distance <= 0 ? before.get(head) * distance : -after.get(head) * distance;
    }

    @Override
    public Traits traits() {
        return new Traits(Traits.Place.SCORES, true, Traits.NONE, Traits.Reach.FAR);
    }
}
