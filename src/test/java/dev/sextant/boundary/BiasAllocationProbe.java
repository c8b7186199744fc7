package dev.sextant.boundary;

import dev.sextant.AttentionCall;
import dev.sextant.Backend;
import dev.sextant.ScoreBiasPlan;
import dev.sextant.encoding.Alibi;
import dev.sextant.encoding.Structure;
import dev.sextant.encoding.T5Bias;
import dev.sextant.encoding.T5Buckets;
import dev.sextant.tensor.Alignment;
import dev.sextant.tensor.Mask;
import dev.sextant.tensor.Scores;
import dev.sextant.tensor.Sequences;
import dev.sextant.tensor.TokenIds;
import dev.sextant.testkit.Allocations;
import java.lang.foreign.Arena;

/** {@link AllocationProbe} for biases added to scores; started by {@link BiasAllocationTest}. */
final class BiasAllocationProbe {

    private static final int HEADS = 4;
    private static final int KEYS = 40;

    private BiasAllocationProbe() {}

    public static void main(String[] args) {
        Backend backend = Backend.named(System.getProperty("sextant.backend"));
        Arena arena = Arena.global();
        Scores scores = Scores.of(arena.allocate(4 * HEADS * KEYS, 64), 1, HEADS, 1, KEYS);
        Sequences sequences = Sequences.of(1, 1, KEYS, Alignment.END);
        AttentionCall call = new AttentionCall().sequences(sequences);
        ScoreBiasPlan alibi = ScoreBiasPlan.builder(HEADS).bias(Alibi.of(HEADS)).structure(Structure.slidingWindow(16))
                .backend(backend).build();
        Allocations.say("slopes and a window", 1000, () -> alibi.addTo(call, scores));
        Allocations.say("written out", 1000, () -> alibi.materialise(call, scores));
        Allocations.say("a length that grows", 1000, () -> {
            sequences.set(0, 0, 1, 0, KEYS - 1, KEYS - 2);
            alibi.addTo(call, scores);
        });
        ScoreBiasPlan t5 = ScoreBiasPlan.builder(HEADS)
                .bias(T5Bias.of(T5Buckets.t5(false), HEADS, new float[32 * HEADS])).biasTensor()
                .structure(Structure.documentsCausal().masked()).backend(backend).build();
        TokenIds ids = TokenIds.of(arena.allocate(4 * KEYS, 4), KEYS);
        AttentionCall full = new AttentionCall().sequences(Sequences.of(1, 1, KEYS, Alignment.END))
                .bias(Scores.of(arena.allocate(4 * HEADS * KEYS, 64), 1, HEADS, 1, KEYS).at(0, 0, 0, 0, 1))
                .mask(Mask.of(arena.allocate(KEYS).fill((byte) 1), 1, HEADS, 1, KEYS).at(0, 0, 0, 0, 1))
                .documents(ids, ids);
        Allocations.say("buckets, tensor, mask, documents", 1000, () -> t5.addTo(full, scores));
    }
}
