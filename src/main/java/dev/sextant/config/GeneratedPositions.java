package dev.sextant.config;

import dev.sextant.encoding.Additive;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * Sinusoids of a model, and the positions they are taken at.
 *
 * @param encoding the definition
 * @param origin how positions come about
 * @param paddingId the padding token, where its position is a row of zeros
 * @param longest positions that the model was made for, where stated; sinusoids go on beyond them
 */
public record GeneratedPositions(Additive encoding, Origin origin, OptionalInt paddingId, OptionalInt longest) {

    /** How positions come about. */
    public enum Origin {
        /** Counted from 0, padding like any token. */
        COUNTED,
        /** {@link dev.sextant.encoding.PositionIds#afterPaddingId}: padding has the position of its id, the first real token the next one. */
        AFTER_PADDING,
        /** Row and column of a patch; the class token, which stands before the patches, is at -1, -1. */
        PATCH_GRID,
        /** {@link dev.sextant.encoding.GridCoordinates#normalised} with scale 2 pi. */
        NORMALISED_GRID
    }

    /** Refuses missing parts. */
    public GeneratedPositions {
        Objects.requireNonNull(encoding, "encoding");
        Objects.requireNonNull(origin, "origin");
        Objects.requireNonNull(paddingId, "paddingId");
        Objects.requireNonNull(longest, "longest");
    }

    @Override
    public String toString() {
        return encoding + " of " + switch (origin) {
            case COUNTED -> "positions from 0";
            case AFTER_PADDING -> "positions from " + (paddingId.orElse(0) + 1L);
            case PATCH_GRID -> "patches";
            case NORMALISED_GRID -> "normalised cells";
        } + (longest.isPresent() ? " (" + longest.getAsInt() + ")" : "");
    }
}
