package dev.sextant.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sextant.AttentionCall;
import dev.sextant.AttentionPlan;
import dev.sextant.AttentionShape;
import dev.sextant.Backend;
import dev.sextant.encoding.Alibi;
import dev.sextant.encoding.Structure;
import dev.sextant.tensor.Alignment;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.KvCache;
import dev.sextant.tensor.Sequences;
import dev.sextant.testkit.Bits;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Memory grows with the number of tokens, never with its square: 131,072 of them need a workspace of a few megabytes. */
@Tag("parity")
class LongContextTest {

    private static final int TOKENS = 131_072;
    private static final int DIM = 16;

    @ParameterizedTest
    @MethodSource("dev.sextant.attention.Same#backends")
    void workspaceIsLinear(Backend backend) {
        AttentionPlan plan = AttentionPlan.builder(AttentionShape.of(32, 8, 128, DType.BF16)).bias(Alibi.of(32))
                .structure(Structure.causal()).backend(backend).build();
        for (int queries : new int[]{1, 3, 512, TOKENS}) {
            long half = bytes(plan, queries, TOKENS / 2);
            long whole = bytes(plan, queries, TOKENS);
            assertTrue(whole <= 2 * half + 4096, queries + " queries: " + half + ", then " + whole);
            assertTrue(whole <= 32L << 20, queries + " queries: " + whole);
        }
    }

    private static long bytes(AttentionPlan plan, int queries, int keys) {
        return plan.workspaceBytes(new AttentionCall().sequences(Sequences.of(1, Math.min(queries, keys), keys,
                Alignment.END)));
    }

    /** A window of the whole text, in that workspace; three rows are checked against a window by itself. */
    @ParameterizedTest
    @MethodSource("dev.sextant.attention.Same#backends")
    void theWholeTextUnderAWindow(Backend backend) {
        AttentionPlan plan = AttentionPlan.builder(AttentionShape.of(1, 1, DIM, DType.F32)).bias(Alibi.of(1))
                .structure(Structure.slidingWindow(8)).backend(backend).build();
        try (Arena arena = Arena.ofConfined()) {
            Heads[] heads = new Heads[4];
            for (int n = 0; n < 4; n++) {
                MemorySegment memory = arena.allocate(4L * TOKENS * DIM, 64);
                Bits.fill(memory, DType.F32, new SplittableRandom(n), false);
                heads[n] = Heads.of(memory, DType.F32, TOKENS, 1, DIM);
            }
            AttentionCall call = new AttentionCall().queries(heads[0], heads[3])
                    .cache(KvCache.of(heads[1], heads[2]))
                    .sequences(Sequences.of(1, TOKENS, TOKENS, Alignment.START));
            plan.attend(call.workspace(arena.allocate(plan.workspaceBytes(call), 64)));
            for (int row : new int[]{0, TOKENS / 2 + 1, TOKENS - 1}) {
                int first = Math.max(0, row - 7);
                Heads alone = Heads.of(arena.allocate(4 * DIM, 64), DType.F32, 1, 1, DIM);
                AttentionCall one = new AttentionCall().queries(heads[0].tokens(row, row + 1), alone)
                        .cache(KvCache.of(heads[1].tokens(first, row + 1), heads[2].tokens(first, row + 1)))
                        .sequences(Sequences.of(1, 1, row + 1 - first, Alignment.END));
                plan.attend(one.workspace(arena.allocate(plan.workspaceBytes(one), 64)));
                for (int d = 0; d < DIM; d++) {
                    assertEquals(alone.memory().getAtIndex(ValueLayout.JAVA_FLOAT, d),
                            heads[3].memory().getAtIndex(ValueLayout.JAVA_FLOAT, (long) row * DIM + d), 1e-5,
                            "row " + row + ", element " + d);
                }
            }
        }
    }
}
