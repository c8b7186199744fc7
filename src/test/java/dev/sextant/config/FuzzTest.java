package dev.sextant.config;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sextant.encoding.Rope;
import dev.sextant.encoding.Rounding;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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

/**
 * Damaged model files: each reads to a rotation with sane frequencies or to a {@link ConfigException}, soon. The corpus is
 * mutated for {@code -Dsextant.fuzz.seconds=} (2), from {@code -Dsextant.seed=} on when it is given; an input that fails is
 * printed and belongs into the corpus once the fault is mended.
 */
@Tag("fuzz")
class FuzzTest {

    private static final int SECONDS = Integer.getInteger("sextant.fuzz.seconds", 2);
    private static final long SEED = Long.getLong("sextant.seed", System.nanoTime());

    /** What attackers and converters write. */
    private static final String[] WORDS = {"0", "-1", "1e308", "1e-308", "9223372036854775807", "NaN", "Infinity",
            "null", "true",
            "[]", "{}", "\"yarn\"", "\"longrope\"", "\"dynamic\"", "\"llama3\"", "\"proportional\"", "\"mrope\"",
            "\"factor\": ",
            "\"rope_theta\": ", "\"head_dim\": ", "\"full_attention\": {", "\"layer_types\": [", "1.0000000001", "0.5",
            "1e30", ","};

    private interface Reader { void read(byte[] input) throws IOException; }

    private static List<byte[]> corpus(String folder) throws Exception {
        List<byte[]> inputs = new ArrayList<>();
        Path path = Path.of(FuzzTest.class.getResource(folder).toURI());
        try (Stream<Path> files = Files.list(path)) {
            for (Path file : files.filter(Files::isRegularFile).filter(f -> !f.toString().endsWith(".md")).sorted()
                    .toList()) {
                inputs.add(Files.readAllBytes(file));
            }
        }
        assertTrue(inputs.size() > 3, folder);
        return inputs;
    }

    @Test
    void configurations() throws Exception {
        List<byte[]> corpus = corpus("/fuzz/json");
        corpus.addAll(corpus("/dev/sextant/config"));
        for (ModelList.Entry entry : ModelList.entries()) {
            corpus.add(entry.json().getBytes(StandardCharsets.UTF_8));
        }
        run(corpus, true, FuzzTest::json);
    }

    private static void json(byte[] input) throws IOException {
        for (Strictness strictness : Strictness.values()) {
            use(HfConfig.read(new ByteArrayInputStream(input), "fuzz", strictness));
        }
    }

    @Test
    void embeddings() throws Exception {
        List<byte[]> corpus = new ArrayList<>(corpus("/fuzz/json"));
        for (EmbeddingModels.Entry entry : EmbeddingModels.all()) {
            corpus.add(entry.json().getBytes(StandardCharsets.UTF_8));
        }
        run(corpus, true, input -> {
            for (EmbeddingStack stack : HfEmbeddings.read(new ByteArrayInputStream(input), "fuzz").stacks()) {
                assertTrue(stack.width() >= 1 && stack.tokenScale() >= 1, stack::toString);
                for (EmbeddingTable table : stack.tables()) {
                    assertTrue(table.rows().row(0) < table.rows().rows(), stack::toString);
                }
                if (stack.generated().isPresent() && stack.width() <= 4096) {
                    assertTrue(!stack.encoding().columns().isEmpty(), stack::toString);
                }
            }
        });
    }

    @Test
    void metadata() throws Exception {
        run(corpus("/fuzz/gguf"), false, FuzzTest::gguf);
    }

    private static void gguf(byte[] input) throws IOException {
        use(TinyGguf.read(input).model());
    }

    /** Everything a caller may ask of a model that was read. */
    private static void use(ModelConfig model) {
        for (int i = 0; i < Math.min(64, model.layers().orElse(0)); i++) {
            try {
                model.layer(i);
            } catch (ConfigException e) {
                break; // the file does not say
            }
        }
        for (RotarySet set : model.sets()) {
            for (long length : new long[]{1, 4096, 1L << 40}) {
                sane(set.rope(length));
            }
        }
    }

