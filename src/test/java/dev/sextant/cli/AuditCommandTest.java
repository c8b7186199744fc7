package dev.sextant.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dumps of an engine as files: what is printed, what is refused, exit codes. */
class AuditCommandTest extends CommandLineTest {

    private static final String MODEL = """
            {"model_type": "llama", "hidden_size": 64, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16,
             "num_hidden_layers": 2, "max_position_embeddings": 4096, "rope_theta": 10000.0}
            """;
    private static final int ROWS = 40;

    @TempDir
    Path folder;
    private Path model;

    @BeforeEach
    void writeModel() throws IOException {
        model = Files.writeString(folder.resolve("config.json"), MODEL);
    }

    private static float[] inverse(double base) {
        float[] inverse = new float[8];
        for (int j = 0; j < 8; j++) {
            inverse[j] = (float) (1 / (float) Math.pow(base, j / 8.0));
        }
        return inverse;
    }

    /** Cosines, or sines, of positions from {@code start} on. */
    private static float[] table(double base, long start, boolean sine) {
        float[] inverse = inverse(base);
        float[] table = new float[ROWS * 8];
        for (int i = 0; i < table.length; i++) {
            float angle = (start + i / 8) * inverse[i % 8];
            table[i] = (float) (sine ? Math.sin(angle) : Math.cos(angle));
        }
        return table;
    }

    private Path npy(String name, float[] values, long... shape) throws IOException {
        return TinyData.npy(folder.resolve(name + ".npy"), ByteOrder.LITTLE_ENDIAN, values, shape);
    }

    @Test
    void inverseFrequenciesThatMatch() throws IOException {
        Path file = TinyData.npy(folder.resolve("inv.npy"), ByteOrder.BIG_ENDIAN, inverse(10_000), 8);
        String page = sextant("audit", model, "--inv-freq", file).expect(Exit.OK).out();
        assertTrue(page.contains("verdict    MATCH: largest error") && page.contains("not shown"), page);
        Map<?, ?> report = sextant("audit", model, "--inv-freq", file, "--json").expect(Exit.OK).json();
        assertEquals("MATCH", report.get("verdict"));
        assertEquals(List.of(), report.get("explanations"));
        assertTrue(((List<?>) report.get("cannotTell")).contains("pairing"), report::toString);
    }

    @Test
    void inverseFrequenciesOfAnotherBase() throws IOException {
        Path out = folder.resolve("out");
        Map<?, ?> report = sextant("audit", model, "--inv-freq", npy("inv", inverse(500_000), 1, 8), "--out", out,
                "--json").expect(Exit.MISMATCH).json();
        assertEquals("EXPLAINED", report.get("verdict"));
        Map<?, ?> first = (Map<?, ?>) ((List<?>) report.get("explanations")).getFirst();
        assertEquals("wrong-base", first.get("mistake"));
        assertTrue(first.get("sentence").toString().contains("base 500000 where the configuration says 10000"),
                first::toString);
        assertTrue((Double) ((Map<?, ?>) first.get("left")).get("largest") < 1e-6, first::toString);
        assertEquals(8, ((List<?>) ((Map<?, ?>) report.get("expected")).get("errors")).size());
        assertNotNull(ImageIO.read(out.resolve("errors.png").toFile()));
        List<String> rows = Files.readAllLines(out.resolve("errors.csv"));
        assertEquals("pair,error,allowed,left", rows.getFirst());
        assertEquals(9, rows.size());
    }

