package dev.sextant.structure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sextant.internal.form.Catalogue;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Catches a README whose Java no longer compiles and whose table is not the catalogue's. */
class ReadmeTest {

    private static final Path README = Path.of("README.md");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```java\\R(.*?)^```");
    private static final Pattern CLASS = Pattern
            .compile("(?m)^(?:public |final )*(?:class|record|interface|enum) (\\w+)");
    private static final Pattern TABLE = generated("tables of");
    private static final Pattern GUIDE = generated("guide from");

    @TempDir
    Path folder;

    @BeforeEach
    void needsAReadme() {
        assumeTrue(Files.exists(README), "no README.md yet");
    }

    @Test
    void snippetsCompile() throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        assumeTrue(compiler != null, "this Java has no compiler");
        List<String> blocks = new ArrayList<>();
        for (Matcher m = BLOCK.matcher(Files.readString(README)); m.find();) {
            blocks.add(m.group(1));
        }
        assertFalse(blocks.isEmpty(), "README.md shows no Java");
        for (int i = 0; i < blocks.size(); i++) {
            StringWriter said = new StringWriter();
            boolean compiled = compiler.getTask(said, null, null,
                    List.of("-d", folder.resolve("snippet" + i).toString(), "-cp",
                            System.getProperty("java.class.path"),
                            "-proc:none"),
                    null, List.of(new Snippet(blocks.get(i), i))).call();
            assertTrue(compiled, "block " + (i + 1) + " of README.md:\n" + said);
        }
    }

    private static Pattern generated(String what) {
        return Pattern.compile("(?s)(<!-- " + what + " the catalogue[^>]*-->\\R)(.*?)(<!-- /generated -->)");
    }

    @Test
    void tablesAreTheCatalogues() throws IOException {
        same(TABLE, Catalogue.markdown());
    }

    @Test
    void guideIsTheCatalogues() throws IOException {
        same(GUIDE, Catalogue.guide());
    }

    private static void same(Pattern place, String made) throws IOException {
        String text = Files.readString(README);
        Matcher table = place.matcher(text);
        assertTrue(table.find(), "README.md has no place for what is generated: " + place);
        String wanted = "\n" + made + "\n";
        if ("write".equals(System.getProperty("sextant.readme"))) {
            Files.writeString(README, text.substring(0, table.start(2)) + wanted + text.substring(table.end(2)));
        } else {
            assertEquals(wanted, table.group(2), "write it by -Dsextant.readme=write");
        }
    }

    /** A block of Java: classes as they are, statements inside a method. */
    private static final class Snippet extends SimpleJavaFileObject {

        private final String source;

        Snippet(String block, int index) {
            super(URI.create("string:///" + name(block, index) + ".java"), Kind.SOURCE);
            this.source = CLASS.matcher(block).find() ? block : wrapped(block, name(block, index));
        }

        private static String name(String block, int index) {
            Matcher m = CLASS.matcher(block);
            return m.find() ? m.group(1) : "Snippet" + index;
        }

        private static String wrapped(String block, String name) {
            StringBuilder imports = new StringBuilder();
            StringBuilder body = new StringBuilder();
            block.lines().forEach(line -> (line.startsWith("import ") ? imports : body).append(line).append('\n'));
            return imports + "class " + name + " { void snippet() throws Exception {\n" + body + "}}\n";
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
        }
    }
}
