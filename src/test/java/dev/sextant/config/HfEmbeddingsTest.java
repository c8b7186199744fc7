package dev.sextant.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sextant.encoding.GridSinusoidal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is read of each model that adds positions to embeddings, or by which words it is refused. */
class HfEmbeddingsTest {

    static List<EmbeddingModels.Entry> models() {
        return EmbeddingModels.all();
    }

    @ParameterizedTest
    @MethodSource("models")
    void publishedModels(EmbeddingModels.Entry model) {
        EmbeddingConfig config = model.read();
        if (!model.stacks().equals("grid")) {
            assertEquals(model.stacks(),
                    config.stacks().stream().map(EmbeddingStack::toString).collect(Collectors.joining("; ")));
        }
        assertEquals(model.name(), config.source());
    }

    @Test
    void everyKnownTypeHasAModel() {
        Set<String> types = models().stream().map(m -> m.read().modelType())
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(EmbeddingFamilies.names(), String.join(", ", types));
    }

    /** The column comes first in MAE and the row in DETR. */
    @Test
    void grids() {
        EmbeddingConfig mae = EmbeddingModels.of("vit-mae-base").read();
        assertEquals(GridSinusoidal.mae(768, GridSinusoidal.Order.COLUMN_FIRST).zeroRow(-1),
                mae.stack("encoder").encoding());
        assertEquals(512, mae.stack("decoder").encoding().width());
        assertEquals("patches 14 x 14 after 1", mae.stack("decoder").image().orElseThrow().toString());
        for (String name : List.of("detr-resnet-50", "table-transformer-detection", "conditional-detr-resnet-50")) {
            EmbeddingConfig detr = EmbeddingModels.of(name).read();
            assertEquals(GridSinusoidal.detr(128, 10_000, 10_000), detr.stack().encoding());
            assertEquals(GeneratedPositions.Origin.NORMALISED_GRID,
                    detr.stack().generated().orElseThrow().origin());
            assertTrue(detr.warnings().getFirst().contains("queries and keys of every attention"));
        }
    }

    /** One key taken away is named by the refusal, or was not needed and changes nothing. */
    @ParameterizedTest
    @MethodSource("models")
    void everyMissingKeyIsNamed(EmbeddingModels.Entry model) {
        if (model.json().contains("_config") || model.json().contains("\"decoder\"")) {
            return; // a part leaves out what its class takes for granted
        }
        int named = 0;
        for (String key : keys(model.json())) {
            String without = model.json().replace("\"" + key + "\":", "\"nothing\":");
            try {
                assertEquals(model.read().stacks(), HfEmbeddings.parse(without, "test").stacks(), key);
            } catch (ConfigException e) {
                assertTrue(e.getMessage().contains("'" + key + "': is missing"), e.getMessage());
                named++;
            }
        }
        assertTrue(named >= 3, "the type, a width and a number of rows at least");
    }

    private static Set<String> keys(String json) {
        return Stream.of(json.split("\"")).filter(s -> json.contains("\"" + s + "\":")).collect(Collectors.toSet());
    }