    @Test
    void tablesOfASafetensorsFile() throws IOException {
        Path file = new TinyData().tensor("rope.cos", table(10_000, 0, false), ROWS, 8)
                .tensor("rope.sin", table(10_000, 0, true), 1, ROWS, 8)
                .tensor("late.cos", table(10_000, 7, false), ROWS, 8)
                .tensor("late.sin", table(10_000, 7, true), ROWS, 8).bf16("b.cos", table(10_000, 0, false), ROWS, 8)
                .bf16("b.sin", table(10_000, 0, true), ROWS, 8).write(folder.resolve("t.safetensors"));
        sextant("audit", model, "--cos", file + ":rope.cos", "--sin", file + ":rope.sin").expect(Exit.OK);
        String late = sextant("audit", model, "--cos", file + ":late.cos", "--sin", file + ":late.sin")
                .expect(Exit.MISMATCH).out();
        assertTrue(late.contains("positions: positions are 7 too high"), late);
        sextant("audit", model, "--cos", file + ":late.cos", "--sin", file + ":late.sin", "--positions", 7)
                .expect(Exit.OK);
        Path ids = TinyData.npy(folder.resolve("ids.npy"), LongStream.range(7, 7 + ROWS).toArray());
        sextant("audit", model, "--cos", file + ":late.cos", "--sin", file + ":late.sin", "--positions", ids)
                .expect(Exit.OK);
        String rounded = sextant("audit", model, "--cos", file + ":b.cos", "--sin", file + ":b.sin")
                .expect(Exit.MISMATCH).out();
        assertTrue(rounded.contains("precision: cos and sin rounded to bfloat16"), rounded);
    }

