package dev.sextant.cli;

import dev.sextant.config.EmbeddingConfig;
import dev.sextant.config.EmbeddingStack;
import dev.sextant.config.EmbeddingTable;
import dev.sextant.config.GeneratedPositions;
import java.util.LinkedHashMap;
import java.util.Map;

/** What {@code inspect} found of a model that adds positions to embeddings, as text and as JSON. */
final class EmbeddingPage {

    private final EmbeddingConfig config;

    EmbeddingPage(EmbeddingConfig config) {
        this.config = config;
    }

    String text() {
        StringBuilder text = new StringBuilder();
        line(text,
                "model      " + config.modelType() + " (" + config.source() + "), positions are added to embeddings");
        config.warnings().forEach(w -> line(text, "warning    " + w));
        for (EmbeddingStack stack : config.stacks()) {
            line(text, "");
            line(text, "stack      " + stack.name() + ", width " + stack.width());
            line(text, "tokens     times " + (float) stack.tokenScale());
            stack.generated().ifPresent(g -> line(text, "generated  " + g));
            stack.tables().forEach(t -> line(text, "table      " + t));
            stack.image().ifPresent(i -> line(text, "image      " + i));
        }
        return text.toString();
    }

    Map<String, Object> object() {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("command", "inspect");
        object.put("source", config.source());
        object.put("modelType", config.modelType());
        object.put("warnings", config.warnings());
        object.put("stacks", config.stacks().stream().map(EmbeddingPage::object).toList());
        return object;
    }

    private static Map<String, Object> object(EmbeddingStack stack) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("name", stack.name());
        object.put("width", stack.width());
        object.put("tokenScale", stack.tokenScale());
        stack.generated().ifPresent(g -> object.put("generated", object(g)));
        object.put("tables", stack.tables().stream().map(EmbeddingPage::object).toList());
        stack.image().ifPresent(i -> {
            object.put("patchRows", i.grid().rows());
            object.put("patchColumns", i.grid().columns());
            object.put("prefix", i.prefix());
        });
        return object;
    }

    private static Map<String, Object> object(GeneratedPositions generated) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("encoding", generated.encoding().toString());
        object.put("origin", generated.origin().name());
        generated.paddingId().ifPresent(id -> object.put("paddingId", id));
        generated.longest().ifPresent(n -> object.put("longest", n));
        return object;
    }

    private static Map<String, Object> object(EmbeddingTable table) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("table", table.table());
        object.put("id", table.id());
        object.put("rows", table.rows().rows());
        object.put("firstRow", table.rows().firstRow());
        object.put("paddingRow", table.rows().paddingRow());
        object.put("tooLong", table.rows().tooLong().name());
        object.put("column", table.column());
        object.put("width", table.width());
        return object;
    }

    private static void line(StringBuilder text, String line) {
        text.append(line).append(System.lineSeparator());
    }
}
