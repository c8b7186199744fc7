package dev.sextant.encoding;

import java.util.Objects;

/**
 * xPos: a rotation whose cos and sin are also multiplied by {@code zeta_j^((p - centre)/scaleBase)} for queries and by its reciprocal for
 * keys, with {@code zeta_j = (2j + 0.4R)/(1.4R)}: a score then falls off with the distance, faster pairs sooner. Source: Sun et al., A
 * Length-Extrapolatable Transformer, arXiv:2212.10554; the class {@code XPOS} of microsoft/torchscale.
 *
 * <p>Traps: the references centre on half the length, so their cached keys go stale when the sequence grows (torchscale rounds that
 * half up, others down); here the centre is fixed, and any centre gives the same scores. It only keeps magnitudes small: further
 * than {@link #reach()} positions from it they leave float32, and such a position is refused. torchscale pairs interleaved. An
 * inverse rotation negates the angle and keeps the magnitude.
 *
 * @param rope the rotation
 * @param scaleBase positions over which a pair changes by its zeta, finite, above 0 (512)
 * @param centre the position of magnitude 1 (0)
 * @param side queries or keys: each needs a plan of its own
 */
public record Xpos(Rope rope, double scaleBase, double centre, Side side) implements Rotary {

    /** Which of the two directions of the magnitude. */
    public enum Side {
        /** {@code zeta^e}. */
        QUERIES,
        /** {@code zeta^-e}. */
        KEYS
    }

    /** Beyond its reciprocal float32 has no normal numbers. */
    private static final double LARGEST = 1 / (double) Float.MIN_NORMAL;

    /** Refuses a scale base not above 0 or a centre that is not finite. */
    public Xpos {
        Objects.requireNonNull(rope, "rope");
        Objects.requireNonNull(side, "side");
        if (!(scaleBase > 0 && scaleBase <= 1e9) || !(Math.abs(centre) <= 1e9)) {
            throw new IllegalArgumentException("scaleBase, centre: got " + scaleBase + ", " + centre
                    + ", wanted above 0 to 1e9, and -1e9 to 1e9");
        }
    }

    /** The queries' side with scale base 512, centred on position 0. */
    public static Xpos queries(Rope rope) {
        return new Xpos(rope, 512, 0, Side.QUERIES);
    }

    /** The keys' side with scale base 512, centred on position 0. */
    public static Xpos keys(Rope rope) {
        return new Xpos(rope, 512, 0, Side.KEYS);
    }

    /** How far from the centre a position may be: about 35,690 with scale base 512. */
    public double reach() {
        return StrictMath.floor(scaleBase * StrictMath.log(LARGEST) / -StrictMath.log(0.4 / 1.4));
    }

    /** Made for lengths beyond those of training. */
    @Override
    public Traits traits() {
        return new Traits(Traits.Place.QUERIES_AND_KEYS, true, Traits.NONE, Traits.Reach.FAR);
    }

    @Override
    public RowScale scale() {
        return this::magnitude;
    }

    private double magnitude(int pair, int pairs, double position) {
        double distance = position - centre;
        if (!(Math.abs(distance) <= reach())) {
            throw new IllegalArgumentException("position: got " + position + ", wanted at most " + reach()
                    + " from the centre " + centre + ": beyond, the magnitude of xPos leaves float32");
        }
        Rounding r = rope.angles().rounding();
        double width = 2.0 * pairs;
        double zeta = r.round(r.round(2.0 * pair + r.round(0.4 * width)) / r.round(1.4 * width));
        double grown = r.round(StrictMath.pow(zeta, r.round(distance / scaleBase)));
        return side == Side.QUERIES ? grown : r.round(1 / grown);
    }

    @Override
    public int rotaryDim() {
        return rope.rotaryDim();
    }

    @Override
    public PairLayout layout() {
        return rope.layout();
    }

    @Override
    public Frequencies frequencies() {
        return rope.frequencies();
    }

    @Override
    public AngleMode angles() {
        return rope.angles();
    }

    @Override
    public AxisMap axes() {
        return rope.axes();
    }
}
