package dev.sextant.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sextant.encoding.LatentAttentionScale;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The factor of the scores comes from one record, whichever file states it, and nonsense in a file is the file's error. */
class LatentScaleTest {

    private static ConfigException deepSeek(String mscaleAllDim) {
        return assertThrows(ConfigException.class, () -> HfConfig.parse(text(mscaleAllDim), "test"));
    }

    private static String text(String mscaleAllDim) throws IOException {
        String good;
        try (InputStream in = LatentScaleTest.class.getResourceAsStream("deepseek-v3.json")) {
            good = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        String changed = good.replaceAll("\"mscale_all_dim\": *1(\\.0)?", "\"mscale_all_dim\": " + mscaleAllDim);
        assertTrue(changed.contains("\"mscale_all_dim\": " + mscaleAllDim), good);
        return changed;
    }

    @Test
    void aFileAndTheRecordAgree() throws IOException {
        assertEquals(new LatentAttentionScale(40, 0.5).multiplier(),
                HfConfig.parse(text("0.5"), "test").set().scoreFactor());
        assertEquals(1, HfConfig.parse(text("0"), "test").set().scoreFactor());
    }

    @Test
    void nonsenseNamesItsKey() {
        for (String value : new String[]{"-1", "1e31"}) {
            String message = deepSeek(value).getMessage();
            assertTrue(message.contains("mscale_all_dim") && message.contains("wanted a number above 0"), message);
        }
        ConfigException gguf = assertThrows(ConfigException.class, () -> TinyGguf.of("deepseek2")
                .put("deepseek2.rope.scaling.type", "yarn").put("deepseek2.rope.scaling.factor", 40f)
                .put("deepseek2.rope.scaling.original_context_length", 4096)
                .put("deepseek2.rope.scaling.yarn_log_multiplier", -0.1f)
                .put("deepseek2.attention.key_length", 192).put("deepseek2.rope.dimension_count", 64)
                .put("deepseek2.attention.head_count_kv", 32).read().model());
        assertTrue(gguf.getMessage().contains("yarn_log_multipli"), gguf.getMessage());
    }
}
