package dev.sextant.boundary;

import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.encoding.Rope;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.testkit.Bits;
import dev.sextant.testkit.Place;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Exactly in place, or apart: nothing between. Catches a result that depends on the order in which a kernel walks, and
 * ids that a kernel overwrites before it has read them.
 */
class OverlapRefusalTest extends BoundaryTest {

    private static final Positions AT = Positions.from(1);

    @ParameterizedTest
    @MethodSource("backends")
    void partialOverlapIsRefused(Backend backend) {
        RotaryPlan plan = plan(backend);
        MemorySegment big = filled(DType.F32, 400);
        Refusal.Guard guard = Refusal.of(big);
        Heads in = Heads.of(big, DType.F32, TOKENS, 2, DIM);
        for (long shift : new long[]{1, DIM, 2 * DIM, 95}) {
            guard.argument("overlap", () -> plan.rotate(in, in.at(shift), null, null, AT));
            guard.argument("overlap", () -> plan.rotate(in.at(shift), in, null, null, AT));
        }
        guard.argument("overlap", () -> plan.rotate(in, in.strides(2 * DIM + 4, DIM), null, null, AT));
        guard.argument("overlap",
                () -> plan.rotate(in, Heads.headMajor(big, DType.F32, TOKENS, 2, DIM), null, null, AT));
        plan.rotate(in, in.at(96), null, null, AT);
        // the same view made twice is in place
        plan.rotate(in, Heads.of(big.asSlice(0), DType.F32, TOKENS, 2, DIM), null, null, AT);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void tensorsOfACallMustNotMeet(Backend backend) {
        RotaryPlan plan = plan(backend);
        MemorySegment big = filled(DType.F32, 600);
        Refusal.Guard guard = Refusal.of(big);
        Heads a = Heads.of(big, DType.F32, TOKENS, 2, DIM);
        guard.argument("overlap", () -> plan.rotate(a, a, AT));
        guard.argument("overlap", () -> plan.rotate(a, a.at(80), AT));
        guard.argument("overlap", () -> plan.rotate(a, a.at(100), a.at(200), a.at(110), AT));
        guard.argument("overlap", () -> plan.rotate(a, a.at(100), a.at(110), a.at(300), AT));
        guard.argument("overlap", () -> plan.rotate(a, a.at(100), a.at(200), a.at(5), AT));
        guard.argument("overlap", () -> plan.rotate(a, a.at(100), a.at(400), a, AT));
        plan.rotate(a, a.at(100), a.at(200), a.at(300), AT);
    }

    /** The parts of a fused projection are columns of the same rows: apart, though their ranges interleave. */
    @ParameterizedTest
    @MethodSource("backends")
    void fusedProjectionIsFine(Backend backend) {
        RotaryPlan plan = plan(backend);
        MemorySegment rows = filled(DType.F32, TOKENS * 4 * DIM);
        Heads fusedQ = Heads.of(rows, DType.F32, TOKENS, 2, DIM).strides(4 * DIM, DIM);
        Heads fusedK = Heads.of(rows, DType.F32, TOKENS, 1, DIM).strides(4 * DIM, DIM).at(2 * DIM);
        plan.rotate(fusedQ, fusedK, AT);
        Refusal.Guard guard = Refusal.of(rows);
        guard.argument("overlap", () -> plan.rotate(fusedQ, fusedK.at(2 * DIM - 1), AT));
        guard.argument("overlap", () -> plan.rotate(fusedQ, Heads.of(rows, DType.F32, TOKENS, 1, DIM), AT));
    }

    /** An output whose own elements share memory. */
    @ParameterizedTest
    @MethodSource("backends")
    void selfOverlapIsRefused(Backend backend) {
        RotaryPlan plan = plan(backend);
        nothingWritten.argument("strides", () -> plan.rotate(qHeads.strides(0, DIM), AT));
        nothingWritten.argument("strides", () -> plan.rotate(qHeads.strides(2 * DIM, 0), AT));
        nothingWritten.argument("strides", () -> plan.rotate(qHeads.strides(2 * DIM, DIM - 1), AT));
        nothingWritten.argument("strides", () -> plan.rotate(qHeads.strides(2 * DIM - 1, DIM), AT));
        nothingWritten.argument("strides", () -> plan.rotate(qHeads.strides(DIM, DIM), AT));
        nothingWritten.argument("strides", () -> plan.rotate(qHeads.tokens(0, 1).batches(2, DIM), AT));
        nothingWritten.argument("strides", () -> plan.rotate(qHeads, kHeads.strides(DIM / 2, 0), AT));
        // as an input, out of place, one token may stand for all
        Heads out = Heads.of(filled(DType.F32, 96), DType.F32, TOKENS, 2, DIM);
        plan.rotate(qHeads.strides(0, DIM), out, null, null, AT);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void idsMustNotBeOutputs(Backend backend) {
        RotaryPlan plan = plan(backend);
        Positions inside = Positions.ids(q, Positions.Kind.I32, TOKENS);
        q.fill((byte) 0);
        Refusal.Guard guard = Refusal.of(q, k);
        guard.argument("position ids", () -> plan.rotate(qHeads, inside));
        guard.argument("position ids", () -> plan.rotate(Heads.of(filled(DType.F32, 96), DType.F32, TOKENS, 2, DIM),
                qHeads.heads(0, 1), inside));
        guard.argument("position ids",
                () -> plan.rotate(Heads.of(filled(DType.F32, 96), DType.F32, TOKENS, 2, DIM), qHeads,
                        null, null, inside));
        // reading them from an input is harmless
        plan.rotate(qHeads, Heads.of(filled(DType.F32, 96), DType.F32, TOKENS, 2, DIM), null, null, inside);
    }

    /** The same on the heap, where addresses say nothing; a read-only view of an array is still that array. */
    @ParameterizedTest
    @EnumSource(DType.class)
    void heapArraysAreToldApart(DType dtype) {
        MemorySegment array = Place.HEAP.allocate(dtype, 400);
        Bits.fill(array, dtype, new SplittableRandom(1), false);
        Heads in = Heads.of(array, dtype, TOKENS, 2, DIM);
        for (Backend backend : backends()) {
            RotaryPlan plan = RotaryPlan.builder(Rope.of(DIM, 10_000), HeadShape.of(DIM, dtype)).backend(backend)
                    .build();
            Refusal.Guard guard = Refusal.of(array);
            guard.argument("overlap", () -> plan.rotate(in, in.at(3), null, null, AT));
            guard.argument("overlap", () -> plan.rotate(in, in.at(90), AT));
            guard.argument("overlap",
                    () -> plan.rotate(Heads.of(array.asReadOnly(), dtype, TOKENS, 2, DIM), in.at(3), null, null, AT));
            MemorySegment other = Place.HEAP.allocate(dtype, 400);
            plan.rotate(in, Heads.of(other, dtype, TOKENS, 2, DIM), null, null, AT);
        }
    }
}
