package dev.sextant.boundary;

import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.encoding.Rope;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.testkit.Bits;
import dev.sextant.testkit.Place;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;

/** What the refusal tests share: heads of 16 elements, three tokens, two query heads, one key head, on a backend. */
@Tag("boundary")
abstract class BoundaryTest {

    static final int DIM = 16;
    static final long TOKENS = 3;

    final MemorySegment q = filled(DType.F32, TOKENS * 2 * DIM);
    final MemorySegment k = filled(DType.F32, TOKENS * DIM);
    final Heads qHeads = Heads.of(q, DType.F32, TOKENS, 2, DIM);
    final Heads kHeads = Heads.of(k, DType.F32, TOKENS, 1, DIM);
    final Refusal.Guard nothingWritten = Refusal.of(q, k);

    static List<Backend> backends() {
        return Backend.available();
    }

    static MemorySegment filled(DType dtype, long elements) {
        MemorySegment memory = Place.NATIVE.allocate(dtype, elements);
        Bits.fill(memory, dtype, new SplittableRandom(5), false);
        return memory;
    }

    static RotaryPlan plan(Backend backend) {
        return RotaryPlan.builder(Rope.of(DIM, 10_000), HeadShape.of(DIM, DType.F32)).backend(backend).build();
    }

    static RotaryPlan table(Backend backend, long rows) {
        return RotaryPlan.builder(Rope.of(DIM, 10_000), HeadShape.of(DIM, DType.F32)).backend(backend).table(rows)
                .build();
    }
}
