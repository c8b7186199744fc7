package dev.sextant.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is printed of a file is what the file says. */
class InspectCommandTest extends CommandLineTest {

    private static final String LLAMA = """
            {"model_type": "llama", "hidden_size": 4096, "num_attention_heads": 32, "num_key_value_heads": 8,
             "num_hidden_layers": 32, "max_position_embeddings": 131072, "rope_theta": 500000.0,
             "rope_scaling": {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
                              "original_max_position_embeddings": 8192}}
            """;

    @TempDir
    Path folder;

    private Path file(String json) throws IOException {
        return Files.writeString(folder.resolve("config.json"), json);
    }

    /** 35 of 64 pairs move, from pair 29 on: a fact about Llama 3.1 8B that was published with its scaling. */
    @Test
    void llama() throws IOException {
        String page = sextant("inspect", file(LLAMA)).expect(Exit.OK).out();
        assertTrue(page.contains("moves 35 of 64 pairs, the first is 29"), page);
        assertTrue(page.contains("32 query, 8 key, of 128"), page);
        // base^(126/128) * 2 pi, times the factor 8
        double slowest = Math.pow(500_000, 126.0 / 128) * 2 * Math.PI * 8;
        assertTrue(page
                .contains("context    131072 positions at most, within which pair 63, the slowest that turns, turns "
                        + String.format(Locale.ROOT, "%.4g times", 131_072 / slowest)),
                page);
        assertTrue(page.contains("original   8192 positions before a scaling"), page);
    }

    @Test
    void json() throws IOException {
        Map<?, ?> report = sextant("inspect", file(LLAMA), "--json", "--out", folder.resolve("out")).expect(Exit.OK)
                .json();
        Map<?, ?> set = (Map<?, ?>) ((List<?>) report.get("sets")).getFirst();
        assertEquals("llama3", set.get("rule"));
        Map<?, ?> context = (Map<?, ?>) set.get("context");
        assertEquals(131_072L, context.get("maxPositions"));
        assertEquals(8192L, context.get("originalContext"));
        assertEquals(63L, context.get("slowestPair"));
        assertEquals((Double) context.get("turnsOfSlowestWithinMax"),
                16 * (Double) context.get("turnsOfSlowestWithinOriginal"), 1e-12);
        assertEquals(64, ((List<?>) set.get("frequencies")).size());
        assertEquals(1.0, ((Number) ((List<?>) set.get("frequencies")).getFirst()).doubleValue());
        assertTrue(Files.size(folder.resolve("out/wavelengths.png")) > 1000);
    }

    @Test
    void layerSetsAndLength() throws IOException {
        String page = sextant("inspect",
                file("""
                        {"model_type": "gemma3_text", "hidden_size": 1152, "head_dim": 256, "num_attention_heads": 4,
                         "num_key_value_heads": 1, "num_hidden_layers": 12, "rope_theta": 1000000, "rope_local_base_freq": 10000,
                         "rope_scaling": null, "sliding_window_pattern": 6, "max_position_embeddings": 32768}
                        """))
                .expect(Exit.OK).out();
        assertTrue(page.contains("full_attention: 5 11"), page);
        assertTrue(page.contains("sliding_attention: 0 1 2 3 4 6 7 8 9 10"), page);
        Path dynamic = file(
                """
                        {"model_type": "internlm2", "hidden_size": 4096, "num_attention_heads": 32, "num_key_value_heads": 8,
                         "max_position_embeddings": 32768, "rope_scaling": {"type": "dynamic", "factor": 2.0}, "rope_theta": 1000000}
                        """);
        assertTrue(sextant("inspect", dynamic).expect(Exit.OK).out().contains("moves no pair"));
        assertTrue(
                sextant("inspect", dynamic, "--length", 65536).expect(Exit.OK).out().contains("moves 63 of 64 pairs"));
    }

    /** No rotation: what is added to embeddings is shown instead. */
    @Test
    void embeddings() throws IOException {
        Path config = file("""
                {"model_type": "whisper", "d_model": 384, "max_source_positions": 1500, "max_target_positions": 448,
                 "scale_embedding": false, "pad_token_id": 50257}
                """);
        String page = sextant("inspect", config).expect(Exit.OK).out();
        assertTrue(page.contains("model      whisper ("), page);
        assertTrue(page.contains("stack      encoder, width 384"), page);
        assertTrue(
                page.contains("generated  sinusoid endpoint HALVES, width 384, HF_FLOAT32 of positions from 0 (1500)"),
                page);
        assertTrue(page.contains("table      position[448 rows]"), page);
        List<?> stacks = (List<?>) sextant("inspect", config, "--json").expect(Exit.OK).json().get("stacks");
        Map<?, ?> encoder = (Map<?, ?>) stacks.getFirst();
        assertEquals("COUNTED", ((Map<?, ?>) encoder.get("generated")).get("origin"));
        Map<?, ?> table = (Map<?, ?>) ((List<?>) ((Map<?, ?>) stacks.get(1)).get("tables")).getFirst();
        assertEquals(448L, table.get("rows"));
        assertTrue(sextant("inspect", config, "--length", 9).expect(Exit.USAGE).err().contains("'whisper' has none"));
        sextant("inspect", config, "--out", folder.resolve("out")).expect(Exit.USAGE);
        assertTrue(sextant("inspect", file("{\"model_type\": \"bert\", \"hidden_size\": 8}")).expect(Exit.UNREADABLE)
                .err().contains("'max_position_embeddings': is missing; model type 'bert' needs it"));
        assertTrue(sextant("check", config).expect(Exit.UNREADABLE).err().contains("HfEmbeddings reads it"));
    }

    @Test
    void refusals() throws IOException {
        assertTrue(sextant("inspect", file(LLAMA.replace("llama3", "llama4"))).expect(Exit.UNREADABLE).err()
                .contains("llama4"));
        sextant("inspect", folder.resolve("nowhere.json")).expect(Exit.UNREADABLE);
        sextant("inspect").expect(Exit.USAGE);
    }
}
