package dev.sextant.internal.form;

import dev.sextant.encoding.Additive;
import dev.sextant.encoding.AngleMode;
import dev.sextant.encoding.Columns;
import dev.sextant.encoding.Waves;
import dev.sextant.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The canonical form of every additive encoding: waves, numbered through all runs of columns, and where their sines and cosines
 * go. Arrays are owned by the form and never written after it is made.
 *
 * @param dtype element type of embeddings
 * @param width columns of a row
 * @param axes coordinates of a token
 * @param axisOfWave which of them drives each wave, empty for one axis and where waves are mixed
 * @param mixed whether every wave is driven by all axes; frequencies are then {@code [axis][wave]}
 * @param waves number of waves
 * @param blocks runs of columns from left to right, empty for a table
 * @param offset added to every coordinate
 * @param hasZeroRow whether there is a row of zeros
 * @param zeroRow the coordinate, offset included, of that row
 * @param rows sines and cosines by recipe, or a table of whole rows
 */
public record AdditiveForm(DType dtype, int width, int axes, byte[] axisOfWave, boolean mixed, int waves,
        List<Block> blocks, long offset, boolean hasZeroRow, long zeroRow, RotaryRows rows) {

    /** What a run of columns holds; the ordinals are the enumerators of the C ABI. */
    public enum Kind {
        /** Sine, cosine, sine, cosine. */
        INTERLEAVED,
        /** Sines, then cosines. */
        HALVES,
        /** Cosines, then sines. */
        HALVES_FLIPPED,
        /** The coordinate of an axis. */
        COORDINATE,
        /** Zeros. */
        ZEROS
    }

    /**
     * A run of columns.
     *
     * @param kind what it holds
     * @param column its first column
     * @param columns how many
     * @param wave its first wave
     * @param waves how many; the last lacks its cosine where columns are odd
     * @param axis of a coordinate
     */
    public record Block(Kind kind, int column, int columns, int wave, int waves, int axis) {

        /** Columns of sines. */
        public int sines() {
            return waves;
        }

        /** Columns of cosines. */
        public int cosines() {
            return columns - waves;
        }
    }

    /** Coordinates of a token that the C ABI has room for. */
    private static final int MOST_AXES = 8;

    /** Compiles a definition. */
    public static AdditiveForm of(Additive encoding, DType dtype, boolean fast, boolean real) {
        List<Block> blocks = new ArrayList<>();
        List<Waves> runs = new ArrayList<>();
        int column = 0;
        int wave = 0;
        for (Columns each : encoding.columns()) {
            Block block = switch (each) {
                case Waves w -> new Block(Kind.values()[w.layout().ordinal()], column, w.width(), wave, w.waves(), 0);
                case Columns.Coordinate c -> new Block(Kind.COORDINATE, column, 1, wave, 0, c.axis());
                case Columns.Zeros z -> new Block(Kind.ZEROS, column, z.width(), wave, 0, 0);
            };
            if (each instanceof Waves w) {
                runs.add(w);
            }
            blocks.add(block);
            column = Math.addExact(column, block.columns());
            wave += block.waves();
        }
        if (column != encoding.width() || column == 0) {
            throw new IllegalArgumentException("columns of " + encoding + ": got " + column + ", wanted "
                    + encoding.width() + ", its width, at least 1");
        }
        int axes = encoding.axes();
        if (axes < 1 || axes > MOST_AXES) {
            throw new IllegalArgumentException("axes of " + encoding + ": got " + axes + ", wanted 1 to " + MOST_AXES);
        }
        double[][] frequencies = frequencies(runs, axes, wave);
        boolean mixed = isMixed(frequencies, wave);
        if (mixed && encoding.angles() != AngleMode.EXACT) {
            throw new IllegalArgumentException("angles: got " + encoding.angles()
                    + " for waves that several axes drive at once, wanted " + AngleMode.EXACT);
        }
        RowSource source = encoding.angles() == AngleMode.HF_FLOAT32
                ? RowSource.FLOAT32
                : mixed || real ? RowSource.REAL : fast ? RowSource.FAST : RowSource.EXACT;
        byte[] axisOfWave = new byte[axes == 1 || mixed ? 0 : wave];
        double[] driven = mixed ? flat(frequencies) : new double[wave];
        for (int k = 0; k < wave && !mixed; k++) {
            int axis = driver(frequencies, k);
            driven[k] = frequencies[axis][k];
            if (axes > 1) {
                axisOfWave[k] = (byte) axis;
            }
        }
        return new AdditiveForm(dtype, column, axes, axisOfWave, mixed, wave, List.copyOf(blocks), encoding.offset(),
                encoding.zeroRow().isPresent(), encoding.zeroRow().orElse(0),
                RotaryRows.of(driven, source, (float) encoding.magnitude()));
    }

    /** A form that reads whole rows. */
    public static AdditiveForm table(DType dtype, int width, MemorySegment table, long rows) {
        return new AdditiveForm(dtype, width, 1, new byte[0], false, 0, List.of(), 0, false, 0,
                RotaryRows.table(table, rows, false));
    }

    private static double[][] frequencies(List<Waves> runs, int axes, int waves) {
        double[][] all = new double[axes][waves];
        int wave = 0;
        for (Waves run : runs) {
            for (int k = 0; k < run.waves(); k++, wave++) {
                for (int axis = 0; axis < axes; axis++) {
                    all[axis][wave] = run.frequency(axis, k);
                }
            }
        }
        return all;
    }

    private static boolean isMixed(double[][] frequencies, int waves) {
        for (int k = 0; k < waves; k++) {
            int wave = k;
            if (Arrays.stream(frequencies).filter(f -> f[wave] != 0).count() > 1) {
                return true;
            }
        }
        return false;
    }

    private static int driver(double[][] frequencies, int wave) {
        for (int axis = 0; axis < frequencies.length; axis++) {
            if (frequencies[axis][wave] != 0) {
                return axis;
            }
        }
        return 0;
    }

    private static double[] flat(double[][] frequencies) {
        return Arrays.stream(frequencies).flatMapToDouble(Arrays::stream).toArray();
    }

    /** Where rows come from. */
    public RowSource source() {
        return rows.source();
    }

    /** The table of rows, null when they are generated. */
    public @Nullable MemorySegment table() {
        return rows.table();
    }
}
