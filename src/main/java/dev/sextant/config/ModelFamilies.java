package dev.sextant.config;

import dev.sextant.config.ModelFamily.AxisRule;
import dev.sextant.config.ModelFamily.LayerSet;
import dev.sextant.config.ModelFamily.Scaled;
import dev.sextant.config.ModelFamily.Trait;
import dev.sextant.encoding.PairLayout;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The table of model types. A type is listed only where the apply function of its reference class was read; everything
 * else is refused, because a guessed layout gives plausible numbers and a broken model.
 */
final class ModelFamilies {

    /** layout, traits or axes, default base, default rotated part ({@code -}: the file must state it), model types. */
    private static final String KNOWN = """
            half         -                   10000    1     llama mistral qwen2 qwen3 gemma gemma2 falcon granite seed_oss esm
            half         -                   1000000  1     mixtral
            half         hybrid              1000000  1     lfm2
            half         skips               2000000  1     smollm3
            half         -                   1000     1     nomic_bert
            half         -                   -        1     qwen2_moe qwen3_moe phi3 phimoe granitemoe granitemoeshared starcoder2
            half         -                   -        1     olmo olmo2 olmoe bitnet arcee hunyuan_v1_dense hunyuan_v1_moe dots1
            half         -                   -        1     doge falcon_h1 orion internlm2 minicpm
            half         uneven              -        1     nemotron-nas
            half         sliding             -        1     exaone4 exaone4_5_text
            half         scaled              -        1     apertus gpt_oss ministral3
            half         negative            10000    1     nanochat
            half         -                   10000    0.25  gpt_neox
            half         -                   10000    0.5   phi persimmon glm4_moe
            half         hybrid              10000    0.5   bamba recurrent_gemma
            half         -                   -        0.5   nemotron
            half         -                   -        0.25  stablelm
            half         hybrid              -        0.25  qwen3_next
            half         -                   5000000  -     minimax_m2
            half         -                   10000    -     phi-msft
            interleaved  sliding             10000    1     cohere2
            interleaved  -                   100000   1     helium
            interleaved  -                   500000   1     cohere ernie4_5
            interleaved  skips               500000   1     llama4_text
            interleaved  -                   -        1     blt
            interleaved  exact               10000    1     roformer
            interleaved  -                   10000    0.9   moonshine
            interleaved  -                   10000    0.5   glm glm4 chatglm
            interleaved  -                   10000    -     gptj codegen
            half         sectioned           1000000  1     qwen2_vl qwen2_vl_text
            half         sectioned           -        1     qwen2_5_vl qwen2_5_vl_text
            half         sectioned=8/12/12   -        -     glm4v_moe_text
            half         woven=24/20/20      -        1     qwen3_vl_text qwen3_vl_moe_text
            half         woven=11/11/10      -        0.25  qwen3_5_text qwen3_5_moe_text
            interleaved  sectioned=8/12/12   10000    0.5   glm4v_text
            interleaved  sectioned=8/12/12   -        -     glm_ocr glm_ocr_text
            interleaved  ernie=22/22/20      500000   1     ernie4_5_vl_moe ernie4_5_vl_moe_text
            half         latent              10000    1     minicpm3
            interleaved  latent              10000    1     deepseek_v2 deepseek_v4
            in-out       latent              10000    1     deepseek_v3 deepseek_v32
            in-out       latent              -        1     kimi_k2 glm4_moe_lite glm_moe_dsa longcat_flash youtu axk1 axk2
            in-out       latent,scaled       -        1     mistral4
            half         -                   -        1     gemma3_text gemma3n_text olmo3 modernbert
            half         scaled              -        1     gemma4_text
            half         -                   -        -     mimo_v2_flash
            """;

