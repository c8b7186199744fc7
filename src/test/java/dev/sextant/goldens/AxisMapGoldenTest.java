package dev.sextant.goldens;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sextant.encoding.AxisMap;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which axis drives which pair, said by other implementations pair by pair. Catches a map that is one pair off. */
@Tag("goldens")
class AxisMapGoldenTest {

    @Test
    void mapsOfTextModels() throws Exception {
        List<Json> maps = Json.resource("/goldens/rope-golden.json").get("mrope_axis_maps").list();
        assertEquals(6, maps.size());
        for (Json map : maps) {
            String name = map.get("name").text();
            int[] s = sections(map);
            AxisMap got = switch (name.substring(0, name.indexOf(' '))) {
                case "interleaved" -> AxisMap.interleaved(s[0], s[1], s[2]);
                case "sectioned" -> AxisMap.sectioned(s);
                case "ernie4_5_vl" -> AxisMap.ernie(s[0], s[1], s[2]);
                case "ggml" -> AxisMap.interleavedGgml(s[0], s[1], s[2], 0);
                default -> throw new AssertionError(name);
            };
            assertSame(map.get("axis").longs(), got, name);
        }
    }

    /** The classes' own index lists, GLM's on interleaved pairs among them. */
    @Test
    void mapsOfModelClasses() throws Exception {
        Reference reference = new Reference("rope-models");
        int checked = 0;
        for (Reference.Case c : reference.cases()) {
            if (c.kind().equals("rope-text") && c.attributes().has("axes")) {
                Json rule = c.attributes().get("frequencies");
                int[] s = rule.has("mrope_section") ? sections(rule) : new int[]{22, 22, 20};
                AxisMap got = rule.has("mrope_interleaved")
                        ? AxisMap.interleaved(s[0], s[1], s[2])
                        : rule.has("mrope_section") ? AxisMap.sectioned(s) : AxisMap.ernie(s[0], s[1], s[2]);
                assertSame(reference.longs(c, "axis_map"), got, c.name());
                checked++;
            }
        }
        assertEquals(5, checked);
    }

    private static int[] sections(Json map) {
        return Arrays.stream(map.get("mrope_section").longs()).mapToInt(Math::toIntExact).toArray();
    }

    private static void assertSame(long[] wanted, AxisMap got, String name) {
        assertArrayEquals(Arrays.stream(wanted).mapToInt(Math::toIntExact).toArray(),
                IntStream.range(0, got.pairs()).map(got::axis).toArray(), name);
    }
}
