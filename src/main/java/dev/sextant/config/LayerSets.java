package dev.sextant.config;

import dev.sextant.config.ModelFamily.LayerSet;
import dev.sextant.config.ModelFamily.Scaled;
import dev.sextant.config.ModelFamily.Trait;
import dev.sextant.encoding.AngleMode;
import dev.sextant.encoding.LengthDependent;
import dev.sextant.encoding.Rope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The rotations of a model: one, or one for each type of layer. The latter comes nested ("rope_parameters" with a block for
 * each layer type) or, in older files, flat, with a base for each type under a key of its own.
 */
final class LayerSets {

    private final ConfigObject model;
    private final ModelFamily family;
    private final HeadKeys heads;
    private final Notes notes;
    private final String name;
    private final ConfigObject all;

    LayerSets(ConfigObject model, ModelFamily family, HeadKeys heads, Notes notes) {
        this.model = model;
        this.family = family;
        this.heads = heads;
        this.notes = notes;
        ConfigObject parameters = model.object("rope_parameters");
        ConfigObject scaling = model.object("rope_scaling");
        if (parameters != null && scaling != null && !parameters.sameAs(scaling)) {
            throw model.refuse("rope_scaling", "differs from 'rope_parameters', wanted one of them or equal contents");
        }
        this.name = parameters != null || scaling == null ? "rope_parameters" : "rope_scaling";
        ConfigObject found = parameters != null ? parameters : scaling;
        this.all = found != null ? found : new ConfigObject(model.source(), model.path() + name + ".");
    }

    /** The sets; {@code uniform} is the name of the only one of a model whose layers all rotate alike. */
    List<RotarySet> read(String uniform) {
        if (all.keys().isEmpty() && family.is(Trait.SCALED)) {
            throw model.refuse("rope_parameters", "is missing; without it model type '" + family.type()
                    + "' means a scaling of its reference class, so the file must state the rule");
        }
        long objects = all.keys().stream().filter(all::isObject).count();
        if (objects == 0) {
            return family.layerSets().isEmpty()
                    ? List.of(set(uniform, all, false, "rope_theta", family.defaultBase()))
                    : flat();
        }
        if (objects != all.keys().size()) {
            throw model.refuse(name, "mixes keys of a rule with blocks of layer types: " + shown(all));
        }
        return nested();
    }

    private List<RotarySet> nested() {
        if (family.is(Trait.SKIPS) || family.is(Trait.SLIDING)) {
            throw model.refuse(name, "is nested by layer type, which is not known of model type '" + family.type()
                    + "', some of whose layers do not rotate");
        }
        all.nulls().stream().findFirst().ifPresent(layerType -> {
            throw all.refuse(layerType, "is null, wanted the block of a layer type");
        });
        List<RotarySet> sets = new ArrayList<>();
        for (String layerType : all.keys()) {
            ConfigObject block = all.object(layerType);
            LayerSet known = known(layerType);
            if (known == null && family.layerSets().isEmpty() && !LayerTypes.ATTENDING.contains(layerType)) {
                throw all.refuse(layerType, "is not a known type of layer; known: "
                        + String.join(", ", new TreeSet<>(LayerTypes.ATTENDING)));
            }
            if (block == null || known == null && !family.layerSets().isEmpty()) {
                throw all.refuse(layerType,
                        "is not a layer type of model type '" + family.type() + "'; its layer types: "
                                + String.join(", ", family.layerSets().stream().map(LayerSet::name).toList()));
            }
            sets.add(known == null
                    ? set(layerType, block, true, "rope_theta", family.defaultBase())
                    : set(layerType, block, true, known.baseKey(), known.defaultBase()));
        }
        for (LayerSet wanted : family.layerSets()) {
            if (!all.has(wanted.name())) {
                throw all.refuse(wanted.name(), "is missing; layer types in the file: " + shown(all));
            }
        }
        return sets;
    }

    private static String shown(ConfigObject block) {
        return ConfigObject.cut(String.join(", ", new TreeSet<>(block.keys())));
    }

    private @Nullable LayerSet known(String layerType) {
        return family.layerSets().stream().filter(s -> s.name().equals(layerType)).findFirst().orElse(null);
    }

    /** A scaling stated once, with a base for each layer type. */
    private List<RotarySet> flat() {
        List<RotarySet> sets = new ArrayList<>();
        boolean scales = !new RopeBlock(model, all, family, false, notes).rule().equals("default");
        for (LayerSet each : family.layerSets()) {
            if (each.baseKey().equals("-")) {
                throw model.refuse(name,
                        "is not nested by layer type, the only form known of model type '" + family.type() + "'");
            }
            if (scales && each.scaled() == Scaled.UNKNOWN) {
                throw model.refuse(name, "scales, and which layers of model type '" + family.type()
                        + "' that is meant for is not known");
            }
            boolean scaled = scales && each.scaled() == Scaled.YES;
            sets.add(set(each.name(), scales && !scaled ? plainOf(all) : all, false, each.baseKey(),
                    each.defaultBase()));
        }
        return sets;
    }

    /** What remains of a block for layers that its scaling is not meant for. */
    private ConfigObject plainOf(ConfigObject block) {
        ConfigObject rest = block;
        for (String key : block.keys()) {
            if (!key.equals("rope_theta") && !key.equals("partial_rotary_factor")) {
                rest = rest.without(key);
            }
        }
        return rest;
    }

    private RotarySet set(String layerType, ConfigObject keys, boolean nested, String baseKey, double defaultBase) {
        HeadKeys own = heads.ofLayerType(model, layerType);
        RopeBlock block = new RopeBlock(model, keys, family, nested, notes);
        RotaryWidth width = new RotaryWidth(model, keys, family, block.rule());
        int dim = width.of(own);
        RopeRules rules = new RopeRules(block, block.base(baseKey, defaultBase), dim, width.factor(), notes);
        try {
            return set(layerType, keys, own, dim, rules);
        } catch (IllegalArgumentException e) { // numbers that are fine one by one and nothing together
            throw model.refuse(name, "gives no rotation: " + e.getMessage());
        }
    }

    private RotarySet set(String layerType, ConfigObject keys, HeadKeys own, int dim, RopeRules rules) {
        LengthDependent scaling = rules.scaling();
        AngleMode angles = family.is(Trait.EXACT) ? AngleMode.EXACT : AngleMode.HF_FLOAT32;
        Rope rope = new Rope(dim, HfFamily.layout(model, family), rules.frequencies(scaling), angles,
                AxisKeys.of(keys, family, dim));
        return new RotarySet(layerType, own.query(), own.kv(), own.dim(), own.offset(), family.is(Trait.NEGATIVE), rope,
                Optional.ofNullable(scaling), family.is(Trait.LATENT) ? rules.scoreFactor() : 1);
    }
}
