package dev.sextant.config;

import dev.sextant.encoding.PairLayout;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The table of model types. A type is listed only where the apply function of its reference class was read; everything
 * else is refused, because a guessed layout gives plausible numbers and a broken model.
 */
final class ModelFamilies {

    /** layout, default base, default rotated part ({@code -}: the file must state it), model types. */
    private static final String KNOWN = """
            half         10000    1     llama mistral qwen2 qwen3 gemma gemma2 falcon granite seed_oss
            half         1000000  1     mixtral lfm2
            half         2000000  1     smollm3
            half         1000     1     nomic_bert
            half         -        1     qwen2_moe qwen3_moe phi3 granitemoe granitemoeshared starcoder2 olmo olmo2 olmoe
            half         -        1     exaone4 bitnet arcee hunyuan_v1_dense hunyuan_v1_moe dots1 doge falcon_h1
            half-scaled  -        1     apertus gpt_oss ministral3
            half         10000    0.25  gpt_neox
            half         10000    0.5   phi persimmon glm4_moe bamba recurrent_gemma
            half         -        0.5   nemotron
            half         -        0.25  stablelm qwen3_next
            half         5000000  -     minimax_m2
            interleaved  10000    1     cohere2
            interleaved  100000   1     helium
            interleaved  500000   1     cohere ernie4_5 llama4_text
            interleaved  -        1     blt
            interleaved  10000    0.5   glm glm4 chatglm
            interleaved  10000    -     gptj codegen
            """;

    /** Where a file that says nothing about key heads means one for every query head. */
    private static final Set<String> MULTI_HEAD = Set.of("llama", "phi", "phi3", "gpt_neox", "gptj", "codegen",
            "persimmon", "nomic_bert", "cohere", "cohere2", "granite", "olmo", "olmo2", "helium", "apertus",
            "recurrent_gemma", "chatglm");

    /** Reason, model types. */
    private static final String REFUSED = """
            per-layer  gemma3 gemma3_text gemma3n gemma3n_text gemma4 gemma4_text modernbert olmo3 mimo_v2_flash
            mrope      qwen2_vl qwen2_vl_text qwen2_5_vl qwen2_5_vl_text qwen3_vl qwen3_vl_text qwen3_vl_moe
            mrope      qwen3_vl_moe_text qwen3_5 qwen3_5_text glm4v glm4v_text glm4v_moe glm_ocr
            mrope      ernie4_5_vl_moe ernie4_5_vl_moe_text
            latent     deepseek_v2 deepseek_v3 deepseek_v32 deepseek_v4 glm4_moe_lite glm_moe_dsa longcat_flash mistral4
            latent     youtu axk1 axk2 kimi_k2 minicpm3
            negative   nanochat
            none       gpt2 bloom mpt refact jamba mamba mamba2 nemotron_h kimi_linear
            """;

    private static final Map<String, String> REASONS = Map.of(
            "per-layer",
            "its layer types have rotations of their own (nested per-layer parameters), which is not supported yet",
            "mrope", "its positions have several axes (mrope), which is not supported yet",
            "latent", "its heads are those of multi-head latent attention, which is not supported yet",
            "negative", "it rotates by the negative angle, which is not supported yet",
            "none", "it has no rotary embedding");

    private static final Map<String, ModelFamily> FAMILIES = families();
    private static final Map<String, String> REFUSALS = refusals();

    private ModelFamilies() {}

    /** The family of a model type, or null. */
    static @Nullable ModelFamily of(String type) {
        return FAMILIES.get(type);
    }

    /** Why a known model type is refused, or null. */
    static @Nullable String refusal(String type) {
        return REFUSALS.get(type);
    }

    /** All types that can be read, in alphabetical order. */
    static String names() {
        return String.join(", ", new TreeSet<>(FAMILIES.keySet()));
    }

    private static Map<String, ModelFamily> families() {
        Map<String, ModelFamily> families = new LinkedHashMap<>();
        for (String line : KNOWN.lines().toList()) {
            String[] cells = line.split(" +");
            for (int i = 3; i < cells.length; i++) {
                families.put(cells[i], new ModelFamily(cells[i],
                        cells[0].startsWith("half") ? PairLayout.HALF_SPLIT : PairLayout.INTERLEAVED, number(cells[1]),
                        number(cells[2]), cells[0].endsWith("-scaled"),
                        MULTI_HEAD.contains(cells[i])));
            }
        }
        return families;
    }

    private static Map<String, String> refusals() {
        Map<String, String> refusals = new LinkedHashMap<>();
        for (String line : REFUSED.lines().toList()) {
            String[] cells = line.split(" +");
            for (int i = 1; i < cells.length; i++) {
                refusals.put(cells[i], REASONS.getOrDefault(cells[0], cells[0]));
            }
        }
        return refusals;
    }

    private static double number(String cell) {
        return cell.equals("-") ? Double.NaN : Double.parseDouble(cell);
    }
}
