package dev.sextant.benchmarks;

import static org.bytedeco.pytorch.global.torch.ScalarType;

import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/**
 * libtorch by Bytedeco's presets: tensors over our memory, which lives as long as this object. Makes the thread that creates it infer:
 * nothing is recorded for gradients.
 */
final class Torch {

    static final String NAME = "libtorch";

    /** JavaCPP would ask the system for the size of the process with every object it makes, which takes longer than most operators. */
    private static final String LIMIT = "org.bytedeco.javacpp.maxPhysicalBytes";

    static {
        System.setProperty(LIMIT, "0");
    }

    private final List<MemorySegment> borrowed = new ArrayList<>();

    /** With {@code threads} threads in every operator that shares out its work; each product of matrices on one. */
    Torch(int threads) {
        this(threads, 1);
    }

    /**
     * With threads for products of matrices too. An operator that shares out such products among its threads is many times slower when each
     * of them starts threads in turn.
     */
    Torch(int threads, int threadsOfProducts) {
        if (Pointer.maxPhysicalBytes() != 0) {
            throw new IllegalStateException(LIMIT + ": got " + Pointer.maxPhysicalBytes()
                    + ", wanted 0: another object of JavaCPP was made first");
        }
        torch.set_num_threads(threads);
        openblas_nolapack.blas_set_num_threads(threadsOfProducts);
        // Never freed: the collector would end the mode on a thread of its own.
        new InferenceMode(true).deallocate(false);
    }

    /** A dense tensor over memory off the heap. */
    Tensor tensor(MemorySegment memory, DType dtype, long... shape) {
        return borrow(memory, type(dtype), shape);
    }

    /** Heads as they lie: {@code [tokens, heads, dim]}, or {@code [heads, tokens, dim]}. */
    Tensor heads(Heads x) {
        return x.tokenStride() == x.heads() * x.dim()
                ? tensor(x.memory(), x.dtype(), x.tokens(), x.heads(), x.dim())
                : tensor(x.memory(), x.dtype(), x.heads(), x.tokens(), x.dim());
    }

    /** A tensor of int64. */
    Tensor longs(long... values) {
        MemorySegment memory = Data.allocate(8L * values.length);
        MemorySegment.copy(MemorySegment.ofArray(values), 0, memory, 0, memory.byteSize());
        return borrow(memory, ScalarType.Long, values.length);
    }

    private Tensor borrow(MemorySegment memory, ScalarType type, long... shape) {
        borrowed.add(memory);
        return torch.from_blob(new Address(memory), shape, new TensorOptions(type));
    }

    static ScalarType type(DType dtype) {
        return switch (dtype) {
            case F32 -> ScalarType.Float;
            case F16 -> ScalarType.Half;
            case BF16 -> ScalarType.BFloat16;
        };
    }

    /** A copy of a tensor's elements in row-major order. */
    MemorySegment elements(Tensor tensor, DType dtype) {
        MemorySegment copy = Data.allocate(tensor.numel() * dtype.bytes());
        long[] shape = new long[(int) tensor.dim()];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = tensor.size(i);
        }
        tensor(copy, dtype, shape).copy_(tensor);
        return copy;
    }

    private static final class Address extends Pointer {
        @SuppressWarnings("this-escape")
        Address(MemorySegment memory) {
            super((Pointer) null);
            address = memory.address();
        }
    }
}
