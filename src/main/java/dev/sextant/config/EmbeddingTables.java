package dev.sextant.config;

import dev.sextant.encoding.LearnedPositions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The learned tables of one entrance, by the words of {@link EmbeddingFamilies}. */
final class EmbeddingTables {

    private static final int MOST_TYPES = 64;

    /** Table and the coordinate that chooses its row, in the order in which LayoutLM adds them. */
    private static final String[][] BOX = {{"x", "left"}, {"y", "upper"}, {"x", "right"}, {"y", "lower"},
            {"height", "height"}, {"width", "width"}};

    private final StackKeys keys;
    private final int width;

    EmbeddingTables(StackKeys keys, int width) {
        this.keys = keys;
        this.width = width;
    }

    /** Tables in order; {@code positions} is null where positions are generated. */
    List<EmbeddingTable> of(List<String> words, @Nullable LearnedPositions positions) {
        List<EmbeddingTable> tables = new ArrayList<>();
        for (String word : words) {
            switch (word) {
                case EmbeddingTable.POSITION -> {
                    if (positions != null) {
                        tables.add(new EmbeddingTable(word, word, positions, 0, width));
                    }
                }
                case EmbeddingTable.SEGMENT -> tables.add(plain(word, word, "type_vocab_size"));
                case EmbeddingTable.LANGUAGE -> {
                    if (keys.count("n_langs", StackKeys.MANY) > 1 && keys.flag("use_lang_emb")) {
                        tables.add(plain(word, word, "n_langs"));
                    }
                }
                case "box" -> {
                    for (String[] each : BOX) {
                        tables.add(plain(each[0], each[1], "max_2d_position_embeddings"));
                    }
                }
                case "types" -> tables.addAll(types());
                default -> throw new IllegalStateException(word);
            }
        }
        return tables;
    }

    private EmbeddingTable plain(String table, String id, String key) {
        return plain(table, id, keys.count(key, StackKeys.MANY));
    }

    private EmbeddingTable plain(String table, String id, int rows) {
        return new EmbeddingTable(table, id, LearnedPositions.bert(rows), 0, width);
    }

    /** TAPAS: segment, column, row, previous answer, two ranks, numeric relation. */
    private List<EmbeddingTable> types() {
        String key = "type_vocab_sizes";
        int[] rows = keys.counts(key, StackKeys.MANY);
        if (rows.length < 1 || rows.length > MOST_TYPES) {
            throw keys.object().refuse(key, "has " + rows.length + " elements, wanted 1 to " + MOST_TYPES);
        }
        List<EmbeddingTable> types = new ArrayList<>();
        for (int i = 0; i < rows.length; i++) {
            types.add(plain("type " + i, "type " + i, rows[i]));
        }
        return types;
    }
}
