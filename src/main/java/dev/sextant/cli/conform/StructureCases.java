package dev.sextant.cli.conform;

import dev.sextant.AttentionCall;
import dev.sextant.Backend;
import dev.sextant.ScoreBiasPlan;
import dev.sextant.cli.reference.Attributes;
import dev.sextant.cli.reference.Case;
import dev.sextant.cli.reference.Tensor;
import dev.sextant.encoding.Structure;
import dev.sextant.tensor.Alignment;
import dev.sextant.tensor.Mask;
import dev.sextant.tensor.Scores;
import dev.sextant.tensor.Sequences;
import dev.sextant.tensor.TokenIds;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Which keys a structure shows: those whose bias is not minus infinity when a plan without a bias writes it out. */
final class StructureCases implements Kind {

    @Override
    public @Nullable String unsupported(Case c) {
        return null;
    }

    @Override
    public void run(Case c, Backend backend, CaseResult result) throws IOException {
        Tensor keep = c.tensor("keep");
        int batches = keep.shape().length == 3 ? keep.size(0) : 1;
        int queries = keep.size(-2);
        int keys = keep.size(-1);
        Attributes a = c.attributes();
        long offset = a.has("offset") ? a.integer("offset") : 0;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(4L * keep.count(), 64);
            for (int i = 0; i < keep.count(); i++) {
                memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, Float.NEGATIVE_INFINITY); // beyond a sequence nothing is seen
            }
            Scores scores = Scores.of(memory, batches, 1, queries, keys);
            ScoreBiasPlan plan = ScoreBiasPlan.builder(1).structure(structure(c, result)).backend(backend).build();
            AttentionCall call = new AttentionCall();
            if (a.has("chunk")) {
                afterPadding(c, plan, call, scores, offset);
            } else {
                Sequences sequences = Sequences.of(batches, queries, keys, Alignment.START);
                long[] offsets = new long[batches];
                Arrays.fill(offsets, offset);
                sequences.offsets(offsets);
                if (a.has("prefix")) {
                    sequences.prefixes(a.integer("prefix"));
                }
                tensors(c, call, arena, batches, queries, keys);
                plan.materialise(call.sequences(sequences), scores);
            }
            compare(keep, OffHeap.floats(memory, keep.count()), result);
        }
    }

    /** A sequence begins after its padding, which no query of it sees. */
    private static void afterPadding(Case c, ScoreBiasPlan plan, AttentionCall call, Scores scores, long offset)
            throws IOException {
        long[] padding = c.tensor("left_padding").longs();
        for (int b = 0; b < padding.length; b++) {
            long pad = padding[b];
            Scores one = new Scores(scores.memory(), scores.index(b, 0, 0, pad), 1, 1, scores.queries(),
                    scores.keys() - pad, scores.batchStride(), scores.headStride(), scores.queryStride(), 1);
            plan.materialise(call.sequences(Sequences.of(1, one.queries(), one.keys(), Alignment.START)
                    .offsets(offset - pad)), one);
        }
    }

    private static Structure structure(Case c, CaseResult result) throws IOException {
        Attributes a = c.attributes();
        return switch (c.kind()) {
            case "structure-causal" -> Structure.causal();
            case "structure-window-causal" -> Structure.slidingWindow(a.integer("hf_window"));
            case "structure-window" -> window(a, result);
            case "structure-chunk" -> Structure.causalChunks(a.integer("chunk"));
            case "structure-documents" -> Structure.documentsCausal();
            case "structure-blockwise" -> Structure.blocksCausal();
            case "structure-padding" -> Structure.causal().masked();
            case "structure-prefix" -> Structure.prefixCausal();
            case "structure-keep-first" ->
                Structure.streaming(a.integer("keep"), a.integer("left") + 1);
            case "structure-dilated" -> Structure.causal().window(a.integer("left"), -1).dilated(a.integer("dilation"));
            case "structure-regions" -> Structure.all().documents();
            default -> throw new IllegalStateException("kind " + c.kind());
        };
    }

    /** A window by its framework's number means the sides that the case states. */
    private static Structure window(Attributes a, CaseResult result) throws IOException {
        Structure sides = Structure.all().window(a.integer("left"), a.integer("right"));
        Structure named = a.has("sliding_window")
                ? Structure.symmetricWindow(a.integer("sliding_window"))
                : a.integer("left") == a.integer("right") ? Structure.bidirectionalWindow(a.integer("left")) : sides;
        if (!named.equals(sides)) {
            result.fail("window: got " + named + ", wanted " + sides);
        }
        return named;
    }

    private static void tensors(Case c, AttentionCall call, Arena arena, int batches, int queries, int keys)
            throws IOException {
        switch (c.kind()) {
            case "structure-documents" -> {
                TokenIds ids = ids(c.tensor("sequence"), arena, 1);
                call.documents(ids, ids);
            }
            case "structure-regions" -> {
                TokenIds ids = ids(c.tensor("region"), arena, batches);
                call.documents(ids, ids);
            }
            case "structure-blockwise" -> {
                TokenIds ids = ids(c.tensor("block"), arena, 1);
                call.blocks(ids, ids);
            }
            case "structure-padding" -> call.mask(Mask.of(OffHeap.copy(arena, c.tensor("mask")), batches, 1, queries,
                    keys).at(0, keys, 0, 0, 1));
            default -> {}
        }
    }

    private static TokenIds ids(Tensor tensor, Arena arena, int batches) throws IOException {
        long[] wide = tensor.longs();
        int[] ids = new int[wide.length];
        Arrays.setAll(ids, i -> Math.toIntExact(wide[i]));
        int tokens = ids.length / batches;
        return TokenIds.of(arena.allocateFrom(ValueLayout.JAVA_INT, ids), tokens).batches(batches, tokens);
    }

    private static void compare(Tensor keep, float[] bias, CaseResult result) {
        long[] got = new long[bias.length];
        long[] want = new long[bias.length];
        for (int i = 0; i < bias.length; i++) {
            got[i] = bias[i] != Float.NEGATIVE_INFINITY ? 1 : 0;
            want[i] = keep.data().get(i);
        }
        result.compare("keep", got, want);
    }
}