    private static void sane(Rope rope) {
        if (rope.rotaryDim() <= 1024) {
            for (Rounding rounding : Rounding.values()) {
                for (double f : rope.frequencies().inverse(rope.rotaryDim(), rounding)) {
                    assertTrue(f >= 0, () -> "frequency " + f + " of " + rope);
                }
            }
        }
    }

    private static void run(List<byte[]> corpus, boolean text, Reader reader) {
        for (byte[] input : corpus) {
            check(input, text, reader, "corpus");
        }
        SplittableRandom random = new SplittableRandom(SEED);
        long end = System.nanoTime() + SECONDS * 1_000_000_000L;
        long count = 0;
        for (; System.nanoTime() < end; count++) {
            byte[] input = corpus.get(random.nextInt(corpus.size()));
            for (int n = 1 + random.nextInt(4); n > 0; n--) {
                input = mutated(input, corpus, text, random);
            }
            check(input, text, reader, "seed " + SEED);
        }
        System.out.println("fuzz: " + count + " inputs, sextant.seed=" + SEED);
    }

    private static void check(byte[] input, boolean text, Reader reader, String origin) {
        long start = System.nanoTime();
        try {
            reader.read(input);
        } catch (ConfigException expected) {
            assertTrue(expected.getMessage().length() < 2000, expected.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Throwable e) {
            throw new AssertionError(origin + ": " + e + " on\n"
                    + (text ? new String(input, StandardCharsets.UTF_8) : HexFormat.of().formatHex(input)), e);
        }
        assertTrue(System.nanoTime() - start < 5e9,
                () -> origin + ": took too long: " + HexFormat.of().formatHex(input));
    }

    private static byte[] mutated(byte[] input, List<byte[]> corpus, boolean text, SplittableRandom random) {
        int at = random.nextInt(input.length + 1);
        int to = Math.min(input.length, at + random.nextInt(text ? 12 : 9));
        return switch (random.nextInt(text ? 7 : 6)) {
            case 0 -> spliced(input, at, Math.min(input.length, at + 1), new byte[]{(byte) random.nextInt(256)});
            case 1 -> spliced(input, at, to, new byte[0]);
            case 2 -> {
                byte[] other = corpus.get(random.nextInt(corpus.size()));
                int from = random.nextInt(other.length + 1);
                yield spliced(input, at, to, Arrays.copyOfRange(other, from,
                        Math.min(other.length, from + random.nextInt(80))));
            }
            case 3 -> spliced(input, at, at, Arrays.copyOfRange(input, at, to));
            case 4 -> Arrays.copyOf(input, at);
            case 5 -> {
                byte[] number = new byte[random.nextBoolean() ? 4 : 8];
                number[0] = (byte) (random.nextBoolean() ? -1 : random.nextInt(14));
                Arrays.fill(number, 1, number.length, (byte) (random.nextInt(3) == 0 ? -1 : 0));
                yield text
                        ? number(input, at, random)
                        : spliced(input, at, Math.min(input.length, at + number.length), number);
            }
            default -> spliced(input, at, to, WORDS[random.nextInt(WORDS.length)].getBytes(StandardCharsets.UTF_8));
        };
    }

    /** Replaces the next number of a text by a word. */
    private static byte[] number(byte[] input, int start, SplittableRandom random) {
        int at = start;
        while (at < input.length && !Character.isDigit(input[at])) {
            at++;
        }
        int to = at;
        while (to < input.length && (Character.isDigit(input[to]) || input[to] == '.' || input[to] == 'e')) {
            to++;
        }
        return spliced(input, at, to, WORDS[random.nextInt(WORDS.length)].getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] spliced(byte[] input, int from, int to, byte[] middle) {
        byte[] output = new byte[from + middle.length + input.length - to];
        System.arraycopy(input, 0, output, 0, from);
        System.arraycopy(middle, 0, output, from, middle.length);
        System.arraycopy(input, to, output, from + middle.length, input.length - to);
        return output;
    }
}
