package dev.sextant.cli.conform;

import dev.sextant.cli.reference.Attributes;
import dev.sextant.cli.reference.Case;
import java.io.IOException;

/**
 * Which position axis (0 time, 1 height, 2 width) drives each pair of a model with three axes.
 *
 * <ul>
 * <li>sectioned (Qwen2-VL, GLM-4V): the first pairs by time, then by height, then by width, {@code mrope_section} of
 * each;
 * <li>interleaved (Qwen3-VL): height at 1, 4, 7, ... and width at 2, 5, 8, ..., up to three times their sections; time
 * elsewhere;
 * <li>Ernie: height and width alternate, the last 20 pairs by time.
 * </ul>
 */
final class AxisMap {

    /** Height, width, time; fixed in the class, not in its configuration. */
    private static final int[] ERNIE_SECTIONS = {22, 22, 20};

    private AxisMap() {}

    static int[] of(Case c, int pairs) throws IOException {
        Attributes frequencies = c.attributes().object("frequencies");
        if (c.attributes().text("model_type").startsWith("ernie")) {
            return ernie(pairs);
        }
        int[] sections = frequencies.integers("mrope_section");
        return frequencies.flag("mrope_interleaved") ? interleaved(sections, pairs) : sectioned(sections, pairs);
    }

    private static int[] sectioned(int[] sections, int pairs) {
        int[] map = new int[pairs];
        int j = 0;
        for (int axis = 0; axis < sections.length; axis++) {
            for (int n = 0; n < sections[axis]; n++) {
                map[j++] = axis;
            }
        }
        return map;
    }

    private static int[] interleaved(int[] sections, int pairs) {
        int[] map = new int[pairs];
        for (int j = 0; j < pairs; j++) {
            int axis = j % 3;
            map[j] = j < 3 * sections[axis] ? axis : 0;
        }
        return map;
    }

    private static int[] ernie(int pairs) {
        int[] map = new int[pairs];
        for (int j = 0; j < ERNIE_SECTIONS[0] + ERNIE_SECTIONS[1]; j++) {
            map[j] = 1 + j % 2;
        }
        return map;
    }
}
