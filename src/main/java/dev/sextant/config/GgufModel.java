package dev.sextant.config;

import dev.sextant.config.GgufArchitectures.Pairing;
import dev.sextant.encoding.AngleMode;
import dev.sextant.encoding.AxisMap;
import dev.sextant.encoding.Frequencies;
import dev.sextant.encoding.GeometricFrequencies;
import dev.sextant.encoding.LengthDependent;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.Rope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The heads and rotations of a GGUF file, from its metadata. */
final class GgufModel {

    private static final int MANY = 1 << 20;
    private static final String FULL = "full_attention";
    private static final String SLIDING = "sliding_attention";

    /** Every fourth layer does not rotate. */
    private static final Set<String> SKIPS = Set.of("llama4", "smollm3");

    private final GgufMetadata file;
    private final String architecture;
    private final Notes notes = new Notes(Strictness.STRICT);
    private final int layers;
    private final int queryHeads;
    private final double[] kvHeads;

    GgufModel(GgufMetadata file) {
        this.file = file;
        this.architecture = file.architecture();
        this.layers = (int) file.integer(key("block_count"), 0, LayerTypes.MOST);
        this.queryHeads = (int) uniform("attention.head_count");
        double[] stated = file.numbers(key("attention.head_count_kv"));
        this.kvHeads = stated == null ? new double[]{queryHeads} : stated;
    }

    private String key(String name) {
        return architecture + "." + name;
    }

    ModelConfig read() {
        Pairing pairing = pairing();
        UnreadKeys.note(file, architecture, notes);
        List<RotarySet> sets = new ArrayList<>();
        List<String> types = List.of();
        if (file.has(key("rope.freq_base_swa"))
                || architecture.equals("gemma3") && file.has(key("attention.sliding_window"))) {
            sets.add(set(FULL, "", "freq_base", pairing, true));
            sets.add(set(SLIDING, "_swa", "freq_base_swa", pairing, false));
            types = architecture.equals("gemma3") ? pattern(i -> (i + 1) % 6 == 0, FULL, SLIDING) : List.of();
        } else if (SKIPS.contains(architecture)) {
            sets.add(set(LayerTypes.ROTATING, "", "freq_base", pairing, true));
            types = pattern(i -> (i + 1) % 4 != 0, LayerTypes.ROTATING, ModelConfig.NONE);
        } else if (slides()) {
            sets.add(set(SLIDING, "", "freq_base", pairing, true));
            types = pattern(i -> (i + 1) % 4 == 0, FULL, SLIDING);
        } else if (kvHeads.length > 1 && IntStream.range(0, kvHeads.length).anyMatch(i -> kvHeads[i] == 0)) {
            sets.add(set(LayerTypes.ROTATING, "", "freq_base", pairing, true));
            types = pattern(i -> kvHeads[i] > 0, LayerTypes.ROTATING, ModelConfig.NONE);
        } else {
            sets.add(set(ModelConfig.ALL, "", "freq_base", pairing, true));
        }
        long positions = file.integer(key("context_length"), 0, 1L << 40);
        return new ModelConfig(file.source(), architecture, layers == 0 ? OptionalInt.empty() : OptionalInt.of(layers),
                positions == 0 ? OptionalLong.empty() : OptionalLong.of(positions), sets, types, notes.warnings());
    }

    private boolean slides() {
        return architecture.equals("cohere2")
                || architecture.equals("exaone4") && file.has(key("attention.sliding_window"));
    }

    private List<String> pattern(IntPredicate first, String yes, String no) {
        return IntStream.range(0, layers).mapToObj(i -> first.test(i) ? yes : no).toList();
    }

