package dev.sextant.structure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sextant.internal.ffi.NativeLibrary;
import dev.sextant.internal.ffi.NativeOutcome;
import dev.sextant.internal.ffi.gen.SextantH;
import dev.sextant.internal.ffi.gen.sx_heads;
import dev.sextant.internal.ffi.gen.sx_row_values;
import dev.sextant.internal.ffi.gen.sx_score_values;
import dev.sextant.internal.ffi.gen.sx_token_ids;
import java.io.IOException;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.PaddingLayout;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Catches a header that was changed without generating the bindings anew, or bindings edited by hand. */
class HeaderDriftTest {

    private static final String GENERATED = "dev.sextant.internal.ffi.gen.";
    private final CHeader header = CHeader.read(Path.of("native/include/sextant.h"));

    HeaderDriftTest() throws IOException {}

    @Test
    void theHeaderWasUnderstood() {
        assertTrue(header.constants().size() >= 30, header.constants().toString());
        assertEquals(Set.of("sx_rotary_plan", "sx_heads", "sx_rotary_call", "sx_rows_call", "sx_append_call",
                "sx_append_plan", "sx_columns", "sx_additive_plan", "sx_additive_call", "sx_table", "sx_gather_plan",
                "sx_pick", "sx_gather_call", "sx_attention_plan", "sx_sequence", "sx_row_values", "sx_score_values",
                "sx_token_ids", "sx_attention_call", "sx_attention_sizes", "sx_merge_call"),
                header.structs().keySet());
        assertEquals(28, header.functions().size(), header.functions().toString());
    }

    @Test
    void constants() throws Exception {
        TreeSet<String> bound = new TreeSet<>();
        for (Method method : SextantH.class.getMethods()) {
            if (Modifier.isStatic(method.getModifiers()) && method.getName().startsWith("SX_")) {
                bound.add(method.getName());
                assertEquals(header.constants().get(method.getName()), method.invoke(null), method.getName());
            }
        }
        assertEquals(new TreeSet<>(header.constants().keySet()), bound);
    }

    @Test
    void structs() throws Exception {
        for (var struct : header.structs().entrySet()) {
            GroupLayout layout = (GroupLayout) Class.forName(GENERATED + struct.getKey()).getMethod("layout")
                    .invoke(null);
            List<String> bound = new ArrayList<>();
            for (MemoryLayout member : layout.memberLayouts()) {
                if (!(member instanceof PaddingLayout)) {
                    bound.add(kind(member) + " " + member.name().orElseThrow());
                }
            }
            List<String> wanted = struct.getValue().stream().map(f -> {
                int space = f.lastIndexOf(' ');
                return kind(f.substring(0, space)) + f.substring(space);
            }).toList();
            assertEquals(wanted, bound, struct.getKey());
        }
    }

    /** The prototypes that the bindings quote are the header's. */
    @Test
    void functions() throws IOException {
        String source = Files.readString(Path.of("src/main/java/dev/sextant/internal/ffi/gen/SextantH.java"));
        Pattern quoted = Pattern.compile("\\* ((?:const )?\\w+ \\*?)(sx_\\w+)\\(([^)]*)\\)");
        TreeSet<String> bound = new TreeSet<>();
        StringBuilder prototypes = new StringBuilder();
        for (Matcher m = quoted.matcher(source); m.find();) {
            if (bound.add(m.group(2))) {
                prototypes.append("SX_API ").append(m.group(1)).append(m.group(2)).append('(')
                        .append(m.group(3).isBlank() ? "void" : m.group(3)).append(");\n");
            }
        }
        Path file = Files.createTempFile("quoted", ".h");
        try {
            Files.writeString(file, prototypes);
            assertEquals(header.functions(), CHeader.read(file).functions());
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void descriptors() throws Exception {
        assumeTrue(NativeLibrary.outcome() instanceof NativeOutcome.Loaded,
                "descriptors are made with the library's addresses");
        for (var function : header.functions().entrySet()) {
            Method method = SextantH.class.getMethod(function.getKey() + "$descriptor");
            FunctionDescriptor bound = (FunctionDescriptor) method.invoke(null);
            String text = bound.returnLayout().map(HeaderDriftTest::kind).orElse("void")
                    + bound.argumentLayouts().stream().map(HeaderDriftTest::kind)
                            .collect(Collectors.joining(", ", "(", ")"));
            String wanted = Arrays.stream(function.getValue().split("(?<=[(,)])|(?=[(,)])")).map(String::strip)
                    .map(w -> w.matches("[(,)]|") ? w : kind(w)).collect(Collectors.joining()).replace(",", ", ");
            assertEquals(wanted, text, function.getKey());
        }
    }

    /** The list that jextract was given names everything in the header, and nothing else. */
    @Test
    void includeList() throws IOException {
        TreeSet<String> wanted = new TreeSet<>();
        header.constants().keySet().forEach(n -> wanted.add("--include-constant " + n));
        header.structs().keySet().forEach(n -> wanted.add("--include-struct " + n));
        header.functions().keySet().forEach(n -> wanted.add("--include-function " + n));
        List<String> lines = Files.readAllLines(Path.of("native/bindings.txt"));
        assertEquals(wanted, lines.stream().map(String::strip).filter(l -> l.startsWith("--include-"))
                .collect(Collectors.toCollection(TreeSet::new)));
    }

    private static String kind(MemoryLayout layout) {
        return switch (layout) {
            case AddressLayout a -> "pointer";
            case ValueLayout v -> v.carrier().getSimpleName();
            case GroupLayout g when g.memberLayouts().equals(sx_heads.layout().memberLayouts()) -> "sx_heads";
            case GroupLayout g when g.memberLayouts().equals(sx_row_values.layout().memberLayouts()) -> "sx_row_values";
            case GroupLayout g when g.memberLayouts().equals(sx_score_values.layout().memberLayouts()) ->
                "sx_score_values";
            case GroupLayout g when g.memberLayouts().equals(sx_token_ids.layout().memberLayouts()) -> "sx_token_ids";
            default -> layout.toString();
        };
    }

    private static String kind(String type) {
        return switch (type) {
            case "int32_t", "uint32_t" -> "int";
            case "int64_t", "uint64_t" -> "long";
            default -> type;
        };
    }
}