    private static String refusal(String body) {
        return assertThrows(ConfigException.class, () -> HfEmbeddings.parse("{" + body + "}", "test"), body)
                .getMessage();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`',
            textBlock = """
                    "hidden_size": 8                           | 'model_type': is missing; how positions enter depends on it
                    "model_type": 7                            | 'model_type': got 7, wanted a string
                    "model_type": "berta"                      | model type 'berta' is not known, so what it adds to embeddings is not; known: albert, bart,
                    "model_type": "t5"                         | model type 't5': its positions enter the scores, as biases of distance buckets, nothing is added
                    "model_type": "mt5"                        | distance buckets
                    "model_type": "umt5"                       | distance buckets
                    "model_type": "bloom"                      | linear biases (ALiBi)
                    "model_type": "mpt"                        | linear biases (ALiBi)
                    "model_type": "deberta-v2"                 | vectors of distances
                    "model_type": "xlnet"                      | vectors of distances
                    "model_type": "swin"                       | biases within windows
                    "model_type": "wav2vec2"                   | its positions come from a convolution
                    "model_type": "mamba"                      | it has no encoding of positions
                    "model_type": "llama"                      | its positions rotate queries and keys (HfConfig reads it), nothing is added
                    "model_type": "roformer"                   | its positions rotate queries and keys
                    "model_type": "clip"                       | 'text_config': is missing; model type 'clip' needs it
                    "model_type": "clip", "text_config": 5     | 'text_config': got 5, wanted an object
                    "model_type": "clip", "text_config": {}    | 'vision_config': is missing
                    "model_type": "clip", "text_config": {"model_type": "bert"} | 'text_config.model_type': got "bert", wanted a part of model type 'clip'
                    "model_type": "clip", "text_config": {"hidden_size": 0} | 'text_config.hidden_size': got 0, wanted an integer from 1 to
                    "model_type": "musicgen", "decoder": []    | 'decoder': got an array, wanted an object
                    "model_type": "beit", "hidden_size": 8, "image_size": 4, "patch_size": 2, "use_absolute_position_embeddings": false | 'use_absolute_position_embeddings': is false: nothing is added to embeddings
                    "model_type": "vit", "hidden_size": 8, "image_size": 4, "patch_size": 8     | 'patch_size': got 8 x 8, wanted at most the image, 4 x 4
                    "model_type": "vit", "hidden_size": 8, "image_size": [4], "patch_size": 2   | 'image_size': has 1 elements, wanted 2, height and width
                    "model_type": "vit", "hidden_size": 8, "image_size": [4, -1], "patch_size": 2 | 'image_size': holds -1.0, wanted integers from 1 to
                    "model_type": "vit", "hidden_size": 8, "image_size": 32768, "patch_size": 1 | 'image_size': frames, rows, columns: got 1, 32768, 32768
                    "model_type": "vit", "hidden_size": 8, "image_size": {}, "patch_size": 1    | 'image_size': got an object, wanted a finite number
                    "model_type": "vit_mae", "hidden_size": 10, "image_size": 4, "patch_size": 2 | 'hidden_size': width: got 10, wanted a multiple of 4
                    "model_type": "ctrl", "n_embd": 7, "n_positions": 9 | 'n_embd': width: got 7, wanted an even number
                    "model_type": "detr", "d_model": 6, "position_embedding_type": "sine"    | 'd_model': width: got 3, wanted a multiple of 2
                    "model_type": "detr", "d_model": 7, "position_embedding_type": "learned" | 'd_model': got 7, wanted an even number
                    "model_type": "detr", "d_model": 8, "position_embedding_type": "rotary"  | is "rotary", wanted "sine" or "learned"
                    "model_type": "detr", "d_model": 8         | 'position_embedding_type': is missing; model type 'detr' needs it
                    "model_type": "roberta", "hidden_size": 8, "max_position_embeddings": 4, "type_vocab_size": 1, "pad_token_id": 3 | 'pad_token_id': got 3, wanted at most 2
                    "model_type": "roberta", "hidden_size": 8, "max_position_embeddings": 4, "pad_token_id": -1 | 'pad_token_id': got -1, wanted an integer from 0
                    "model_type": "roberta", "hidden_size": 8, "max_position_embeddings": 1, "pad_token_id": 0 | 'pad_token_id': got 0, wanted at most -1
                    "model_type": "speech_to_text", "d_model": 8, "max_source_positions": 9, "scale_embedding": true, "pad_token_id": 0 | 'pad_token_id': got 0, wanted 1: the reference class takes a mask
                    "model_type": "bart", "d_model": 8, "max_position_embeddings": 9, "scale_embedding": 1 | 'scale_embedding': got 1, wanted true or false
                    "model_type": "tapas", "hidden_size": 8, "max_position_embeddings": 9, "reset_position_index_per_cell": false, "type_vocab_sizes": [] | 'type_vocab_sizes': has 0 elements
                    "model_type": "tapas", "hidden_size": 8, "max_position_embeddings": 9, "reset_position_index_per_cell": false, "type_vocab_sizes": [2.5] | 'type_vocab_sizes': holds 2.5
                    "model_type": "gpt2", "n_embd": 1e308, "n_positions": 9 | 'n_embd': got 1.0E308, wanted an integer from 1 to
                    """)
    void refusals(String body, String words) {
        String message = refusal(body);
        assertTrue(message.contains(words), message);
        assertTrue(message.startsWith("test"), message);
    }

    @ParameterizedTest
    @CsvSource({"relative_key", "relative_key_query", "rotary", "alibi"})
    void otherKindsAreRefusedByTheirValue(String kind) {
        String message = refusal("\"model_type\": \"bert\", \"hidden_size\": 8, \"max_position_embeddings\": 9, "
                + "\"position_embedding_type\": \"" + kind + "\"");
        assertTrue(message.contains("'position_embedding_type': is \"" + kind + "\", wanted \"absolute\""), message);
    }

    @Test
    void whatIsNotReadIsToldOf() {
        EmbeddingConfig config = HfEmbeddings.parse("""
                {"model_type": "whisper", "d_model": 8, "max_source_positions": 4, "max_target_positions": 4,
                 "scale_embedding": true, "use_relative_position_bias": true, "rel_pos": false, "pos_dropout": 0.1,
                 "auto_map": {"AutoModel": "x.Y"}}""", "test");
        assertEquals(List.of("'auto_map' names code of the model's own; what is said here is of the class of its type",
                "'scale_embedding' is true, but the reference class multiplies nothing by it",
                "'use_relative_position_bias' is not read", "'pos_dropout' is not read"), config.warnings());
    }

    @Test
    void learnedNumbersAreToldOf() {
        assertTrue(EmbeddingModels.of("speecht5_tts").read().warnings().getFirst().contains("encode_positions.alpha"));
        assertTrue(EmbeddingModels.of("tapas-base").read().warnings().getFirst().contains("in every cell"));
    }

    @Test
    void stacksAreAskedForByName() {
        EmbeddingConfig bart = EmbeddingModels.of("bart-large").read();
        assertEquals(List.of("encoder", "decoder"), bart.names());
        assertTrue(assertThrows(ConfigException.class, bart::stack).getMessage()
                .contains("has several stacks; ask for one of encoder, decoder"));
        assertTrue(assertThrows(ConfigException.class, () -> bart.stack("text")).getMessage()
                .contains("has no stack 'text'; its stacks: encoder, decoder"));
        assertTrue(assertThrows(IllegalStateException.class, () -> bart.stack("encoder").encoding()).getMessage()
                .contains("positions are learned, ask for tables()"));
        assertTrue(assertThrows(IllegalStateException.class,
                () -> EmbeddingModels.of("ctrl").read().stack().positions()).getMessage()
                .contains("positions are generated, ask for encoding()"));
        assertTrue(assertThrows(IllegalStateException.class,
                () -> EmbeddingModels.of("detr-learned").read().stack().positions()).getMessage()
                .contains("in other tables, ask for tables()"));
    }

    /** Each reader names the other. */
    @Test
    void readersPointAtEachOther() {
        String bert = EmbeddingModels.of("bert-base-uncased").json();
        assertTrue(assertThrows(ConfigException.class, () -> HfConfig.parse(bert, "test")).getMessage()
                .contains("it has no rotary embedding, its positions are added to embeddings (HfEmbeddings reads it)"));
    }

    @Test
    void filesAreFoundOrNot(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("config.json");
        Files.writeString(file, EmbeddingModels.of("gpt2").json());
        assertEquals(HfEmbeddings.read(file), HfEmbeddings.find(file).orElseThrow());
        for (String other : List.of("{\"model_type\": \"llama\"}", "{\"model_type\": 5}", "{}")) {
            Files.writeString(file, other);
            assertTrue(HfEmbeddings.find(file).isEmpty());
        }
        Files.writeString(file, "{\"model_type\": \"gpt2\"}");
        assertThrows(ConfigException.class, () -> HfEmbeddings.find(file));
        Files.writeString(file, "{\"model_type\": \"gpt2\", \"model_type\": \"ctrl\"}");
        assertThrows(ConfigException.class, () -> HfEmbeddings.find(file));
    }

    /** A name from a file must not fill the screen, nor move its cursor, nor turn its text. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`',
            textBlock = """
                    "model_type": "%s"
                    "model_type": "bert", "hidden_size": "%s"
                    "model_type": "bert", "hidden_size": 8, "position_embedding_type": "%s"
                    "model_type": "clip", "text_config": {"model_type": "%s"}
                    "model_type": "detr", "d_model": 8, "position_embedding_type": "%s"
                    "model_type": "tapas", "hidden_size": 8, "max_position_embeddings": 9, "reset_position_index_per_cell": false, "type_vocab_sizes": ["%s"]
                    """)
    void messagesAreShortAndHarmless(String body) {
        for (String name : List.of("\\u001b[2J\\r\\n", "\\u202e\\u2066\\u200b", "\\ud800x", "w".repeat(40_000))) {
            harmless(refusal(body.formatted(name)));
        }
        for (String name : List.of("\\u001b[2Jposition", "\\u202eposition", "position" + "w".repeat(40_000))) {
            HfEmbeddings
                    .parse("{\"model_type\": \"gpt2\", \"n_embd\": 8, \"n_positions\": 9, \"" + name + "\": 1}", "test")
                    .warnings().forEach(HfEmbeddingsTest::harmless);
        }
    }

    private static void harmless(String message) {
        assertTrue(message.length() < 2000, () -> "message of " + message.length() + " characters");
        assertTrue(message.chars().noneMatch(c -> Character.isISOControl(c)
                || Character.getType(c) == Character.FORMAT || Character.isSurrogate((char) c)), message);
    }
}