    private Pairing pairing() {
        String refusal = GgufArchitectures.refusal(architecture);
        Pairing pairing = GgufArchitectures.of(architecture, file.has(key("rope.dimension_sections")));
        if (refusal != null || pairing == Pairing.NONE) {
            throw file.refuse("general.architecture", "architecture '" + architecture + "': "
                    + (refusal != null ? refusal : "it has no rotary embedding"));
        }
        if (pairing == null) {
            throw file.refuse("general.architecture", "architecture '" + ConfigObject.cut(architecture)
                    + "' is not known, so its pair layout is not");
        }
        if (file.number(key("attention.max_alibi_bias"), 0) != 0) {
            throw file.refuse(key("attention.max_alibi_bias"),
                    "the model has linear biases (ALiBi), not a rotary embedding");
        }
        if (architecture.equals("modern-bert") && !file.has(key("rope.freq_base_swa"))
                || architecture.equals("olmo2") && file.has(key("attention.sliding_window"))) {
            throw file.refuse("general.architecture", "architecture '" + architecture
                    + "' with sliding layers: whose rotation is not known from this file");
        }
        return pairing;
    }

    /** The rotation of some layers; {@code suffix} is that of their keys. */
    private RotarySet set(String layerType, String suffix, String baseKey, Pairing pairing, boolean first) {
        int headDim = headDim(suffix);
        int rotaryDim = (int) file.integer(key("rope.dimension_count" + suffix),
                suffix.isEmpty() ? headDim : file.integer(key("rope.dimension_count"), headDim, MANY), MANY);
        if (rotaryDim < 2 || rotaryDim % 2 != 0 || rotaryDim > headDim) {
            throw file.refuse(key("rope.dimension_count" + suffix), "gives a rotary dim of " + rotaryDim
                    + ", wanted an even number from 2 to the head dim " + headDim);
        }
        if (GgufArchitectures.rotatesWholeHead(architecture) && rotaryDim != headDim) {
            throw file.refuse(key("rope.dimension_count"), "got " + rotaryDim + ", wanted the head dim " + headDim
                    + ", as the loader of '" + architecture + "' does");
        }
        GgufRules rules = new GgufRules(file, architecture, rotaryDim, notes);
        try {
            return set(layerType, headDim, rotaryDim, rules, baseKey, pairing, first);
        } catch (IllegalArgumentException e) { // numbers that are fine one by one and nothing together
            throw file.refuse(key("rope." + baseKey), "gives no rotation: " + e.getMessage());
        }
    }

    private RotarySet set(String layerType, int headDim, int rotaryDim, GgufRules rules, String baseKey,
            Pairing pairing, boolean first) {
        double base = rules.base(baseKey);
        boolean latent = GgufArchitectures.isLatent(architecture);
        boolean plain = !first && isPlainWhereSliding(rules);
        LengthDependent scaling = plain ? null : rules.scaling(base);
        Frequencies frequencies = plain
                ? new GeometricFrequencies(base)
                : scaling != null ? scaling.at(1) : rules.frequencies(base);
        int kv = keyHeads();
        Rope rope = new Rope(rotaryDim, pairing == Pairing.NORMAL ? PairLayout.INTERLEAVED : PairLayout.HALF_SPLIT,
                frequencies, AngleMode.HF_FLOAT32, axes(pairing, rotaryDim / 2));
        return new RotarySet(layerType, queryHeads, kv, headDim, latent ? headDim - rotaryDim : 0, false, rope,
                Optional.ofNullable(scaling), latent ? rules.scoreFactor() : 1);
    }

    /** Gemma 3 and 4 scale full layers only; of others it is not known. */
    private boolean isPlainWhereSliding(GgufRules rules) {
        boolean known = architecture.equals("gemma3") || architecture.equals("gemma4");
        if (rules.scales() && !known) {
            throw file.refuse(key("rope.freq_base_swa"),
                    "gives sliding layers a base of their own, and whether the scaling of "
                            + "this file is meant for them is not known of architecture '" + architecture + "'");
        }
        return known;
    }

