package dev.sextant.encoding;

import java.util.List;
import java.util.OptionalLong;

/**
 * The additive family: a row that depends on the position only is added to the embedding of a token, {@code x <- s*x + e(p)}, or
 * merged with it in another way. A definition is data: an ordered list of runs of columns. Source of the sinusoid: Vaswani et al.,
 * Attention Is All You Need, arXiv:1706.03762, section 3.5.
 *
 * <p>Definitions of this library: {@link Sinusoidal} (one position), {@link GridSinusoidal} (images and videos),
 * {@link FourierFeatures} (real coordinates). Anyone can add another.
 */
public non-sealed interface Additive extends PositionalEncoding {

    /** Columns of a row, at least 1. */
    int width();

    /** The runs of columns from left to right; their widths add up to {@link #width()}. */
    List<Columns> columns();

    /** The arithmetic of angles; frequencies in {@link #columns()} are already rounded by it. */
    AngleMode angles();

    /** Coordinates of a position, 1 for text. */
    default int axes() {
        return columns().stream().mapToInt(Columns::axes).max().orElse(1);
    }

    /** Multiplier of the whole row, applied in float32 to its rounded values (the alpha of SpeechT5, 1 for most). */
    default double magnitude() {
        return 1;
    }

    /** Added to every coordinate before anything else: row {@code p + offset} is used for position {@code p}. */
    default long offset() {
        return 0;
    }

    /**
     * The row, counted after the offset, that is all zeros: "padding_idx" of fairseq and its descendants, or a class token, whose
     * every coordinate is this number.
     */
    default OptionalLong zeroRow() {
        return OptionalLong.empty();
    }

    /** Absolute, at the embeddings, nothing learned, defined for every position; one that differs says so. */
    @Override
    default Traits traits() {
        return new Traits(Traits.Place.EMBEDDINGS, false, Traits.NONE, Traits.Reach.DEFINED);
    }
}
