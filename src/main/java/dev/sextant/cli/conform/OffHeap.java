package dev.sextant.cli.conform;

import dev.sextant.cli.reference.Tensor;
import dev.sextant.cli.reference.UnreadableException;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Scores;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Tensors of a case in memory off the heap. */
final class OffHeap {

    private OffHeap() {}

    static DType dtype(Tensor tensor) throws UnreadableException {
        return switch (tensor.dtype()) {
            case F32 -> DType.F32;
            case F16 -> DType.F16;
            case BF16 -> DType.BF16;
            default -> throw new UnreadableException("tensor " + tensor.name() + ": got " + tensor.dtype()
                    + ", wanted F32, F16 or BF16");
        };
    }

    static MemorySegment copy(Arena arena, Tensor tensor) {
        MemorySegment memory = arena.allocate(Math.max(1, tensor.data().limit()), 64);
        MemorySegment.copy(MemorySegment.ofBuffer(tensor.data()), 0, memory, 0, tensor.data().limit());
        return memory;
    }

    /** Heads {@code [batches, tokens, heads, dim]}, or {@code [tokens, heads, dim]}. */
    static Heads tokenMajor(Arena arena, Tensor t) throws UnreadableException {
        Heads one = Heads.of(copy(arena, t), dtype(t), t.size(-3), t.size(-2), t.size(-1));
        return t.shape().length == 4 ? one.batches(t.size(0), (long) t.size(1) * t.size(2) * t.size(3)) : one;
    }

    /** New heads of the shape of {@code like}, as wide as {@code dim}, token-major. */
    static Heads newLike(Arena arena, Heads like, int dim) {
        long entry = like.tokens() * like.heads() * dim;
        MemorySegment memory = arena.allocate(Math.max(1, like.batches() * entry * like.dtype().bytes()), 64);
        return Heads.of(memory, like.dtype(), like.tokens(), like.heads(), dim).batches(like.batches(), entry);
    }

    /** Numbers of any floating-point type as scores of four axes, of which one of size 1 is repeated. */
    static Scores repeated(Arena arena, float[] values, int[] sizes, long b, long h, long i, long j) {
        MemorySegment memory = arena.allocate(Math.max(1, 4L * values.length), 64);
        MemorySegment.copy(values, 0, memory, ValueLayout.JAVA_FLOAT, 0, values.length);
        return Scores.of(memory, b, h, i, j).at(0, stride(sizes, 0), stride(sizes, 1), stride(sizes, 2),
                stride(sizes, 3));
    }

    /** Elements between two entries of an axis of a dense tensor; 0 where there is one entry only. */
    static long stride(int[] sizes, int axis) {
        long stride = 1;
        for (int a = axis + 1; a < sizes.length; a++) {
            stride *= sizes[a];
        }
        return sizes[axis] == 1 ? 0 : stride;
    }

    static int[] sizes(Tensor t) {
        int[] sizes = new int[t.shape().length];
        for (int a = 0; a < sizes.length; a++) {
            sizes[a] = t.size(a);
        }
        return sizes;
    }

    /** The elements of dense heads, widened, in the order of memory. */
    static float[] floats(Heads heads) {
        long count = heads.batches() * heads.tokens() * heads.heads() * heads.dim();
        float[] values = new float[Math.toIntExact(count)];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (heads.dtype()) {
                case F32 -> heads.memory().getAtIndex(ValueLayout.JAVA_FLOAT, i);
                case F16 -> Float.float16ToFloat(heads.memory().getAtIndex(ValueLayout.JAVA_SHORT, i));
                case BF16 -> Float.intBitsToFloat(heads.memory().getAtIndex(ValueLayout.JAVA_SHORT, i) << 16);
            };
        }
        return values;
    }

    static float[] floats(MemorySegment memory, long count) {
        return memory.asSlice(0, 4 * count).toArray(ValueLayout.JAVA_FLOAT);
    }
}