    private int headDim(String suffix) {
        long dim = file.integer(key("attention.key_length" + suffix), 0, MANY);
        if (GgufArchitectures.isLatent(architecture) && file.has(key("attention.key_length_mla"))) {
            dim = file.integer(key("attention.key_length_mla"), 0, MANY);
        } else if (dim == 0 && !suffix.isEmpty()) {
            dim = file.integer(key("attention.key_length"), 0, MANY);
        }
        if (dim == 0) {
            long width = file.integer(key("embedding_length"), 0, 1L << 30);
            if (width == 0 || width % queryHeads != 0) {
                throw file.refuse(key("attention.key_length"), "is missing, and an embedding length of " + width
                        + " is not a multiple of " + queryHeads + " heads");
            }
            dim = width / queryHeads;
        }
        return (int) dim;
    }

    /** A number, or an array of equal ones. */
    private long uniform(String name) {
        double[] numbers = file.numbers(key(name));
        if (numbers == null || numbers.length == 0) {
            throw file.refuse(key(name), "is missing");
        }
        for (double number : numbers) {
            if (number != numbers[0] || number != Math.rint(number) || number < 1 || number > MANY) {
                throw file.refuse(key(name),
                        "got " + number + ", wanted one integer from 1 to " + MANY + " for all layers");
            }
        }
        return (long) numbers[0];
    }

    /** The count of layers that have key heads; 0 is a layer without attention. */
    private int keyHeads() {
        double found = 0;
        if (kvHeads.length != 1 && layers > 0 && kvHeads.length != layers) {
            throw file.refuse(key("attention.head_count_kv"), "lists " + kvHeads.length + " layers of " + layers);
        }
        for (double kv : kvHeads) {
            if (kv != Math.rint(kv) || kv < 0 || kv > queryHeads || kv > 0 && found > 0 && kv != found
                    || kv > 0 && queryHeads % kv != 0) {
                throw file.refuse(key("attention.head_count_kv"),
                        "got " + kv + ", wanted one divisor of the " + queryHeads
                                + " query heads for all layers");
            }
            found = Math.max(found, kv);
        }
        if (found == 0) {
            throw file.refuse(key("attention.head_count_kv"), "gives no layer a key head");
        }
        return (int) found;
    }

    private AxisMap axes(Pairing pairing, int pairs) {
        if (pairing != Pairing.MROPE && pairing != Pairing.IMROPE) {
            return AxisMap.text();
        }
        String name = key("rope.dimension_sections");
        int[] s = sections(file.numbers(name), name, pairs);
        boolean fourth = s[3] > 0;
        int[] map = new int[pairs];
        for (int j = 0; j < pairs; j++) {
            if (pairing == Pairing.MROPE) {
                map[j] = j < s[0] ? 0 : j < s[0] + s[1] ? 1 : j < s[0] + s[1] + s[2] ? 2 : 3;
            } else {
                // unlike other engines, what no rule claims goes to the fourth axis, whose position is 0 for text
                map[j] = j < 3 * s[j % 3] ? j % 3 : 3;
                fourth |= map[j] == 3;
            }
        }
        return AxisMap.of(fourth ? 4 : 3, map);
    }

    private int[] sections(double @Nullable [] stated, String name, int pairs) {
        if (stated == null || stated.length < 3 || stated.length > 4) {
            throw file.refuse(name,
                    stated == null ? "is missing" : "got " + stated.length + " sections, wanted 3 or 4");
        }
        int[] sections = new int[4];
        int sum = 0;
        for (int i = 0; i < stated.length; i++) {
            if (!(stated[i] >= 0 && stated[i] <= pairs) || stated[i] != Math.rint(stated[i])) {
                throw file.refuse(name, "got " + stated[i] + ", wanted a count of pairs");
            }
            sections[i] = (int) stated[i];
            sum += sections[i];
        }
        if (sum != pairs) {
            throw file.refuse(name, "got " + sum + " pairs in all, wanted " + pairs + " for rotary dim " + 2 * pairs);
        }
        return sections;
    }
}
