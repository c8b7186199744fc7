package dev.sextant.audit;

import dev.sextant.Audit;
import dev.sextant.cli.text.Json;
import dev.sextant.config.HfConfig;
import dev.sextant.config.ModelConfig;
import dev.sextant.config.RotarySet;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** Published configurations to plant mistakes in, and audits of them. */
final class Models {

    static final ModelConfig LLAMA = published("meta-llama/Meta-Llama-3.1-8B");
    /** The fragment that is published is the part for text, which does not repeat its model type. */
    static final ModelConfig GEMMA = published("google/gemma-3-27b (text_config)", "gemma3_text");
    static final ModelConfig DEEPSEEK = published("deepseek-ai/DeepSeek-V3");
    static final ModelConfig PHI = published("microsoft/Phi-3.5-mini-instruct");
    static final ModelConfig PHI4 = published("microsoft/Phi-4-mini-instruct");
    static final ModelConfig GPT_OSS = published("openai/gpt-oss-20b");
    /** Qwen2.5 with the long-context block that its card tells users to add. */
    static final ModelConfig QWEN = HfConfig.parse("""
            {"model_type": "qwen2", "hidden_size": 3584, "num_attention_heads": 28, "num_key_value_heads": 4,
             "num_hidden_layers": 28, "max_position_embeddings": 32768, "rope_theta": 1000000.0,
             "rope_scaling": {"type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32768}}""", "qwen2.5");

    private Models() {}

    private static ModelConfig published(String model) {
        return published(model, null);
    }

    private static ModelConfig published(String model, String type) {
        try (InputStream in = HfConfig.class.getResourceAsStream("list/model-configs.json")) {
            byte[] bytes = in.readAllBytes();
            for (Object entry : (List<?>) Json.read(bytes, 0, bytes.length)) {
                if (((Map<?, ?>) entry).get("model").equals(model)) {
                    String json = Json.write(((Map<?, ?>) entry).get("config"), false);
                    return HfConfig.parse(
                            type == null ? json : "{\"model_type\": \"" + type + "\", " + json.substring(1), model);
                }
            }
            throw new AssertionError(model);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ModelConfig config(String json) {
        return HfConfig.parse(json, "config");
    }

    /** The first set of a model, with all others as suspects; a rule by length at its shortest. */
    static Audit audit(ModelConfig model) {
        return audit(model, model.sets().getFirst(), 1);
    }

    static Audit audit(ModelConfig model, RotarySet set, long length) {
        Audit audit = Audit.of(set.rope(length)).heads(set.headDim(), set.rotaryOffset());
        if (set.inverse()) {
            audit = audit.inverse();
        }
        if (set.scaling().isPresent()) {
            audit = audit.scaling(set.scaling().get());
        }
        for (RotarySet other : model.sets()) {
            if (other != set) {
                audit = audit.other(other.layerType(), other.rope(length));
            }
        }
        return audit;
    }
}
