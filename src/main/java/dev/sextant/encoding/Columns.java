package dev.sextant.encoding;

/** A run of columns of an additive row: sines and cosines, a coordinate as it is, or zeros. */
public sealed interface Columns permits Waves, Columns.Coordinate, Columns.Zeros {

    /** Number of columns, at least 1. */
    int width();

    /** Coordinates that a token must have for these columns. */
    int axes();

    /**
     * One column: the coordinate itself, rounded to float32.
     *
     * @param axis which coordinate, 0 to 7
     */
    record Coordinate(int axis) implements Columns {

        /** Refuses an axis that cannot be. */
        public Coordinate {
            if (axis < 0 || axis > 7) {
                throw new IllegalArgumentException("axis: got " + axis + ", wanted 0 to 7");
            }
        }

        @Override
        public int width() {
            return 1;
        }

        @Override
        public int axes() {
            return axis + 1;
        }
    }

    /**
     * Columns of zeros.
     *
     * @param width how many, at least 1
     */
    record Zeros(int width) implements Columns {

        /** Refuses an empty run. */
        public Zeros {
            if (width < 1) {
                throw new IllegalArgumentException("zero columns: got " + width + ", wanted at least 1");
            }
        }

        @Override
        public int axes() {
            return 1;
        }
    }
}
