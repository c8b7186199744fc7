package dev.sextant.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every configuration of the list reads to the rotation that {@code expected.txt} states, or to the refusal it states. A reader
 * that starts to guess, or stops to understand, changes a line.
 */
class ModelListTest {

    private static Map<String, String> expected = Map.of();

    @BeforeAll
    static void load() throws IOException {
        expected = ModelList.expected();
    }

    static Stream<ModelList.Entry> entries() throws IOException {
        return ModelList.entries().stream();
    }

    @ParameterizedTest
    @MethodSource("entries")
    void readsAsStated(ModelList.Entry entry) {
        assertEquals(expected.get(entry.model()), ModelList.outcome(entry), entry.model());
    }

    @Test
    void everyLineHasAModel() throws IOException {
        List<String> models = ModelList.entries().stream().map(ModelList.Entry::model).distinct().toList();
        assertEquals(105, ModelList.entries().size());
        assertEquals(models, expected.keySet().stream().toList());
    }
}
