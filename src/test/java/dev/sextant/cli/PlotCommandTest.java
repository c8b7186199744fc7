package dev.sextant.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sextant.internal.form.BiasCatalogue;
import dev.sextant.internal.form.Catalogue;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every picture is there, is not blank, and its numbers are those of the encodings. */
class PlotCommandTest extends CommandLineTest {

    @TempDir
    Path folder;

    private List<String[]> table(String picture, String... options) throws Exception {
        List<Object> line = new ArrayList<>(List.of("plot", picture, "--out", folder));
        line.addAll(List.of(options));
        sextant(line.toArray()).expect(Exit.OK);
        notBlank(folder.resolve(picture + ".png"));
        return Files.readAllLines(folder.resolve(picture + ".csv")).stream().skip(1).map(l -> l.split(",", -1))
                .toList();
    }

    private static void notBlank(Path file) throws IOException {
        BufferedImage image = ImageIO.read(file.toFile());
        assertEquals(1100, image.getWidth());
        assertEquals(700, image.getHeight());
        long colours = image.getRaster().getNumBands() == 0
                ? 0
                : IntStream.range(0, 1100 * 700)
                        .map(i -> image.getRGB(i % 1100, i / 1100)).distinct().count();
        assertTrue(colours > 20, file + " has " + colours + " colours");
    }

    private static double number(List<String[]> table, String series, int index) {
        return Double.parseDouble(table.stream().filter(r -> r[0].equals(series)).toList().get(index)[2]);
    }

    /** Position 2 of width 6, as published in the specification of the sinusoid. */
    @Test
    void heatmap() throws Exception {
        List<String[]> cells = table("heatmap", "--encoding", "vaswani", "--width", "6", "--tokens", "5");
        assertEquals(30, cells.size());
        double[] wanted = {.90929743, -.41614684, .09269850, .99569422, .00430886, .99999072};
        for (int c = 0; c < 6; c++) {
            assertEquals(wanted[c], Double.parseDouble(cells.get(12 + c)[2]), 1e-7);
        }
    }

    @Test
    void wavelengths() throws Exception {
        List<String[]> lines = table("wavelengths", "--encoding", "default", "--encoding", "llama3", "--width", "128",
                "--length", "8192");
        assertEquals(2 * Math.PI, number(lines, "default", 0), 1e-7);
        assertEquals(2 * Math.PI * Math.pow(10_000, 126.0 / 128), number(lines, "default", 63), 1e-3);
        assertEquals(8 * 2 * Math.PI * Math.pow(500_000, 126.0 / 128), number(lines, "llama3", 63), 1);
        assertEquals(8192, number(lines, "context; 8192", 1));
    }

    @Test
    void spectrum() throws Exception {
        List<String[]> lines = table("spectrum", "--encoding", "default", "--width", "64");
        assertEquals(1 / (2 * Math.PI), number(lines, "default", 0), 1e-9);
        assertEquals(0.5, number(lines, "1/2: above it a wave aliases", 0));
    }

    /** A float32 product is off by at most half a unit of the angle, and at position 131,072 by more than 1e-3. */
    @Test
    void angles() throws Exception {
        List<String[]> lines = table("angles", "--encoding", "default", "--length", "131072");
        double last = number(lines, "default; frequencies rounded once", 399);
        assertTrue(last > 1e-3 && last < 131_072 * Math.ulp(1f) * 2, "" + last);
        assertEquals(0, number(lines, "default; frequencies rounded once", 0), 1e-7);
    }

    @Test
    void bias() throws Exception {
        List<String[]> lines = table("bias", "--encoding", "ALiBi", "--heads", "4", "--length", "16");
        assertEquals(-16 * 0.25, number(lines, "ALiBi; head 0", 0));
        assertEquals(0, number(lines, "ALiBi; head 3", 16), 0.0);
    }

    /** Rows add up to 1, and nothing lies in the future. */
    @Test
    void attention() throws Exception {
        List<String[]> cells = table("attention", "--encoding", "ALiBi", "--heads", "2", "--tokens", "20");
        double[] sums = new double[20];
        for (String[] cell : cells) {
            sums[Integer.parseInt(cell[0])] += Double.parseDouble(cell[2]);
            assertTrue(Integer.parseInt(cell[1]) <= Integer.parseInt(cell[0]) || Double.parseDouble(cell[2]) == 0);
        }
        for (double sum : sums) {
            assertEquals(1, sum, 1e-5);
        }
    }

    /** Nothing in the catalogue is without a picture. */
    @Test
    void everyEncoding() throws Exception {
        for (var line : Catalogue.ADDITIVE) {
            table("heatmap", "--encoding", line.name(), "--tokens", "8");
            assertTrue(table("wavelengths", "--encoding", line.name()).stream()
                    .filter(r -> r[0].equals(line.name())).noneMatch(r -> r[2].isEmpty()), line.name());
        }
        for (var line : Catalogue.ROTARY) {
            table("wavelengths", "--encoding", line.rule());
        }
        for (var line : Catalogue.BY_LENGTH) {
            table("spectrum", "--encoding", line.rule(), "--length", "9000");
        }
        for (var line : BiasCatalogue.LINES) {
            table("bias", "--encoding", line.name());
        }
    }

    @Test
    void modelFile() throws Exception {
        Path config = Files.writeString(folder.resolve("config.json"), """
                {"model_type": "llama", "hidden_size": 4096, "num_attention_heads": 32, "rope_theta": 500000.0}
                """);
        List<String[]> lines = table("wavelengths", "--model", config.toString());
        assertEquals(64, lines.stream().filter(r -> r[0].equals("llama")).count());
    }

    @Test
    void refusals() throws Exception {
        assertTrue(sextant("plot").expect(Exit.USAGE).err().contains("picture: got none"));
        assertTrue(sextant("plot", "bias").expect(Exit.USAGE).err().contains("encodings: got none"));
        assertTrue(sextant("plot", "bias", "--encoding", "nosuch").expect(Exit.USAGE).err()
                .contains("encoding: got 'nosuch', wanted one of vaswani"));
        assertTrue(sextant("plot", "bias", "--encoding", "yarn").expect(Exit.USAGE).err()
                .contains("got yarn, a rotation, wanted one that has a bias"));
        assertTrue(sextant("plot", "heatmap", "--encoding", "yarn", "--encoding", "default").expect(Exit.USAGE).err()
                .contains("encodings: got 2, wanted one"));
        assertTrue(sextant("plot", "heatmap", "--encoding", "yarn", "--width", "1").expect(Exit.USAGE).err()
                .contains("width: got 1, wanted 2"));
        sextant("plot", "wavelengths", "--model", folder.resolve("nowhere")).expect(Exit.UNREADABLE);
        Map<?, ?> names = sextant("plot", "--list", "--json").expect(Exit.OK).json();
        assertTrue(((List<?>) names.get("encodings")).contains("Sandwich"));
    }
}
