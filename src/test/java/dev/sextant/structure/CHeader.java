package dev.sextant.structure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A C header of the style this project writes, read by three expressions: numeric constants, plain structs, prototypes.
 *
 * @param constants value by name
 * @param structs fields ({@code type name}) by struct
 * @param functions {@code result(parameter types)} by function
 */
record CHeader(Map<String, Integer> constants, Map<String, List<String>> structs, Map<String, String> functions) {

    private static final Pattern DEFINE = Pattern.compile("(?m)^#define (S[Xx]_\\w+) (\\d+)\\b");
    private static final Pattern STRUCT = Pattern.compile("typedef struct (\\w+) \\{(.*?)\\} \\1;", Pattern.DOTALL);
    private static final Pattern FUNCTION = Pattern.compile("(?m)^SX_API ([\\w ]+?[ *]+)(\\w+)\\(([^)]*)\\);");

    static CHeader read(Path path) throws IOException {
        String text = Files.readString(path).replaceAll("(?s)/\\*.*?\\*/", "").replaceAll("//.*", "");
        Map<String, Integer> constants = new LinkedHashMap<>();
        for (Matcher m = DEFINE.matcher(text); m.find();) {
            constants.put(m.group(1), Integer.valueOf(m.group(2)));
        }
        Map<String, List<String>> structs = new LinkedHashMap<>();
        for (Matcher m = STRUCT.matcher(text); m.find();) {
            List<String> fields = new ArrayList<>();
            for (String field : m.group(2).split(";")) {
                if (!field.isBlank()) {
                    int name = field.strip().split("[ *]+").length;
                    fields.add(type(field) + " " + field.strip().split("[ *]+")[name - 1]);
                }
            }
            structs.put(m.group(1), fields);
        }
        Map<String, String> functions = new LinkedHashMap<>();
        for (Matcher m = FUNCTION.matcher(text); m.find();) {
            List<String> parameters = new ArrayList<>();
            for (String parameter : m.group(3).split(",")) {
                if (!parameter.strip().equals("void")) {
                    parameters.add(type(parameter));
                }
            }
            functions.put(m.group(2), type(m.group(1) + " x") + "(" + String.join(", ", parameters) + ")");
        }
        return new CHeader(constants, structs, functions);
    }

    /** The type of a declaration, every pointer the same. */
    private static String type(String declaration) {
        if (declaration.contains("*")) {
            return "pointer";
        }
        String words = declaration.strip().replaceAll("\\s+", " ").replaceFirst("^const ", "");
        return words.substring(0, words.lastIndexOf(' '));
    }
}
