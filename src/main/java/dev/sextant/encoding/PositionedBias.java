package dev.sextant.encoding;

/**
 * A bias by distance between positions that are not the indices of keys: positions of a left-padded batch, segments (BiPE), coordinates. It
 * becomes a tensor for the calls that take one ({@code [heads, queries, keys]} in float32).
 *
 * <p>BLOOM's own positions of a padded batch are {@code (cumsum(mask) - 1) * mask}; padding on the left only shifts true tokens, so their
 * distances are those of the indices and nothing of this is needed there.
 */
public final class PositionedBias {

    private PositionedBias() {}

    /**
     * The bias of every query to every key.
     *
     * @param bias a bias with one set of slopes; one by distance must reach as far as the positions do
     * @param queries positions of the queries
     * @param keys positions of the keys
     * @return {@code [heads][queries][keys]}, each number as a kernel would add it
     */
    public static float[] of(ScoreBias bias, long[] queries, long[] keys) {
        if (bias.heads() == 0) {
            throw new IllegalArgumentException("bias: got " + bias + ", wanted one with heads");
        }
        if (bias instanceof LinearBias linear && linear.batches() != 1) {
            throw new IllegalArgumentException("sets of slopes: got " + linear.batches() + ", wanted 1");
        }
        float[] tensor = new float[Math.multiplyExact(bias.heads(), Math.multiplyExact(queries.length, keys.length))];
        int at = 0;
        for (int h = 0; h < bias.heads(); h++) {
            for (long p : queries) {
                for (long key : keys) {
                    tensor[at++] = between(bias, h, Math.subtractExact(key, p));
                }
            }
        }
        return tensor;
    }

    private static float between(ScoreBias bias, int head, long distance) {
        return switch (bias) {
            case ScoreBias.None _ -> 0;
            case LinearBias linear -> -((float) linear.slope(0, head) * (float) Math.abs(distance));
            case DistanceBias table -> {
                boolean outside = distance < table.first() || distance > table.last();
                if (outside && !table.clamps()) {
                    throw new IllegalArgumentException("distance: got " + distance + ", wanted " + table.first()
                            + " to " + table.last() + ", those of the bias");
                }
                yield (float) table.bias(head, Math.clamp(distance, table.first(), table.last()));
            }
        };
    }
}
