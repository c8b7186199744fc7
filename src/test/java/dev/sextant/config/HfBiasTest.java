package dev.sextant.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sextant.encoding.Alibi;
import dev.sextant.encoding.Structure;
import dev.sextant.encoding.T5Bias;
import dev.sextant.encoding.T5Buckets;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Published configurations of models that bias their scores, and what is refused of them. */
class HfBiasTest {

    private static Optional<BiasedModel> read(String json) throws IOException {
        return HfBias.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), "config.json");
    }

    @Test
    void bloom() throws IOException {
        BiasedModel model = read("""
                {"model_type": "bloom", "n_embed": 1024, "hidden_size": 1024, "n_head": 16, "n_layer": 24}""")
                .orElseThrow();
        assertEquals(new BiasedModel("config.json", "bloom", 16, 16, 64, 0.125, Structure.causal(), Alibi.of(16), null),
                model);
        assertEquals(Alibi.of(16), model.bias(new float[0]));
        assertEquals(112, read("{\"model_type\": \"bloom\", \"hidden_size\": 14336, \"num_attention_heads\": 128}")
                .orElseThrow().headDim());
    }

    @Test
    void mpt() throws IOException {
        BiasedModel model = read(
                """
                        {"model_type": "mpt", "d_model": 4096, "n_heads": 32, "attn_config": {"alibi": true, "alibi_bias_max": 16,
                        "attn_type": "multiquery_attention", "softmax_scale": 0.25}}""")
                .orElseThrow();
        assertEquals(Alibi.of(32).maxBias(16), model.slopes());
        assertEquals(1, model.kvHeads());
        assertEquals(0.25, model.scale());
        String grouped = "{\"model_type\": \"mpt\", \"d_model\": 64, \"n_heads\": 8, \"attn_config\": "
                + "{\"alibi\": true, \"attn_type\": \"grouped_query_attention\", \"kv_n_heads\": KV}}";
        assertEquals(2, read(grouped.replace("KV", "2")).orElseThrow().kvHeads());
        assertThrows(ConfigException.class, () -> read(grouped.replace("KV", "3")));
        assertThrows(ConfigException.class, () -> read(grouped.replace("true", "false")));
        assertThrows(ConfigException.class, () -> read("{\"model_type\": \"mpt\", \"d_model\": 64, \"n_heads\": 8}"));
    }

    /** The bias is inside the scale. */
    @Test
    void falcon() throws IOException {
        String file = "{\"model_type\": \"falcon\", \"hidden_size\": 2048, \"num_attention_heads\": 32, "
                + "\"multi_query\": false, \"alibi\": true}";
        BiasedModel model = read(file).orElseThrow();
        assertEquals(Alibi.of(32).slope(3) / 8, model.slopes().slope(0, 3), 1e-12);
        assertEquals(32, model.kvHeads());
        assertTrue(read(file.replace("true", "false")).isEmpty());
    }

    @Test
    void t5() throws IOException {
        BiasedModel model = read("""
                {"model_type": "umt5", "d_model": 512, "d_kv": 64, "num_heads": 6, "relative_attention_num_buckets": 32,
                "relative_attention_max_distance": 128}""").orElseThrow();
        assertEquals(T5Buckets.t5(false), model.buckets());
        assertEquals(1, model.scale());
        assertEquals(192, model.tableSize());
        assertEquals(T5Bias.of(T5Buckets.t5(false), 6, new float[192]), model.bias(new float[192]));
        assertEquals(T5Buckets.t5(false), read("{\"model_type\": \"t5\", \"d_kv\": 64, \"num_heads\": 8}")
                .orElseThrow().buckets());
    }

    @Test
    void refusalsSayWhatIsMissing() {
        for (String file : new String[]{"{\"model_type\": \"bloom\", \"hidden_size\": 1024}",
                "{\"model_type\": \"bloom\", \"hidden_size\": 10, \"n_head\": 3}",
                "{\"model_type\": \"bloom\", \"hidden_size\": 10, \"n_head\": 0}",
                "{\"model_type\": \"t5\", \"num_heads\": 8}", "{\"model_type\": \"t5\", \"d_kv\": \"64\"}", "{"}) {
            ConfigException refused = assertThrows(ConfigException.class, () -> read(file));
            assertTrue(refused.getMessage().startsWith("config.json"), refused.getMessage());
        }
    }

    @Test
    void otherModelsAreNotOfThisFamily() throws IOException {
        assertTrue(read("{\"model_type\": \"llama\", \"num_attention_heads\": 1}").isEmpty());
        assertTrue(read("{\"model_type\": 7}").isEmpty());
        assertTrue(read("{}").isEmpty());
    }
}
