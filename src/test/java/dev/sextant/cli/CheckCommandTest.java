package dev.sextant.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sextant.Backend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exit codes of {@code check}, and one whole run on a small model. */
class CheckCommandTest extends CommandLineTest {

    @TempDir
    private Path folder;

    private Path config(String json) throws IOException {
        return Files.writeString(folder.resolve("config.json"), json);
    }

    @Test
    void refusals() throws IOException {
        sextant("check", folder.resolve("nowhere.json")).expect(Exit.UNREADABLE);
        sextant("check", config("{")).expect(Exit.UNREADABLE);
        String heads = "\"model_type\": \"llama\", \"num_attention_heads\": 1, \"head_dim\": 8, ";
        Path yarn = config("{" + heads + "\"rope_scaling\": {\"type\": \"yern\"}}");
        Outcome outcome = sextant("check", yarn, "--json").expect(Exit.UNREADABLE);
        assertTrue(outcome.err().contains("rope type 'yern' is not known"), outcome.err());
        assertTrue(outcome.json().get("error").toString().contains("yern"), outcome.out());
        Path dynamic = config("{" + heads + "\"max_position_embeddings\": 64, \"rope_scaling\": "
                + "{\"type\": \"dynamic\", \"factor\": 2}}");
        assertTrue(sextant("check", dynamic).expect(Exit.UNREADABLE).err().contains("ask for rope(length)"));
        Path negative = config("{" + heads.replace("llama", "nanochat") + "\"num_key_value_heads\": 1}");
        assertTrue(
                sextant("check", negative).expect(Exit.UNREADABLE).err().contains("check compares plain heads only"));
    }

    @Test
    void outputThatCannotBeWritten() throws IOException {
        Path model = config("{\"model_type\": \"llama\", \"num_attention_heads\": 1, \"head_dim\": 8}");
        sextant("check", model, "--out", model).expect(Exit.UNREADABLE);
        assertFalse(Files.isDirectory(model));
    }

    /** Partly rotated interleaved heads of an awkward size, on every backend. */
    @Test
    void aSmallModel() throws IOException {
        Path model = config(
                """
                        {"model_type": "glm", "num_attention_heads": 3, "num_key_value_heads": 1, "head_dim": 36, "hidden_size": 108,
                        "rope_theta": 500000, "partial_rotary_factor": 0.5, "max_position_embeddings": 8192}""");
        Path out = folder.resolve("out");
        Map<?, ?> report = sextant("check", model, "--out", out, "--json").expect(Exit.OK).json();
        assertEquals(true, report.get("bitsEqual"));
        assertEquals(6 * Backend.available().size(), ((List<?>) report.get("results")).size());
        assertEquals("", report.get("noPicture"));
        assertNotNull(ImageIO.read(out.resolve("wavelengths.png").toFile()));
        List<String> rows = Files.readAllLines(out.resolve("wavelengths.csv"));
        assertEquals(1 + 9, rows.size());
        assertEquals("0,1.00000000,6.28318531,6.28318531", rows.get(1));
    }

    /** Models without a rotation: their attention runs on every backend. */
    @Test
    void modelsThatBiasTheirScores() throws IOException {
        for (String model : List.of("{\"model_type\": \"bloom\", \"hidden_size\": 32, \"n_head\": 2}",
                "{\"model_type\": \"mpt\", \"d_model\": 48, \"n_heads\": 3, \"attn_config\": {\"alibi\": true}}",
                "{\"model_type\": \"t5\", \"d_kv\": 20, \"num_heads\": 2}")) {
            Map<?, ?> report = sextant("check", config(model), "--json").expect(Exit.OK).json();
            assertEquals(true, report.get("agree"));
            assertEquals(6 * Backend.available().size(), ((List<?>) report.get("results")).size());
            String page = sextant("check", config(model)).expect(Exit.OK).out();
            assertTrue(page.contains("decode") && page.contains("java"), page);
        }
    }
}
