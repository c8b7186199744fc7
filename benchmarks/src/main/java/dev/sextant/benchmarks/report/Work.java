package dev.sextant.benchmarks.report;

import java.util.Optional;

/**
 * What one operation of a row must do at least: products and sums of the definition (not what a recipe spends on a cosine) and
 * bytes from or to memory.
 *
 * @param operations float products and sums
 * @param bytes read and written
 */
record Work(double operations, double bytes) {

    /** Bytes of one pass of the rows of {@code Machine}, and floats multiplied and added. */
    static final double MACHINE_BYTES = 64L << 20;

    private static final double HEAD_DIM = 128;

    /** Empty where operations over bytes say nothing: rows in cache, recipes, calls. */
    static Optional<Work> of(Row row) {
        double size = row.parameter("dtype").equals("F32") || row.parameter("dtype").isEmpty() ? 4 : 2;
        return Optional.ofNullable(switch (row.workload()) {
            case "W1Rotation" -> rotation(2048 * 40 * HEAD_DIM, size);
            case "W4Add" -> row.method().equals("add") ? new Work(2.0 * 2048 * 4096, 2 * size * 2048 * 4096) : null;
            default -> null;
        });
    }

    /** Two products and a sum an element, read and written. */
    private static Work rotation(double elements, double size) {
        return new Work(3 * elements, 2 * size * elements);
    }
}
