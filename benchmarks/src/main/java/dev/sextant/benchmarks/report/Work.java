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

    private static final double QUERY_HEADS = 32;
    private static final double KV_HEADS = 8;

    /** Empty where operations over bytes say nothing: rows in cache, recipes, calls, work on more than one thread. */
    static Optional<Work> of(Row row) {
        double size = row.parameter("dtype").equals("F32") || row.parameter("dtype").isEmpty() ? 4 : 2;
        if (row.parameter("threads").matches("[2-9]|\\d\\d+")) {
            return Optional.empty();
        }
        return Optional.ofNullable(switch (row.workload()) {
            case "W1Rotation" -> rotation(2048 * 40 * HEAD_DIM, size);
            case "W4Add" -> row.method().equals("add") ? new Work(2.0 * 2048 * 4096, 2 * size * 2048 * 4096) : null;
            case "W5Attention", "W5Long", "W7T5" -> {
                double tokens = Double.parseDouble(row.parameter("tokens"));
                boolean all = row.workload().equals("W7T5") || row.parameter("structure").equals("full");
                double kvHeads = row.workload().equals("W7T5") ? QUERY_HEADS : KV_HEADS;
                yield row.method().matches("window|skipping") // which leave most of the products out
                        ? null
                        : attention(tokens, tokens, all ? tokens * tokens : tokens * (tokens + 1) / 2, kvHeads, size);
            }
            case "W6DecodeAttention" -> {
                double keys = Double.parseDouble(row.parameter("keys"));
                yield attention(1, keys, keys, KV_HEADS, size);
            }
            default -> null;
        });
    }

    /** Two products and a sum an element, read and written. */
    private static Work rotation(double elements, double size) {
        return new Work(3 * elements, 2 * size * elements);
    }

    /** Two products of matrices over so many pairs of a query and a key; float32 queries and outputs, keys and values once. */
    private static Work attention(double queries, double keys, double pairs, double kvHeads, double size) {
        return new Work(4 * pairs * QUERY_HEADS * HEAD_DIM,
                2 * HEAD_DIM * (4 * queries * QUERY_HEADS + size * keys * kvHeads));
    }
}
