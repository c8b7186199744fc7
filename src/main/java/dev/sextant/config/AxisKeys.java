package dev.sextant.config;

import dev.sextant.config.ModelFamily.AxisRule;
import dev.sextant.encoding.AxisMap;
import java.util.List;
import java.util.Set;

/** Which axis of a position drives each pair, by the keys of M-RoPE and the class of the model. */
final class AxisKeys {

    /** Keys of the block that only models with several axes have. */
    static final Set<String> KEYS = Set.of("mrope_section", "mrope_interleaved");

    private AxisKeys() {}

    static AxisMap of(ConfigObject block, ModelFamily family, int rotaryDim) {
        if (family.axes() == AxisRule.TEXT) {
            if ("mrope".equals(block.text("type")) || "mrope".equals(block.text("rope_type"))) {
                throw block.refuse(block.has("rope_type") ? "rope_type" : "type",
                        "is 'mrope', positions of several axes, which is not known of model type '" + family.type()
                                + "'");
            }
            return AxisMap.text();
        }
        boolean woven = family.axes() == AxisRule.WOVEN;
        if (block.has("mrope_interleaved") && block.flag("mrope_interleaved") != woven) {
            throw block.refuse("mrope_interleaved", "got " + !woven + ", but the class of model type '" + family.type()
                    + "' has " + woven);
        }
        int[] s = sections(block, family, rotaryDim / 2);
        return switch (family.axes()) {
            case WOVEN -> AxisMap.interleaved(s[0], s[1], s[2]);
            case ERNIE -> AxisMap.ernie(s[0], s[1], s[2]);
            default -> AxisMap.sectioned(s);
        };
    }

    private static int[] sections(ConfigObject block, ModelFamily family, int pairs) {
        List<Double> stated = block.numbers("mrope_section");
        if (stated == null && family.sections().isEmpty()) {
            throw block.refuse("mrope_section",
                    "is missing, and model type '" + family.type() + "' has no default known here");
        }
        int[] sections = (stated == null ? family.sections() : stated).stream().mapToInt(Number::intValue).toArray();
        boolean whole = stated == null || stated.stream().allMatch(n -> n >= 0 && n <= pairs && n == Math.rint(n));
        if (!whole || sections.length != 3) {
            throw block.refuse("mrope_section", "got " + (whole ? sections.length + " sections" : stated)
                    + ", wanted a count of pairs for each of 3 axes");
        }
        int sum = sections[0] + sections[1] + sections[2];
        if (sum != pairs || family.axes() == AxisRule.ERNIE && sections[0] != sections[1]) {
            throw block.refuse("mrope_section",
                    "got " + sections[0] + " + " + sections[1] + " + " + sections[2] + " = " + sum
                            + " pairs, wanted " + pairs + " for rotary dim " + 2 * pairs);
        }
        return sections;
    }
}
