package dev.sextant.structure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Catches an example whose marks do not tell the whole difference, one that has grown beyond what an engine's author would take
 * on, and a page that shows another difference than the code has.
 */
class ExamplesTest {

    private static final Path FOLDER = Path.of("src/examples/java/dev/sextant/examples");
    private static final Path PAGE = Path.of("src/examples/README.md");
    private static final String REMOVED = " // -";
    private static final String ADDED = " // +";
    private static final Pattern BLOCK = Pattern
            .compile("(?s)(<!-- generated from (\\w+)[^>]*-->\\R)(.*?)(<!-- /generated -->)");

    static Stream<String> styles() throws IOException {
        try (Stream<Path> folders = Files.list(FOLDER)) {
            return folders.filter(Files::isDirectory).map(f -> f.getFileName().toString()).sorted().toList().stream();
        }
    }

    private static List<String> lines(String style, String name) throws IOException {
        return Files.readAllLines(FOLDER.resolve(style).resolve(name + ".java"));
    }

    /** Without the marked lines both are the same class. */
    @ParameterizedTest
    @MethodSource("styles")
    void marksAreTheWholeDifference(String style) throws IOException {
        String before = String.join("\n",
                lines(style, "Before").stream().filter(line -> !line.endsWith(REMOVED)).toList());
        String after = String.join("\n", lines(style, "After").stream().filter(line -> !line.endsWith(ADDED)).toList());
        assertEquals(before.replaceAll("\\bBefore\\b", "After"), after);
    }

    /** Imports, declarations and braces included. */
    @ParameterizedTest
    @MethodSource("styles")
    void tenLinesAreEnough(String style) throws IOException {
        long added = lines(style, "After").stream().filter(line -> line.endsWith(ADDED)).count();
        assertTrue(added > 0 && added <= 10, () -> style + " takes " + added + " new lines");
    }

    @Test
    void pageShowsTheDifferences() throws IOException {
        String text = Files.readString(PAGE);
        StringBuilder page = new StringBuilder();
        List<String> shown = new ArrayList<>();
        int end = 0;
        for (Matcher m = BLOCK.matcher(text); m.find(); end = m.end(3)) {
            shown.add(m.group(2));
            page.append(text, end, m.end(1)).append("\n```diff\n").append(difference(m.group(2))).append("```\n\n");
        }
        page.append(text, end, text.length());
        assertEquals(styles().toList(), shown.stream().sorted().toList(), "examples of the page");
        if ("write".equals(System.getProperty("sextant.readme"))) {
            Files.writeString(PAGE, page);
        } else {
            assertEquals(page.toString(), text, "write it by -Dsextant.readme=write");
        }
    }

    /** Lines that go and come, each run of them between two lines that stay. */
    private static String difference(String style) throws IOException {
        List<String> before = lines(style, "Before");
        List<String> after = lines(style, "After");
        List<String> all = new ArrayList<>();
        int b = 0;
        for (int a = 0; a < after.size() || b < before.size();) {
            if (b < before.size() && before.get(b).endsWith(REMOVED)) {
                all.add("-" + unmarked(before.get(b++), REMOVED));
            } else if (a < after.size() && after.get(a).endsWith(ADDED)) {
                all.add("+" + unmarked(after.get(a++), ADDED));
            } else {
                all.add(" " + after.get(a++));
                b++;
            }
        }
        StringBuilder text = new StringBuilder();
        boolean gap = false;
        for (int i = 0; i < all.size(); i++) {
            boolean near = changed(all, i - 1) || changed(all, i) || changed(all, i + 1);
            if (near) {
                text.append(gap && !text.isEmpty() ? "@@\n" : "").append(all.get(i).stripTrailing()).append('\n');
            }
            gap = !near;
        }
        return text.toString();
    }

    private static boolean changed(List<String> lines, int index) {
        return index >= 0 && index < lines.size() && !lines.get(index).startsWith(" ");
    }

    private static String unmarked(String line, String mark) {
        return line.substring(0, line.length() - mark.length());
    }
}
