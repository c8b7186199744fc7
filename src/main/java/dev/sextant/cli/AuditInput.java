package dev.sextant.cli;

import dev.sextant.cli.reference.NpyFile;
import dev.sextant.cli.reference.SafeTensors;
import dev.sextant.cli.reference.Tensor;
import dev.sextant.cli.reference.UnreadableException;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Dumps of an engine as the library's views. {@code FILE[:TENSOR]} names a tensor of a safetensors file, or a .npy file. */
final class AuditInput {

    private static final int MOST_NAMES = 20;

    private AuditInput() {}

    /** The tensor that {@code spec} names; a safetensors file with one tensor needs no name. */
    static Tensor tensor(String spec) throws IOException {
        int colon = spec.lastIndexOf(':');
        boolean whole = colon < 0 || exists(spec);
        Path file = path(whole ? spec : spec.substring(0, colon));
        String name = whole ? null : spec.substring(colon + 1);
        if (NpyFile.is(file)) {
            if (name != null) {
                throw new UnreadableException(
                        file + ": is a .npy file of one array, wanted no tensor name, got " + name);
            }
            return NpyFile.read(file);
        }
        if (file.toString().endsWith(".npz") || file.toString().endsWith(".npy")) {
            throw new UnreadableException(file + ": is not a .npy file (an .npz archive must be unpacked first)");
        }
        SafeTensors tensors = SafeTensors.open(file);
        return tensors.tensor(name == null ? only(file, tensors.names()) : name);
    }

    private static boolean exists(String path) {
        try {
            return Files.exists(Path.of(path));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static Path path(String text) throws UnreadableException {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new UnreadableException(text + ": is no file name");
        }
    }

    private static String only(Path file, Set<String> names) throws UnreadableException {
        if (names.size() != 1) {
            throw new UnreadableException(file + ": has " + names.size() + " tensors, wanted " + file
                    + ":NAME with one of " + String.join(", ", names.stream().limit(MOST_NAMES).toList())
                    + (names.size() > MOST_NAMES ? ", ..." : ""));
        }
        return names.iterator().next();
    }

    /** Inverse frequencies: one axis, others of size 1. */
    static double[] frequencies(String spec) throws IOException {
        Tensor tensor = tensor(spec);
        if (Arrays.stream(tensor.shape()).filter(n -> n != 1).count() > 1 || tensor.count() == 0) {
            throw shape(spec, tensor, "[pairs]");
        }
        if (tensor.dtype() == Tensor.Type.F64) {
            return tensor.doubles();
        }
        float[] values = tensor.toFloats();
        double[] wide = new double[values.length];
        for (int j = 0; j < wide.length; j++) {
            wide[j] = values[j];
        }
        return wide;
    }

    /** Rows of cos or sin: {@code [positions, width]}, leading axes of size 1 allowed. */
    static Rows rows(String spec) throws IOException {
        Tensor tensor = tensor(spec);
        long[] shape = squeezed(tensor.shape(), 2);
        if (shape.length == 1 && shape[0] > 0) {
            shape = new long[]{1, shape[0]};
        }
        if (shape.length != 2 || tensor.count() == 0) {
            throw shape(spec, tensor, "[positions, pairs] or [positions, rotary dim]");
        }
        return Rows.of(tensor.toFloats(), shape[0], (int) shape[1]);
    }

    /** Heads {@code [tokens, heads, dim]}, or with {@code headMajor} {@code [heads, tokens, dim]}; a leading 1 is allowed. */
    static Heads heads(String spec, int headDim, int rotaryDim, boolean headMajor) throws IOException {
        Tensor tensor = tensor(spec);
        long[] shape = squeezed(tensor.shape(), 3);
        if (shape.length == 2 && !headMajor && shape[1] % headDim == 0) {
            shape = new long[]{shape[0], shape[1] / headDim, headDim};
        } else if (shape.length == 2 && shape[1] == rotaryDim) {
            shape = new long[]{shape[0], 1, rotaryDim};
        }
        if (shape.length != 3 || tensor.count() == 0) {
            throw shape(spec, tensor, headMajor ? "[heads, tokens, head dim]" : "[tokens, heads, head dim]");
        }
        DType dtype = switch (tensor.dtype()) {
            case F16 -> DType.F16;
            case BF16 -> DType.BF16;
            default -> DType.F32;
        };
        int dim = (int) shape[2];
        MemorySegment memory = dtype == DType.F32
                ? MemorySegment.ofArray(tensor.toFloats())
                : MemorySegment.ofArray(tensor.halves());
        return headMajor
                ? Heads.headMajor(memory, dtype, shape[1], shape[0], dim)
                : Heads.of(memory, dtype, shape[0], shape[1], dim);
    }

    /** A start, or ids in a file. */
    static Positions positions(@Nullable String spec) throws IOException {
        if (spec == null) {
            return Positions.from(0);
        }
        if (spec.matches("-?\\d{1,18}")) {
            return Positions.from(Long.parseLong(spec));
        }
        Tensor tensor = tensor(spec);
        if (Arrays.stream(tensor.shape()).filter(n -> n != 1).count() > 1) {
            throw shape(spec, tensor, "[tokens]");
        }
        return Positions.ids(tensor.longs());
    }

    /** Without leading axes of size 1, down to {@code least} axes. */
    private static long[] squeezed(long[] shape, int least) {
        int from = 0;
        while (shape.length - from > least && shape[from] == 1) {
            from++;
        }
        return Arrays.copyOfRange(shape, from, shape.length);
    }

    private static UnreadableException shape(String spec, Tensor tensor, String wanted) {
        return new UnreadableException(spec + ": got shape " + Arrays.toString(tensor.shape()) + ", wanted " + wanted);
    }
}