    /** Rotated by a plain loop; interleaved where the model has halves. */
    @Test
    void headsBeforeAndAfter() throws IOException {
        float[] cos = table(10_000, 100, false);
        float[] sin = table(10_000, 100, true);
        float[] before = new float[ROWS * 4 * 16];
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < before.length; i++) {
            before[i] = (float) random.nextDouble(-1, 1);
        }
        float[] half = before.clone();
        float[] interleaved = before.clone();
        for (int row = 0; row < ROWS * 4; row++) {
            for (int j = 0; j < 8; j++) {
                float c = cos[row / 4 * 8 + j];
                float s = sin[row / 4 * 8 + j];
                turn(half, row * 16 + j, row * 16 + j + 8, c, s);
                turn(interleaved, row * 16 + 2 * j, row * 16 + 2 * j + 1, c, s);
            }
        }
        Path in = npy("before", before, ROWS, 4, 16);
        sextant("audit", model, "--before", in, "--after", npy("half", half, 1, ROWS, 4, 16), "--positions", 100)
                .expect(Exit.OK);
        sextant("audit", model, "--before", in, "--after", npy("half", half, ROWS, 64), "--positions", 100)
                .expect(Exit.OK);
        String page = sextant("audit", model, "--before", in, "--after", npy("inter", interleaved, ROWS, 4, 16),
                "--positions", 100).expect(Exit.MISMATCH).out();
        assertTrue(page.contains("pairing: pairs INTERLEAVED where the model has HALF_SPLIT"), page);
        sextant("audit", model, "--before", npy("b", headMajor(before), 4, ROWS, 16), "--after",
                npy("a", headMajor(half), 4, ROWS, 16), "--positions", 100, "--head-major").expect(Exit.OK);
        Outcome shapes = sextant("audit", model, "--before", in, "--after", npy("a", half, ROWS, 2, 32), "--positions",
                100).expect(Exit.UNREADABLE);
        assertTrue(shapes.err().contains("after"), shapes.err());
    }

    private static void turn(float[] x, int a, int b, float c, float s) {
        float x0 = x[a];
        float x1 = x[b];
        x[a] = x0 * c - x1 * s;
        x[b] = x1 * c + x0 * s;
    }

    private static float[] headMajor(float[] x) {
        float[] y = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            int token = i / 64;
            int head = i / 16 % 4;
            y[(head * ROWS + token) * 16 + i % 16] = x[i];
        }
        return y;
    }

    @Test
    void layerSets() throws IOException {
        Path gemma = Files.writeString(folder.resolve("gemma.json"),
                """
                        {"model_type": "gemma3_text", "hidden_size": 64, "head_dim": 16, "num_attention_heads": 4,
                         "num_key_value_heads": 1, "num_hidden_layers": 12, "rope_theta": 1000000, "rope_local_base_freq": 10000,
                         "sliding_window_pattern": 6, "max_position_embeddings": 32768}
                        """);
        Path file = npy("inv", inverse(10_000), 8);
        assertTrue(sextant("audit", gemma, "--inv-freq", file).expect(Exit.USAGE).err()
                .contains("--layer-type with one of full_attention, sliding_attention"));
        sextant("audit", gemma, "--inv-freq", file, "--layer-type", "sliding_attention").expect(Exit.OK);
        String page = sextant("audit", gemma, "--inv-freq", file, "--layer-type", "full_attention")
                .expect(Exit.MISMATCH).out();
        assertTrue(page.contains("layer-set: the rotation of 'sliding_attention'"), page);
        sextant("audit", gemma, "--inv-freq", file, "--layer-type", "none").expect(Exit.UNREADABLE);
    }

    /** Somebody who knows nothing is told what to give and how to get it. */
    @Test
    void aStrangerIsHelped() {
        for (Outcome outcome : List.of(sextant("audit"), sextant("audit", model))) {
            outcome.expect(Exit.USAGE);
            assertTrue(outcome.err().contains("numpy.save") && outcome.err().contains("--cos FILE --sin FILE"),
                    outcome.err());
        }
    }

    @Test
    void wrongUsage() throws IOException {
        Path file = npy("inv", inverse(10_000), 8);
        sextant("audit", model, "--cos", file).expect(Exit.USAGE);
        sextant("audit", model, "--before", file, "--after", file).expect(Exit.USAGE);
        sextant("audit", model, "--inv-freq", file, "--cos", file, "--sin", file).expect(Exit.USAGE);
        sextant("audit", model, "--inv-freq", file, "--length", 0).expect(Exit.USAGE);
    }

    @Test
    void unreadable() throws IOException {
        Path file = npy("inv", inverse(10_000), 8);
        Path many = new TinyData().tensor("a", inverse(10_000), 8).tensor("b", inverse(10_000), 8)
                .write(folder.resolve("m.safetensors"));
        assertTrue(sextant("audit", model, "--inv-freq", many).expect(Exit.UNREADABLE).err()
                .contains("has 2 tensors, wanted " + many + ":NAME with one of a, b"));
        sextant("audit", model, "--inv-freq", many + ":b").expect(Exit.OK);
        sextant("audit", model, "--inv-freq", many + ":c").expect(Exit.UNREADABLE);
        sextant("audit", model, "--inv-freq", file + ":x").expect(Exit.UNREADABLE);
        sextant("audit", model, "--inv-freq", folder.resolve("nowhere.npy")).expect(Exit.UNREADABLE);
        sextant("audit", folder.resolve("nowhere.json"), "--inv-freq", file).expect(Exit.UNREADABLE);
        Path npz = Files.write(folder.resolve("x.npz"), new byte[]{'P', 'K', 3, 4, 0, 0, 0, 0, 0});
        assertTrue(sextant("audit", model, "--inv-freq", npz).expect(Exit.UNREADABLE).err().contains("unpacked"));
        Outcome shapes = sextant("audit", model, "--cos", npy("c", table(10_000, 0, false), ROWS, 8), "--sin",
                npy("s", table(10_000, 0, true), 8, ROWS), "--json").expect(Exit.UNREADABLE);
        assertTrue(shapes.json().get("error").toString().contains("cos and sin: got 40 x 8 and 8 x 40"), shapes.out());
        sextant("audit", model, "--cos", file, "--sin", file, "--positions", file).expect(Exit.UNREADABLE);
        sextant("audit", model, "--inv-freq", npy("two", new float[16], 2, 8)).expect(Exit.UNREADABLE);
        sextant("audit", model, "--inv-freq", file, "--out", file).expect(Exit.UNREADABLE);
    }
}
