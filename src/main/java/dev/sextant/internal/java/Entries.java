package dev.sextant.internal.java;

import dev.sextant.tensor.Table;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Entries of tables as float32, exact; what they stand for is that times the scale of their row. */
public final class Entries {

    private Entries() {}

    /** Entry {@code index} of {@code memory}. */
    static float load(MemorySegment memory, Table.Type type, long index) {
        return switch (type) {
            case F32 -> Elements.loadF32(memory, index);
            case F16 -> Elements.loadF16(memory, index);
            case BF16 -> Elements.loadBf16(memory, index);
            case I8 -> memory.get(ValueLayout.JAVA_BYTE, index);
        };
    }

    /** A whole table {@code [rows, dim]}, scales applied. */
    public static float[] read(Table table) {
        float[] all = new float[Math.toIntExact(Math.multiplyExact(table.rows(), (long) table.dim()))];
        MemorySegment scales = table.rowScales();
        for (int i = 0; i < all.length; i++) {
            long row = i / table.dim();
            float scale = scales == null ? table.scale() : scales.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4 * row);
            all[i] = load(table.memory(), table.type(), table.origin() + row * table.stride() + i % table.dim())
                    * scale;
        }
        return all;
    }
}
