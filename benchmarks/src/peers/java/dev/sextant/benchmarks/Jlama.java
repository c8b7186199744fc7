package dev.sextant.benchmarks;

import com.github.tjake.jlama.math.VectorMath;
import com.github.tjake.jlama.tensor.AbstractTensor;
import com.github.tjake.jlama.tensor.BFloat16BufferTensor;
import com.github.tjake.jlama.tensor.FloatBufferTensor;
import com.github.tjake.jlama.tensor.TensorShape;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.encoding.AngleMode;
import dev.sextant.encoding.ExplicitFrequencies;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.Rope;
import dev.sextant.encoding.Rounding;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Jlama's tensors over our memory, its table, and the loop of its attention layer, which is no function of its own: numbers fetched from
 * and stored in tensors one at a time, a row of the table being an array of pairs. Its frequencies know no Llama 3.1 scaling.
 */
final class Jlama {

    static final String NAME = "Jlama";

    private static final int BASE = 500_000;

    /** Its definition: frequencies are doubles rounded to float32, angles are float32 products. */
    static final Rope ROPE = new Rope(Data.DIM, PairLayout.HALF_SPLIT, frequencies(), AngleMode.HF_FLOAT32);

    /**
     * Of a rotation of numbers up to 1 in float32: two products and a sum, each of which rounds numbers below 2, and rows rounded to
     * float32.
     */
    static final double TOLERANCE = 0x1p-21;

    private final float[][] table;

    /** With the table of so many positions. */
    Jlama(int positions) {
        table = table(positions);
    }

    private static ExplicitFrequencies frequencies() {
        double[] inverse = Rope.of(Data.DIM, BASE).frequencies().inverse(Data.DIM, Rounding.NONE);
        float[] rounded = new float[inverse.length];
        for (int j = 0; j < rounded.length; j++) {
            rounded[j] = (float) inverse[j];
        }
        return ExplicitFrequencies.of(rounded);
    }

    /** {@code [positions * pairs][2]}. */
    static float[][] table(int positions) {
        return VectorMath.precomputeFreqsCis(Data.DIM, positions, BASE, 1);
    }

    /** Our plan of its definition, for the comparison. */
    static RotaryPlan plan() {
        return RotaryPlan.of(ROPE, HeadShape.of(Data.DIM, DType.F32));
    }

    /** Token-major heads as a matrix {@code [tokens, heads * dim]}. */
    static AbstractTensor<?, ?> tensor(Heads x) {
        return tensor(x.memory(), x.dtype(), (int) x.tokens(), (int) x.heads() * x.dim());
    }

    /** A matrix over memory off the heap, which it keeps alive. */
    static AbstractTensor<?, ?> tensor(MemorySegment memory, DType dtype, int rows, int columns) {
        ByteBuffer bytes = memory.asByteBuffer().order(ByteOrder.nativeOrder());
        TensorShape shape = TensorShape.of(rows, columns);
        return switch (dtype) {
            case F32 -> new FloatBufferTensor(bytes.asFloatBuffer(), shape, true);
            case BF16 -> new BFloat16BufferTensor("rows", bytes.asShortBuffer(), shape, true);
            case F16 ->
                throw new IllegalArgumentException("dtype: got F16, wanted F32 or BF16: its attention has no other");
        };
    }

    /** Rotates the heads of one row {@code [1, heads * dim]} in place. */
    void rotate(AbstractTensor<?, ?> x, int heads, int position) {
        int first = position * Data.PAIRS;
        for (int h = 0; h < heads; h++) {
            int start = h * Data.DIM;
            for (int j = 0; j < Data.PAIRS; j++) {
                float x0 = x.get(0, start + j);
                float x1 = x.get(0, start + j + Data.PAIRS);
                float[] row = table[first + j];
                x.set(x0 * row[0] - x1 * row[1], 0, start + j);
                x.set(x0 * row[1] + x1 * row[0], 0, start + j + Data.PAIRS);
            }
        }
    }
}