    /** Layer types that rotate differently: model type, layer type, key of its base, default base, scaled in the flat form. */
    private static final String PER_LAYER = """
            gemma3_text    full_attention     rope_theta            1000000  yes
            gemma3_text    sliding_attention  rope_local_base_freq  10000    no
            gemma3n_text   full_attention     rope_theta            -        yes
            gemma3n_text   sliding_attention  rope_local_base_freq  -        no
            gemma4_text    full_attention     -                     -        unknown
            gemma4_text    sliding_attention  -                     -        unknown
            modernbert     full_attention     global_rope_theta     160000   yes
            modernbert     sliding_attention  local_rope_theta      10000    yes
            olmo3          full_attention     rope_theta            500000   yes
            olmo3          sliding_attention  rope_theta            500000   no
            mimo_v2_flash  full_attention     rope_theta            -        unknown
            mimo_v2_flash  sliding_attention  swa_rope_theta        -        unknown
            deepseek_v4    main               rope_theta            10000    no
            deepseek_v4    compress           compress_rope_theta   160000   yes
            """;

    /** Where a file that says nothing about key heads means one for every query head. */
    private static final Set<String> MULTI_HEAD = Set.of("llama", "phi", "phi3", "phi-msft", "gpt_neox", "gptj",
            "codegen",
            "persimmon", "nomic_bert", "cohere", "cohere2", "granite", "olmo", "olmo2", "helium", "apertus",
            "recurrent_gemma", "chatglm", "modernbert", "esm", "roformer", "nemotron-nas");

    /** Reason, model types. */
    private static final String REFUSED = """
            none      gpt2 bloom mpt refact jamba mamba mamba2 nemotron_h kimi_linear
            vision    dinov3_vit pixtral vjepa2 qwen2_5_vl_vision qwen3_vl_vision gemma4_vision llama4_vision_model sam2
            baichuan  baichuan
            """;

    private static final Map<String, String> REASONS = Map.of(
            "none", "it has no rotary embedding",
            "vision", "its positions are image coordinates, which a configuration of text does not describe",
            "baichuan",
            "its 7B size rotates and its 13B size has linear biases (ALiBi), and the file does not say which it is");

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
            for (int i = 4; i < cells.length; i++) {
                families.put(cells[i], family(cells, cells[i]));
            }
        }
        return families;
    }

    private static ModelFamily family(String[] cells, String type) {
        PairLayout layout = switch (cells[0]) {
            case "half" -> PairLayout.HALF_SPLIT;
            case "interleaved" -> PairLayout.INTERLEAVED;
            default -> PairLayout.INTERLEAVED_IN_HALF_OUT;
        };
        EnumSet<Trait> traits = EnumSet.noneOf(Trait.class);
        if (MULTI_HEAD.contains(type)) {
            traits.add(Trait.MULTI_HEAD);
        }
        AxisRule axes = AxisRule.TEXT;
        List<Integer> sections = List.of();
        for (String word : cells[1].equals("-") ? new String[0] : cells[1].split(",")) {
            String[] parts = word.split("=");
            String name = parts[0].toUpperCase(Locale.ROOT);
            if (Stream.of(AxisRule.values()).anyMatch(rule -> rule.name().equals(name))) {
                axes = AxisRule.valueOf(name);
                sections = parts.length == 1
                        ? List.of()
                        : Stream.of(parts[1].split("/")).map(Integer::valueOf).toList();
            } else {
                traits.add(Trait.valueOf(name));
            }
        }
        return new ModelFamily(type, layout, traits, number(cells[2]), number(cells[3]), axes, sections,
                layerSets(type));
    }

    private static List<LayerSet> layerSets(String type) {
        List<LayerSet> sets = new ArrayList<>();
        for (String line : PER_LAYER.lines().toList()) {
            String[] cells = line.split(" +");
            if (cells[0].equals(type)) {
                sets.add(new LayerSet(cells[1], cells[2], number(cells[3]),
                        Scaled.valueOf(cells[4].toUpperCase(Locale.ROOT))));
            }
        }
        return List.copyOf(sets);
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
