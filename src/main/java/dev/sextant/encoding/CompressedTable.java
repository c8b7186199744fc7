package dev.sextant.encoding;

import java.util.Arrays;

/**
 * A float32 table in 16 or 8 bits, with the error that it cost: measured over every entry, not estimated. Made once on the host; the
 * arrays are the record's own and must not be written.
 *
 * @param bytes 8-bit entries {@code [rows, dim]}, empty for 16-bit formats
 * @param halves 16-bit patterns {@code [rows, dim]}, empty for 8-bit ones
 * @param scales what entries are multiplied by: one number, or one a row
 * @param maxError greatest absolute difference between an entry and what it stands for now
 */
public record CompressedTable(byte[] bytes, short[] halves, float[] scales, double maxError) {

    private static final int MOST = 127;

    /** IEEE 754 binary16: at most 2^-11 of an entry's magnitude (2^-25 below 2^-14). */
    public static CompressedTable f16(float[] table) {
        short[] halves = new short[table.length];
        double worst = 0;
        for (int i = 0; i < table.length; i++) {
            halves[i] = Float.floatToFloat16(finite(table, i));
            worst = worse(worst, table[i], Float.float16ToFloat(halves[i]), "f16", i);
        }
        return new CompressedTable(new byte[0], halves, new float[]{1}, worst);
    }

    /** bfloat16: at most 2^-9 of an entry's magnitude. */
    public static CompressedTable bf16(float[] table) {
        short[] halves = new short[table.length];
        double worst = 0;
        for (int i = 0; i < table.length; i++) {
            int bits = Float.floatToRawIntBits(finite(table, i));
            halves[i] = (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
            worst = worse(worst, table[i], Float.intBitsToFloat(halves[i] << 16), "bf16", i);
        }
        return new CompressedTable(new byte[0], halves, new float[]{1}, worst);
    }

    /** 8 bits, one scale for the table: its greatest magnitude / 127. At most half a step, magnitude / 254. */
    public static CompressedTable int8(float[] table) {
        return int8(table, Math.max(1, table.length), 0);
    }

    /** 8 bits, a scale for each row of {@code dim}: its greatest magnitude / 127. */
    public static CompressedTable int8PerRow(float[] table, int dim) {
        if (dim < 1 || table.length % dim != 0) {
            throw new IllegalArgumentException(
                    "table: got " + table.length + " numbers, wanted whole rows of " + dim);
        }
        return int8(table, dim, 0);
    }

    /** 8 bits of cosines and sines: scale 1/127, whatever the rows. */
    public static CompressedTable int8Waves(float[] table) {
        for (int i = 0; i < table.length; i++) {
            if (Math.abs(finite(table, i)) > 1) {
                throw new IllegalArgumentException("entry " + i + ": got " + table[i] + ", wanted -1 to 1");
            }
        }
        return int8(table, Math.max(1, table.length), 1);
    }

    /** {@code most} 0: the greatest magnitude of each row is looked for. */
    private static CompressedTable int8(float[] table, int dim, float most) {
        byte[] bytes = new byte[table.length];
        float[] scales = new float[Math.max(1, table.length / dim)];
        Arrays.fill(scales, 1);
        double worst = 0;
        for (int row = 0; row * dim < table.length; row++) {
            float magnitude = most;
            for (int i = row * dim; most == 0 && i < (row + 1) * dim; i++) {
                magnitude = Math.max(magnitude, Math.abs(finite(table, i)));
            }
            float scale = magnitude / MOST;
            scales[row] = scale;
            for (int i = row * dim; scale > 0 && i < (row + 1) * dim; i++) {
                bytes[i] = (byte) Math.clamp(Math.rint(table[i] / (double) scale), -MOST, MOST);
            }
            for (int i = row * dim; i < (row + 1) * dim; i++) {
                worst = worse(worst, table[i], bytes[i] * scale, "int8", i);
            }
        }
        return new CompressedTable(bytes, new short[0], scales, worst);
    }

    private static float finite(float[] table, int i) {
        if (!Float.isFinite(table[i])) {
            throw new IllegalArgumentException("entry " + i + ": got " + table[i] + ", wanted a finite number");
        }
        return table[i];
    }

    private static double worse(double worst, float was, float is, String format, int i) {
        if (!Float.isFinite(is)) {
            throw new IllegalArgumentException(
                    "entry " + i + ": got " + was + ", wanted a number that " + format + " can hold");
        }
        return Math.max(worst, Math.abs((double) is - was));
    }
}
