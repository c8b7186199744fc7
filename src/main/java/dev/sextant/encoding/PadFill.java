package dev.sextant.encoding;

/**
 * The position of a padded slot. No query ever sees such a slot, so relative encodings do not care, but the number must be in the
 * range of the plan, and a checkpoint's tests may compare it.
 */
public enum PadFill {
    /** 0: generation of Hugging Face transformers 5. */
    ZERO(0),
    /** 1: generation of Hugging Face transformers 4. A table of one row cannot hold it. */
    ONE(1),
    /** {@link PositionIds#NO_POSITION}: a learned table adds nothing. Rotations and generated rows refuse or rotate it like any number. */
    NONE(PositionIds.NO_POSITION);

    private final int position;

    PadFill(int position) {
        this.position = position;
    }

    /** The number itself. */
    public int position() {
        return position;
    }
}
