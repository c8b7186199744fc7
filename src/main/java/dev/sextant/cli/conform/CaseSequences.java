package dev.sextant.cli.conform;

import dev.sextant.cli.reference.Attributes;
import dev.sextant.cli.reference.Case;
import dev.sextant.tensor.Alignment;
import dev.sextant.tensor.Sequences;
import java.io.IOException;
import java.util.Arrays;

/** The sequences of an attention case. */
final class CaseSequences {

    private CaseSequences() {}

    static Sequences of(Case c) throws IOException {
        Attributes a = c.attributes();
        Attributes s = a.object("structure");
        if (c.kind().equals("attention-packed")) {
            boolean end = s.has("align") && s.text("align").equals("bottom-right");
            return Sequences.packed(bounds(c, "cu_seqlens_q"), bounds(c, "cu_seqlens_k"),
                    end ? Alignment.END : Alignment.START);
        }
        int batch = (int) a.integer("batch");
        long queries = a.integer("queries");
        long[] lengths = new long[batch];
        Arrays.fill(lengths, a.integer("keys"));
        if (s.has("kv_lengths")) {
            lengths = AttentionCases.numbers(s, "kv_lengths", batch);
        }
        long[] offsets = AttentionCases.numbers(s, "offset", batch);
        if (s.has("left_padding")) {
            return padded(AttentionCases.numbers(s, "left_padding", batch), queries);
        }
        Sequences sequences = Sequences.lengths(queries, lengths, Alignment.START).offsets(offsets);
        return s.has("prefix") ? sequences.prefixes(AttentionCases.numbers(s, "prefix", batch)) : sequences;
    }

    /** The padding at the start of a batch entry is a sequence of its own: positions count from where each of the two starts. */
    private static Sequences padded(long[] padding, long tokens) {
        Sequences sequences = Sequences.empty(2 * padding.length);
        for (int b = 0; b < padding.length; b++) {
            long start = b * tokens;
            sequences.set(2 * b, start, padding[b], start, padding[b], 0);
            sequences.set(2 * b + 1, start + padding[b], tokens - padding[b], start + padding[b], tokens - padding[b],
                    0);
        }
        return sequences;
    }

    private static int[] bounds(Case c, String tensor) throws IOException {
        long[] wide = c.tensor(tensor).longs();
        int[] bounds = new int[wide.length];
        Arrays.setAll(bounds, i -> Math.toIntExact(wide[i]));
        return bounds;
    }
}
