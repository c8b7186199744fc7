package dev.sextant.boundary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sextant.Backend;
import dev.sextant.RotaryPlan;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Elements more than 2^31 and bytes more than 2^32 apart. Catches an offset computed in 32 bits anywhere on the way.
 */
class FarOffsetsTest extends BoundaryTest {

    @ParameterizedTest
    @MethodSource("backends")
    void stridesMayExceed32Bits(Backend backend) {
        assumeTrue(Posix.isHere(), "sparse memory is made by Linux calls");
        long stride = (1L << 31) + 64;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = assumeSparse(4 * (2 * stride + 4096), arena);
            RotaryPlan plan = plan(backend);
            Heads far = new Heads(memory, DType.F32, 5, 1, 2, 2, DIM, 0, stride, 32);
            Heads farHeads = new Heads(memory, DType.F32, 100, 1, 1, 3, DIM, 0, 0, stride - 9);
            Heads farBatches = new Heads(memory, DType.F32, 1000, 2, 1, 1, DIM, 2 * stride - 100, 0, 0);
            for (Heads view : new Heads[]{far, farHeads, farBatches}) {
                MemorySegment near = filled(DType.F32, 6 * DIM);
                Heads dense = new Heads(near, DType.F32, 0, view.batches(), view.tokens(), view.heads(), DIM,
                        view.tokens() * view.heads() * DIM, view.heads() * DIM, DIM);
                copy(dense, view);
                plan.rotate(view, Positions.from(77));
                plan.rotate(dense, Positions.from(77));
                compare(dense, view, backend + " " + view);
            }
        }
    }

    private static MemorySegment assumeSparse(long bytes, Arena arena) {
        try {
            return Posix.sparse(bytes, arena);
        } catch (IllegalStateException e) {
            assumeTrue(false, "no sparse address space here: " + e.getMessage());
            throw e;
        }
    }

    private interface Element { void visit(long a, long b); }

    private static void each(Heads a, Heads b, Element element) {
        for (long batch = 0; batch < a.batches(); batch++) {
            for (long t = 0; t < a.tokens(); t++) {
                for (long h = 0; h < a.heads(); h++) {
                    element.visit(4 * (a.origin() + batch * a.batchStride() + t * a.tokenStride() + h * a.headStride()),
                            4 * (b.origin() + batch * b.batchStride() + t * b.tokenStride() + h * b.headStride()));
                }
            }
        }
    }

    private static void copy(Heads from, Heads to) {
        each(from, to, (a, b) -> MemorySegment.copy(from.memory(), a, to.memory(), b, 4 * DIM));
    }

    private static void compare(Heads a, Heads b, String what) {
        each(a, b, (x, y) -> assertEquals(-1,
                MemorySegment.mismatch(a.memory(), x, x + 4 * DIM, b.memory(), y, y + 4 * DIM), what));
    }
}
