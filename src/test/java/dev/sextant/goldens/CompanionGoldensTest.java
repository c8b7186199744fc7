package dev.sextant.goldens;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sextant.encoding.PadFill;
import dev.sextant.encoding.PositionIds;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Position ids and query factors against figures of the frameworks that made them. */
@Tag("goldens")
class CompanionGoldensTest {

    private static List<Reference.Case> cases(Reference reference, String kind, int count) {
        List<Reference.Case> cases = reference.cases().stream().filter(c -> c.kind().equals(kind)).toList();
        assertEquals(count, cases.size(), kind);
        return cases;
    }

    private static int[] ints(Reference reference, Reference.Case c, String tensor) {
        return Arrays.stream(reference.longs(c, tensor)).mapToInt(Math::toIntExact).toArray();
    }

    @Test
    void positionIds() throws Exception {
        Reference additive = new Reference("additive");
        for (Reference.Case c : cases(additive, "position-ids-mask", 1)) {
            int[] mask = ints(additive, c, "mask");
            boolean[] attended = new boolean[mask.length];
            IntStream.range(0, mask.length).forEach(i -> attended[i] = mask[i] != 0);
            int tokens = (int) additive.shape(c, "mask")[1];
            assertArrayEquals(ints(additive, c, "ids_fill0"), PositionIds.fromMask(attended, tokens, PadFill.ZERO));
            assertArrayEquals(ints(additive, c, "ids_fill1"), PositionIds.fromMask(attended, tokens, PadFill.ONE));
        }
        for (Reference.Case c : cases(additive, "position-ids-packed", 1)) {
            int[] ids = PositionIds.packed(ints(additive, c, "cu_seqlens"));
            assertArrayEquals(ints(additive, c, "ids"), ids);
            assertArrayEquals(ints(additive, c, "sequence"), PositionIds.sequenceOf(ids));
        }
        for (Reference.Case c : cases(additive, "position-ids-roberta", 3)) {
            assertArrayEquals(ints(additive, c, "ids"), PositionIds.afterPaddingId(ints(additive, c, "tokens"),
                    (int) additive.shape(c, "tokens")[1], c.attributes().get("padding_id").integer(),
                    c.attributes().get("past").integer()), c.name());
        }
        for (Reference.Case c : cases(additive, "position-ids-bipe", 1)) {
            long[] separators = c.attributes().get("separators").longs();
            int[][] ids = PositionIds.segments(ints(additive, c, "tokens"),
                    t -> Arrays.stream(separators).anyMatch(s -> s == t), c.attributes().get("clamp").integer());
            assertArrayEquals(ints(additive, c, "segment"), ids[0]);
            assertArrayEquals(ints(additive, c, "offset"), ids[1]);
        }
    }
}
