package dev.sextant.cli.conform;

import dev.sextant.Backend;
import dev.sextant.cli.reference.Case;
import dev.sextant.cli.reference.UnreadableException;
import dev.sextant.encoding.PadFill;
import dev.sextant.encoding.PositionIds;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Position ids of padded, packed and segmented batches. They are made on the host: every backend is given the same. */
final class PositionIdCases implements Kind {

    @Override
    public @Nullable String unsupported(Case c) {
        return null;
    }

    @Override
    public void run(Case c, Backend backend, CaseResult result) throws IOException {
        switch (c.kind()) {
            case "position-ids-roberta" -> {
                int[] ids = PositionIds.afterPaddingId(ints(c, "tokens"), c.tensor("tokens").size(-1),
                        (int) c.attributes().integer("padding_id"), (int) c.attributes().integer("past"));
                compare(c, "ids", ids, result);
            }
            case "position-ids-mask" -> {
                boolean[] attended = mask(c);
                int tokens = c.tensor("mask").size(-1);
                compare(c, "ids_fill0", PositionIds.fromMask(attended, tokens, PadFill.ZERO), result);
                compare(c, "ids_fill1", PositionIds.fromMask(attended, tokens, PadFill.ONE), result);
            }
            case "position-ids-packed" -> {
                int[] ids = PositionIds.packed(ints(c, "cu_seqlens"));
                compare(c, "ids", ids, result);
                compare(c, "sequence", PositionIds.sequenceOf(ids), result);
            }
            case "position-ids-bipe" -> {
                int[] separators = c.attributes().integers("separators");
                int[][] ids = PositionIds.segments(ints(c, "tokens"),
                        t -> Arrays.stream(separators).anyMatch(s -> s == t), (int) c.attributes().integer("clamp"));
                compare(c, "segment", ids[0], result);
                compare(c, "offset", ids[1], result);
            }
            default -> throw new UnreadableException("case " + c.name() + ": got kind " + c.kind());
        }
    }

    /** The tensor {@code mask}, 0 for padding. */
    static boolean[] mask(Case c) throws IOException {
        long[] mask = c.tensor("mask").longs();
        boolean[] attended = new boolean[mask.length];
        for (int i = 0; i < mask.length; i++) {
            attended[i] = mask[i] != 0;
        }
        return attended;
    }

    static int[] ints(Case c, String tensor) throws IOException {
        return Arrays.stream(c.tensor(tensor).longs()).mapToInt(Math::toIntExact).toArray();
    }

    static void compare(Case c, String tensor, int[] got, CaseResult result) throws IOException {
        result.compare(tensor, Arrays.stream(got).asLongStream().toArray(), c.tensor(tensor).longs());
    }
}
