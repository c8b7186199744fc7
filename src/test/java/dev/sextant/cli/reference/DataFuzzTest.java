package dev.sextant.cli.reference;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged data files: each reads to tensors no larger than the file or to an {@link UnreadableException}, soon. The corpus is
 * mutated for {@code -Dsextant.fuzz.seconds=} (2), from {@code -Dsextant.seed=} on when it is given.
 */
@Tag("fuzz")
class DataFuzzTest {

    private static final int SECONDS = Integer.getInteger("sextant.fuzz.seconds", 2);
    private static final long SEED = Long.getLong("sextant.seed", System.nanoTime());

    @TempDir
    private Path folder;

    private interface Reader { void read(Path file) throws IOException; }

    @Test
    void npy() throws Exception {
        run("/fuzz/npy", file -> use(NpyFile.read(file), file));
    }

    @Test
    void safetensors() throws Exception {
        run("/fuzz/safetensors", file -> {
            SafeTensors tensors = SafeTensors.open(file);
            for (String name : tensors.names().stream().limit(100).toList()) {
                try {
                    use(tensors.tensor(name), file);
                } catch (UnreadableException e) {
                    told(e); // and the next one may be whole
                }
            }
        });
    }

    private static void use(Tensor tensor, Path file) throws IOException {
        assertTrue(tensor.data().limit() <= Files.size(file));
        switch (tensor.dtype()) {
            case I32, I64 -> tensor.longs();
            case BOOL -> tensor.count();
            default -> tensor.toFloats();
        }
    }

    private static void told(UnreadableException e) {
        assertTrue(e.getMessage().length() < 6000, e.getMessage());
    }

    private void run(String corpus, Reader reader) throws Exception {
        List<byte[]> inputs = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of(DataFuzzTest.class.getResource(corpus).toURI()))) {
            for (Path file : files.sorted().toList()) {
                inputs.add(Files.readAllBytes(file));
            }
        }
        assertTrue(inputs.size() > 3, corpus);
        for (byte[] input : inputs) {
            check(input, reader);
        }
        SplittableRandom random = new SplittableRandom(SEED);
        long end = System.nanoTime() + SECONDS * 1_000_000_000L;
        long count = 0;
        for (; System.nanoTime() < end; count++) {
            byte[] input = inputs.get(random.nextInt(inputs.size()));
            for (int n = 1 + random.nextInt(4); n > 0; n--) {
                input = mutated(input, inputs, random);
            }
            check(input, reader);
        }
        System.out.println("fuzz " + corpus + ": " + count + " inputs, sextant.seed=" + SEED);
    }

    private void check(byte[] input, Reader reader) throws IOException {
        Path file = Files.write(folder.resolve("x"), input);
        long start = System.nanoTime();
        try {
            reader.read(file);
        } catch (UnreadableException expected) {
            told(expected);
        } catch (Throwable e) {
            throw new AssertionError("seed " + SEED + ": " + e + " on\n" + HexFormat.of().formatHex(input), e);
        }
        assertTrue(System.nanoTime() - start < 5e9, () -> "too slow: " + HexFormat.of().formatHex(input));
    }

    private static byte[] mutated(byte[] input, List<byte[]> corpus, SplittableRandom random) {
        int at = random.nextInt(input.length + 1);
        int to = Math.min(input.length, at + random.nextInt(10));
        return switch (random.nextInt(6)) {
            case 0 -> spliced(input, at, Math.min(input.length, at + 1), new byte[]{(byte) random.nextInt(256)});
            case 1 -> spliced(input, at, to, new byte[0]);
            case 2 -> {
                byte[] other = corpus.get(random.nextInt(corpus.size()));
                int from = random.nextInt(other.length + 1);
                yield spliced(input, at, to,
                        Arrays.copyOfRange(other, from, Math.min(other.length, from + random.nextInt(60))));
            }
            case 3 -> spliced(input, at, at, Arrays.copyOfRange(input, at, to));
            case 4 -> Arrays.copyOf(input, at);
            default -> spliced(input, at, to, String.valueOf(random.nextLong() >> random.nextInt(64)).getBytes());
        };
    }

    private static byte[] spliced(byte[] input, int from, int to, byte[] middle) {
        byte[] output = new byte[from + middle.length + input.length - to];
        System.arraycopy(input, 0, output, 0, from);
        System.arraycopy(middle, 0, output, from, middle.length);
        System.arraycopy(input, to, output, from + middle.length, input.length - to);
        return output;
    }
}
