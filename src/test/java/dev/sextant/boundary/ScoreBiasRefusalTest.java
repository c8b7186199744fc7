package dev.sextant.boundary;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sextant.AttentionCall;
import dev.sextant.Backend;
import dev.sextant.ScoreBiasPlan;
import dev.sextant.ScoreBiasPlanBuilder;
import dev.sextant.encoding.Alibi;
import dev.sextant.encoding.BlockList;
import dev.sextant.encoding.DistanceTable;
import dev.sextant.encoding.ExplicitSlopes;
import dev.sextant.encoding.Sandwich;
import dev.sextant.encoding.Structure;
import dev.sextant.tensor.Alignment;
import dev.sextant.tensor.Mask;
import dev.sextant.tensor.Scores;
import dev.sextant.tensor.Sequences;
import dev.sextant.tensor.TokenIds;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls of a score-bias plan that must be refused before the first write. */
class ScoreBiasRefusalTest {

    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory = arena.allocate(4 * 2 * 3 * 5, 64).fill((byte) 0x3f);
    private final Refusal.Guard guard = Refusal.of(memory);
    private final AttentionCall call = new AttentionCall().sequences(Sequences.of(1, 3, 5, Alignment.END));

    @AfterEach
    void close() {
        arena.close();
    }

    private Scores scores() {
        return Scores.of(memory, 1, 2, 3, 5);
    }

    private static ScoreBiasPlanBuilder builder() {
        return ScoreBiasPlan.builder(2).backend(Backend.java());
    }

    private ScoreBiasPlan alibi() {
        return builder().bias(Alibi.of(2)).build();
    }

    @Test
    void scoresOfAnotherShape() {
        guard.argument("scores sequences x heads", () -> alibi().addTo(call, Scores.of(memory, 1, 3, 2, 5)));
        guard.argument("scores sequences x heads", () -> alibi().addTo(call, Scores.of(memory, 3, 2, 1, 5)));
        guard.argument("scores queries x keys", () -> alibi().addTo(call, Scores.of(memory, 1, 2, 2, 5)));
        guard.argument("scores queries x keys", () -> alibi().materialise(call, Scores.of(memory, 1, 2, 3, 4)));
    }

    @Test
    void scoresThatAreNotThere() {
        guard.bounds("scores", () -> alibi().addTo(call, scores().at(1, 30, 15, 5, 1)));
        guard.argument("scores strides", () -> alibi().addTo(call, scores().at(0, 30, 15, 4, 1)));
        guard.argument("scores strides", () -> alibi().addTo(call, scores().at(0, 30, 0, 5, 1)));
        guard.argument("scores", () -> alibi().addTo(call, Scores.of(memory.asReadOnly(), 1, 2, 3, 5)));
        guard.argument("scores memory", () -> alibi().addTo(call, Scores.of(new float[30], 2, 3, 5)));
    }

    @Test
    void tensorsThatThePlanHasNotOrWants() {
        Scores tensor = Scores.of(arena.allocate(120, 64), 1, 2, 3, 5);
        guard.argument("bias", () -> alibi().addTo(new AttentionCall().sequences(Sequences.of(1, 3, 5, Alignment.END))
                .bias(tensor), scores()));
        guard.argument("bias", () -> builder().biasTensor().build().addTo(call, scores()));
        guard.argument("mask", () -> builder().structure(Structure.all().masked()).build().addTo(call, scores()));
        guard.argument("documents", () -> builder().structure(Structure.documentsCausal()).build().addTo(call,
                scores()));
        guard.argument("blocks", () -> builder().structure(Structure.blocksCausal()).build().addTo(call, scores()));
    }

    @Test
    void tensorsThatAreTooSmallOrTheScoresThemselves() {
        guard.bounds("mask", () -> builder().structure(Structure.all().masked()).build().addTo(
                another().mask(Mask.of(arena.allocate(29), 1, 2, 3, 5)), scores()));
        guard.bounds("documents of keys", () -> builder().structure(Structure.documentsCausal()).build().addTo(
                another().documents(TokenIds.of(arena.allocate(12, 4), 3), TokenIds.of(arena.allocate(16, 4), 4)),
                scores()));
        guard.argument("overlap", () -> builder().biasTensor().build().addTo(another().bias(scores()), scores()));
    }

    private static AttentionCall another() {
        return new AttentionCall().sequences(Sequences.of(1, 3, 5, Alignment.END));
    }

    @Test
    void distancesThatTheBiasHasNot() {
        guard.bounds("distances of sequence 0", () -> builder().bias(DistanceTable.of(2, -3, new float[8])).build()
                .addTo(call, scores()));
        guard.bounds("distances of sequence 0", () -> builder().bias(Sandwich.of(2, 8)).reach(3).build().addTo(call,
                scores()));
        guard.bounds("block list", () -> builder().structure(Structure.all().blockList(
                BlockList.of(2, 2, new boolean[]{true, true}))).build().addTo(call, scores()));
        guard.argument("sequences", () -> builder().bias(ExplicitSlopes.batched(new float[4], 2)).build().addTo(call,
                scores()));
        guard.argument("prefix", () -> alibi().addTo(another().sequences(
                Sequences.of(1, 3, 5, Alignment.END).prefixes(2)), scores()));
        guard.bounds("distance", () -> builder().bias(DistanceTable.of(2, 0, new float[2])).build().bias(0, 0, 1));
    }

    @Test
    void splitsThatCannotBe() {
        guard.argument("tasks", () -> alibi().addTo(call, scores(), Runnable::run, 0));
        assertThrows(NullPointerException.class, () -> alibi().addTo(call, scores(), null, 2));
        try (Arena confined = Arena.ofConfined()) {
            Scores own = Scores.of(confined.allocate(120, 64), 1, 2, 3, 5);
            guard.argument("scores memory", () -> alibi().addTo(call, own, ForkJoinPool.commonPool(), 2));
            guard.argument("bias memory", () -> builder().biasTensor().build().addTo(another().bias(own), scores(),
                    ForkJoinPool.commonPool(), 2));
        }
    }

    @Test
    void plansThatCannotBe() {
        guard.argument("heads", () -> ScoreBiasPlan.builder(0));
        guard.argument("bias", () -> builder().bias(Alibi.of(3)).build());
        guard.argument("reach", () -> builder().bias(Sandwich.of(2, 8)).build());
        guard.argument("reach", () -> builder().reach(0));
        guard.argument("slope of head 0", () -> builder().bias(ExplicitSlopes.of(1e300, 1)).build());
    }
}
