package dev.sextant.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the weights of each GGUF architecture pair up, as its converter left them. Source: {@code llama_model_rope_type} of
 * llama.cpp. Only names read there are listed; the rest is refused.
 */
final class GgufArchitectures {

    /** Pairing of an architecture. */
    enum Pairing {
        /** (2j, 2j + 1). */
        NORMAL,
        /** (j, j + R/2). */
        NEOX,
        /** The same, a run of pairs for each axis. */
        MROPE,
        /** The same, axes taking turns. */
        IMROPE,
        /** No rotary embedding. */
        NONE
    }

    private static final String TABLE = """
            NORMAL llama llada llama4 deci baichuan starcoder internlm2 minicpm xverse command-r cohere2 olmo arctic deepseek
            NORMAL deepseek2 deepseek32 plm chatglm granite granitemoe granitehybrid chameleon bailingmoe neo-bert smollm3 arcee
            NORMAL ernie4_5 ernie4_5-moe mistral3 mistral4 eagle3 glm-dsa glm4
            NEOX falcon falcon-h1 grok dbrx nomic-bert nomic-bert-moe jina-bert-v3 modern-bert eurobert stablelm bitnet qwen qwen2
            NEOX qwen2moe qwen3 qwen3moe qwen3next olmo2 olmoe phi2 phi3 phimoe plamo plamo2 gemma gemma2 gemma3 gemma3n gemma4
            NEOX gemma-embedding starcoder2 openelm gptneox codeshell orion nemotron exaone exaone4 minicpm3 bailingmoe2 dots1
            NEOX hunyuan-moe hunyuan-dense gpt-oss lfm2 lfm2moe seed_oss apertus minimax-m2 afmoe mimo2 step35 glm4moe
            MROPE qwen2vl paddleocr
            IMROPE qwen3vl qwen3vlmoe qwen35 qwen35moe
            NONE gpt2 gptj bloom mpt refact jamba mamba mamba2 rwkv6 rwkv6qwen2 rwkv7 arwkv7 kimi-linear nemotron_h nemotron_h_moe
            """;

    /** Heads that end with the rotated slice. */
    private static final Set<String> LATENT = Set.of("deepseek2", "deepseek32", "minicpm3", "plm", "glm-dsa",
            "mistral4");

    /** Those whose rotary dim must be the head dim. */
    private static final Set<String> WHOLE_HEAD = Set.of("llama", "deci", "falcon");

    /** Those whose layers differ in ways that the metadata read here does not describe. */
    private static final Map<String, String> REFUSED = Map.of(
            "deepseek4", "its layers have two rotations, and which has which is not known from this file",
            "bert", "it adds learned positions and rotates nothing");

    private static final Map<String, Pairing> PAIRINGS = pairings();

    private GgufArchitectures() {}

    /** The pairing; {@code sections} says whether the file has sections for several axes. */
    static @Nullable Pairing of(String architecture, boolean sections) {
        Pairing pairing = PAIRINGS.get(architecture);
        boolean either = architecture.equals("glm4") || architecture.equals("glm4moe");
        return either && sections ? Pairing.MROPE : pairing;
    }

    static @Nullable String refusal(String architecture) {
        return REFUSED.get(architecture);
    }

    static boolean isLatent(String architecture) {
        return LATENT.contains(architecture);
    }

    static boolean rotatesWholeHead(String architecture) {
        return WHOLE_HEAD.contains(architecture);
    }

    private static Map<String, Pairing> pairings() {
        Map<String, Pairing> pairings = new LinkedHashMap<>();
        for (String line : TABLE.lines().toList()) {
            String[] cells = line.split(" +");
            for (int i = 1; i < cells.length; i++) {
                pairings.put(cells[i], Pairing.valueOf(cells[0]));
            }
        }
        return pairings;
    }
}
