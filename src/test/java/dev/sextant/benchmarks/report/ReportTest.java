package dev.sextant.benchmarks.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sextant.cli.text.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables, pictures and numbers of made-up rounds. */
class ReportTest {

    private static final Map<String, String> FACTS = Map.of("date", "2026-01-01", "commit", "0123456789", "processor",
            "P",
            "cores", "2", "system", "S", "jvm", "J", "flags", "F", "peers", "peer-1.0", "command", "bench");

    private final List<Row> rows = new ArrayList<>();

    @TempDir
    private Path folder;

    private Row row(String type, String method, Map<String, String> parameters, double... times) {
        Row row = new Row(type, method, parameters);
        for (double time : times) {
            row.add(time, "us");
        }
        rows.add(row);
        return row;
    }

    private Rounds example() {
        row("W1Rotation", "ceiling", Map.of("dtype", "F32"), 10, 30, 20);
        row("W1Rotation", "ceiling", Map.of("dtype", "BF16"), 5, 5, 5);
        row("W1Rotation", "naive", Map.of("dtype", "F32"), 40, 45, 80);
        row("W1RotationPeers", "slowPeer", Map.of("dtype", "F32"), 100, 100, 100);
        row("W1RotationPeers", "fastPeer", Map.of("dtype", "F32"), 10, 12, 14);
        row("W1Rotation", "rotate", Map.of("dtype", "F32", "backend", "avx2"), 20, 30, 40);
        row("W1Rotation", "rotate", Map.of("dtype", "F32", "backend", "scalar"), 50, 50, 50);
        for (String kind : List.of("READ", "READ_8", "IN_PLACE", "COPY", "FMA")) {
            row("Machine", "machine", Map.of("kind", kind), 5000, 5100, 5200);
        }
        return new Rounds(List.copyOf(rows), 3, Map.of("W2Decode broken", "no memory"));
    }

    @Test
    void ratiosAreFormedInsideARound() {
        Rounds rounds = example();
        Row rotate = rows.get(5);
        assertEquals(rows.get(0), rounds.ceiling(rotate).orElseThrow());
        // 10/20, 30/30, 20/40
        assertEquals(0.5, Rounds.ratio(rows.get(0), rotate).median());
        assertEquals(1.0, Rounds.ratio(rows.get(0), rotate).greatest());
        assertEquals("fastPeer", rounds.best(rotate, Row.Kind.PEER).orElseThrow().method());
    }

    @Test
    void aCeilingNamedAfterMethodOrParameterBindsFirst() {
        row("W4Add", "ceiling", Map.of("dtype", "F32"), 1);
        Row fill = row("W4Add", "ceilingFill", Map.of("dtype", "F32"), 2);
        Row table = row("W4Add", "ceilingTable", Map.of("dtype", "F32"), 3);
        Row a = row("W4Add", "fill", Map.of("dtype", "F32", "rows", "table"), 4);
        Row b = row("W4Add", "add", Map.of("dtype", "F32", "rows", "table"), 4);
        Rounds rounds = new Rounds(rows, 1, Map.of());
        assertEquals(fill, rounds.ceiling(a).orElseThrow());
        assertEquals(table, rounds.ceiling(b).orElseThrow());
    }

    @Test
    void losingRowsStayWithARemarkAndFailedOnesAreNamed() {
        String text = ReportFiles.markdown(example(), FACTS);
        String losing = text.lines().filter(l -> l.startsWith("| W1Rotation | rotate avx2 F32 | 30.0")).findFirst()
                .orElseThrow();
        assertTrue(losing.contains("0.40x (0.35x - 0.50x) fastPeer"), losing);
        assertFalse(losing.endsWith("|  |"), losing);
        assertTrue(text.contains("W2Decode broken (no memory)"), text);
        assertTrue(text.contains("commit `0123456789`"), text);
        // the short table has the fastest backend alone
        assertFalse(Table.summary(example()).contains("scalar"));
    }

    @Test
    void everythingIsWritten() throws IOException {
        List<Path> files = ReportFiles.write(example(), FACTS, folder);
        for (Path file : files) {
            assertTrue(Files.size(file) > 0 || file.endsWith("jmh.json"), file.toString());
            if (file.toString().endsWith(".png")) {
                assertTrue(ImageIO.read(file.toFile()).getWidth() > 400, file.toString());
            }
        }
        assertEquals(7, files.size(), files.toString());
        byte[] json = Files.readAllBytes(folder.resolve("report.json"));
        assertEquals(3L, ((Map<?, ?>) Json.read(json, 0, json.length)).get("rounds"));
    }

    @Test
    void aPageGetsItsTablesBetweenMarks() throws IOException {
        Path page = Files.writeString(folder.resolve("p.md"), "a\n<!-- t -->\nold\n<!-- end of t -->\nb\n");
        ReportFiles.insert(page, Map.of("t", "new", "other", "x"));
        ReportFiles.insert(page, Map.of("t", "newer"));
        assertEquals("a\n<!-- t -->\n\nnewer\n<!-- end of t -->\nb\n", Files.readString(page));
        IOException e = assertThrows(IOException.class, () -> ReportFiles.insert(page, Map.of("u", "x")));
        assertTrue(e.getMessage().contains("wanted a line"), e.getMessage());
    }

    @Test
    void storedRatiosComeBack() throws IOException {
        Path file = folder.resolve("baseline.json");
        assertTrue(Baseline.read(file).ratios().isEmpty());
        Baseline one = Baseline.read(file);
        one.ratios().put("P", Map.of("r", new dev.sextant.cli.text.Spread(0.5, 0.25, 0.75)));
        one.instructions().put("gcc", Map.of("k", 12L));
        one.write(file);
        assertEquals(one, Baseline.read(file));
        Files.writeString(file, "{\"of_ceiling\": 3}");
        assertThrows(IllegalArgumentException.class, () -> Baseline.read(file));
    }
}
