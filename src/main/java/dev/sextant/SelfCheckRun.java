package dev.sextant;

import dev.sextant.Doctor.SelfCheck;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.Rope;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** The doctor's small rotation: every element type and pair layout, odd sizes, compared with Java bit for bit. */
final class SelfCheckRun {

    private static final int TOKENS = 3;
    private static final int QUERY_HEADS = 3;
    private static final int DIM = 80;
    private static final int ROTARY_DIM = 52;
    private static final long POSITION = 1_000_003;

    private record Shape(DType dtype, PairLayout layout) {}

    /** What Java makes of each shape, worked out once. */
    private final Map<Shape, MemorySegment> expected = new LinkedHashMap<>();

    SelfCheckRun() {
        for (DType dtype : DType.values()) {
            for (PairLayout layout : List.of(PairLayout.HALF_SPLIT, PairLayout.INTERLEAVED)) {
                Shape shape = new Shape(dtype, layout);
                expected.put(shape, rotate(Backend.java(), shape));
            }
        }
    }

    SelfCheck run(Backend backend) {
        try {
            int rotations = 0;
            for (Map.Entry<Shape, MemorySegment> e : expected.entrySet()) {
                if (rotate(backend, e.getKey()).mismatch(e.getValue()) != -1) {
                    return new SelfCheck(backend.name(), false, e.getKey() + " differs from Java");
                }
                rotations++;
            }
            return knownRow(backend)
                    ? new SelfCheck(backend.name(), true,
                            rotations + " small rotations, bits as Java's; known cosines and sines")
                    : new SelfCheck(backend.name(), false, "cos 1, sin 1 or position 0 is wrong");
        } catch (RuntimeException e) {
            return new SelfCheck(backend.name(), false, e.toString());
        }
    }

    private static MemorySegment rotate(Backend backend, Shape shape) {
        DType dtype = shape.dtype();
        int elements = TOKENS * (QUERY_HEADS + 1) * DIM;
        MemorySegment memory = Arena.ofAuto().allocate((long) elements * dtype.bytes(), 64);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < elements; i++) {
            float x = (float) random.nextDouble(-4, 4);
            switch (dtype) {
                case F32 -> memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, x);
                case F16 -> memory.setAtIndex(ValueLayout.JAVA_SHORT, i, Float.floatToFloat16(x));
                case BF16 -> memory.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) (Float.floatToRawIntBits(x) >>> 16));
            }
        }
        RotaryPlan plan = RotaryPlan
                .builder(Rope.of(ROTARY_DIM, 10_000).layout(shape.layout()), HeadShape.of(DIM, dtype).rotaryAt(4))
                .backend(backend).build();
        plan.rotate(Heads.of(memory, dtype, TOKENS, QUERY_HEADS, DIM),
                Heads.of(memory, dtype, TOKENS, 1, DIM).at((long) TOKENS * QUERY_HEADS * DIM),
                Positions.from(POSITION));
        return memory;
    }

    /** Position 0 is no rotation; at position 1 the first pair of plain RoPE turns by one radian. */
    private static boolean knownRow(Backend backend) {
        float[] cos = new float[2];
        float[] sin = new float[2];
        RotaryPlan.builder(Rope.of(2, 10_000), HeadShape.of(2, DType.F32)).backend(backend).build()
                .rows(Positions.from(0), Rows.of(cos, 2, 1), Rows.of(sin, 2, 1));
        return cos[0] == 1 && sin[0] == 0 && cos[1] == (float) StrictMath.cos(1) && sin[1] == (float) StrictMath.sin(1);
    }
}
