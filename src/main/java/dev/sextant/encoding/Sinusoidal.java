package dev.sextant.encoding;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * Sines and cosines of one position, in any of the conventions in use: wave {@code k} has the angle {@code (p + offset) * scale * f_k}. Source: Vaswani
 * et al., Attention Is All You Need, arXiv:1706.03762, section 3.5; each preset names its own.
 *
 * <p>Conventions differ silently: all give numbers between -1 and 1 of the right shape. Take the preset of the model. Presets are
 * {@link AngleMode#EXACT}; a checkpoint whose class works in float32 throughout is met more closely by {@code angles(HF_FLOAT32)}.
 * Position ids are the caller's: fairseq and its descendants give the first real token id {@code padding + 1},
 * {@link PositionIds#afterPaddingId}.
 *
 * @param width columns, at least 1
 * @param layout order of sines and cosines
 * @param rule frequencies
 * @param odd last column of an odd width
 * @param scale multiplies the position: seconds to milliseconds, a time step in [0, 1] to one in [0, 1000]; finite, not 0
 * @param offset added to the position before it is scaled
 * @param zeroRow the position, offset included, whose row is all zeros
 * @param magnitude multiplies the row, finite
 * @param angles arithmetic of frequencies and angles
 */
public record Sinusoidal(int width, WaveLayout layout, WaveRule rule, OddWidth odd, double scale, long offset,
        OptionalLong zeroRow, double magnitude, AngleMode angles) implements Additive {

    private static final double BASE = 10_000;

    /** Refuses a width, scale or magnitude that cannot be. */
    public Sinusoidal {
        Objects.requireNonNull(layout, "layout");
        Objects.requireNonNull(rule, "rule");
        Objects.requireNonNull(zeroRow, "zeroRow");
        Objects.requireNonNull(angles, "angles");
        if (width < 1) {
            throw new IllegalArgumentException("width: got " + width + ", wanted at least 1");
        }
        if (width % 2 != 0 && odd == OddWidth.REFUSED) {
            throw new IllegalArgumentException(
                    "width: got " + width + ", wanted an even number: this convention has no "
                            + "odd one");
        }
        if (width == 1 && odd == OddWidth.ZERO) {
            throw new IllegalArgumentException("width: got 1, wanted at least 2: the one column would be the zero");
        }
        if (!Double.isFinite(scale) || scale == 0 || !Double.isFinite(magnitude)) {
            throw new IllegalArgumentException("scale, magnitude: got " + scale + ", " + magnitude
                    + ", wanted finite numbers, the scale not 0");
        }
    }

    /** A convention with scale and magnitude 1, no offset, no zero row, exact angles. */
    public static Sinusoidal of(int width, WaveLayout layout, WaveRule rule, OddWidth odd) {
        return new Sinusoidal(width, layout, rule, odd, 1, 0, OptionalLong.empty(), 1, AngleMode.EXACT);
    }

    /** The paper, XLM, DistilBERT, SpeechT5: interleaved, {@code 10000^(-2k/width)}; an odd width ends in a sine. */
    public static Sinusoidal vaswani(int width) {
        return of(width, WaveLayout.INTERLEAVED, new VaswaniRule(BASE), OddWidth.SINE);
    }

    /** Marian, Pegasus, RoFormer, Autoformer, Informer: sines, then cosines; an odd width has one more sine. */
    public static Sinusoidal marian(int width) {
        return of(width, WaveLayout.HALVES, new VaswaniRule(BASE), OddWidth.SINE);
    }

    /** CTRL: sines, then cosines; even widths only. Source: Keskar et al., arXiv:1909.05858. */
    public static Sinusoidal ctrl(int width) {
        return of(width, WaveLayout.HALVES, new VaswaniRule(BASE), OddWidth.REFUSED);
    }

    /** tensor2tensor: sines, then cosines, the last wave at {@code 1/10000}; an odd width ends in a zero. */
    public static Sinusoidal tensor2tensor(int width) {
        return of(width, WaveLayout.HALVES, new ShiftedRule(BASE, 1), OddWidth.ZERO);
    }

    /**
     * fairseq, M2M-100, FSMT, XGLM, Speech2Text, SeamlessM4T: as tensor2tensor, and the row of the padding id is all zeros. The first
     * real token has position {@code paddingId + 1}.
     */
    public static Sinusoidal fairseq(int width, long paddingId) {
        return tensor2tensor(width).zeroRow(paddingId);
    }

    /** Whisper's encoder: as tensor2tensor, even widths only. Source: Radford et al., arXiv:2212.04356. */
    public static Sinusoidal whisper(int width) {
        return of(width, WaveLayout.HALVES, new ShiftedRule(BASE, 1), OddWidth.REFUSED);
    }

    /** MusicGen: cosines first, then sines, the last wave at {@code 1/10000}. Source: Copet et al., arXiv:2306.05284. */
    public static Sinusoidal musicGen(int width) {
        return of(width, WaveLayout.HALVES_FLIPPED, new ShiftedRule(BASE, 1), OddWidth.ZERO);
    }

    /**
     * The relative sinusoid of Transformer-XL and XLNet: positions are distances, negative ones included, in the order of
     * {@link #distances}. Even widths only. Source: Dai et al., arXiv:1901.02860.
     */
    public static Sinusoidal transformerXl(int width) {
        return of(width, WaveLayout.HALVES, new VaswaniRule(BASE), OddWidth.REFUSED);
    }

    /** The relative sinusoid of conformers (wav2vec2-conformer): interleaved; positions are {@code distances(T - 1, 1 - T)}. */
    public static Sinusoidal conformer(int width) {
        return of(width, WaveLayout.INTERLEAVED, new VaswaniRule(BASE), OddWidth.REFUSED);
    }

    /** The time step of DDPM: sines first, the last wave at {@code 1/10000}. Source: Ho et al., arXiv:2006.11239. */
    public static Sinusoidal ddpm(int width) {
        return of(width, WaveLayout.HALVES, new ShiftedRule(BASE, 1), OddWidth.ZERO);
    }

    /** The time step of Stable Diffusion and of ggml: cosines first, {@code 10000^(-k/m)}. Source: the UNet of diffusers. */
    public static Sinusoidal stableDiffusion(int width) {
        return of(width, WaveLayout.HALVES_FLIPPED, new ShiftedRule(BASE, 0), OddWidth.ZERO);
    }

    /** x-transformers: sines, then cosines, times a learned number that begins at {@code width^-1/2}. */
    public static Sinusoidal scaled(int width, double magnitude) {
        return of(width, WaveLayout.HALVES, new ShiftedRule(BASE, 0), OddWidth.REFUSED).magnitude(magnitude);
    }

    /** Relative positions from {@code first} down to {@code last}, one a row: Transformer-XL has {@code distances(keys, -queries + 1)}. */
    public static int[] distances(int first, int last) {
        if (last > first || (long) first - last >= Integer.MAX_VALUE) {
            throw new IllegalArgumentException("distances: got " + first + " to " + last + ", wanted a falling range");
        }
        int[] distances = new int[first - last + 1];
        for (int i = 0; i < distances.length; i++) {
            distances[i] = first - i;
        }
        return distances;
    }

    /** The same convention with other frequencies. */
    public Sinusoidal rule(WaveRule newRule) {
        return new Sinusoidal(width, layout, newRule, odd, scale, offset, zeroRow, magnitude, angles);
    }

    /** The same with another order of sines and cosines. */
    public Sinusoidal layout(WaveLayout newLayout) {
        return new Sinusoidal(width, newLayout, rule, odd, scale, offset, zeroRow, magnitude, angles);
    }

    /** The same with another multiplier of the position. */
    public Sinusoidal scale(double newScale) {
        return new Sinusoidal(width, layout, rule, odd, newScale, offset, zeroRow, magnitude, angles);
    }

    /** The same with another offset of the position. */
    public Sinusoidal offset(long newOffset) {
        return new Sinusoidal(width, layout, rule, odd, scale, newOffset, zeroRow, magnitude, angles);
    }

    /** The same with a row of zeros. */
    public Sinusoidal zeroRow(long row) {
        return new Sinusoidal(width, layout, rule, odd, scale, offset, OptionalLong.of(row), magnitude, angles);
    }

    /** The same with another multiplier of the row. */
    public Sinusoidal magnitude(double newMagnitude) {
        return new Sinusoidal(width, layout, rule, odd, scale, offset, zeroRow, newMagnitude, angles);
    }

    /** The same with another arithmetic. */
    public Sinusoidal angles(AngleMode newAngles) {
        return new Sinusoidal(width, layout, rule, odd, scale, offset, zeroRow, magnitude, newAngles);
    }

    @Override
    public Traits traits() {
        return new Traits(Traits.Place.EMBEDDINGS, false, magnitude == 1 ? Traits.NONE : "one factor",
                Traits.Reach.DEFINED);
    }

    @Override
    public List<Columns> columns() {
        boolean extraSine = width % 2 != 0 && odd == OddWidth.SINE;
        Rounding r = angles.rounding();
        double[] frequencies = rule.frequencies(width, width / 2 + (extraSine ? 1 : 0), r);
        for (int k = 0; k < frequencies.length; k++) {
            frequencies[k] = r.round(r.round(scale) * frequencies[k]);
        }
        Waves waves = Waves.of(layout, frequencies);
        List<Columns> columns = new ArrayList<>();
        columns.add(extraSine ? waves.withoutLastCosine() : waves);
        if (width % 2 != 0 && !extraSine) {
            columns.add(new Columns.Zeros(1));
        }
        return columns;
    }

    @Override
    public String toString() {
        return "sinusoid " + rule.ruleName() + " " + layout + ", width " + width
                + (scale == 1 ? "" : ", scale " + scale)
                + (offset == 0 ? "" : ", offset " + offset)
                + (zeroRow.isPresent() ? ", zero row " + zeroRow.getAsLong() : "")
                + (magnitude == 1 ? "" : ", magnitude " + magnitude) + ", " + angles;
    }
}
