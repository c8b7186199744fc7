package dev.sextant.encoding;

/** What becomes of a position beyond the last row of a learned table: always somebody's choice, never a silent one. */
public enum TooLong {
    /** The call is refused, naming token, row and bound. */
    ERROR,
    /** Every position beyond the last row reads the last row (ProphetNet). */
    CLAMP,
    /** The table is stretched to a stated length when the plan is made; beyond that length the call is refused. */
    RESIZE
}
