package dev.sextant.cli.reference;

import dev.sextant.cli.text.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A manifest {@code <family>.json} with its data.
 *
 * @param family its name
 * @param dataFile the safetensors file beside it
 * @param sha256 digest of that file, verified
 * @param cases all cases, in the order of the file
 */
public record Manifest(String family, Path dataFile, String sha256, List<Case> cases) {

    private static final long MAX_BYTES = 64L << 20;

    /** Keeps a list of its own. */
    public Manifest { cases = List.copyOf(cases); }

    /**
     * Names of the manifests of a folder, sorted: every {@code .json} file beside which stands a {@code .safetensors}.
     */
    public static List<String> families(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new UnreadableException(folder + ": no such folder");
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString())
                    .filter(n -> n.endsWith(".json"))
                    .map(n -> n.substring(0, n.length() - ".json".length()))
                    .filter(n -> Files.exists(folder.resolve(n + ".safetensors")))
                    .sorted().toList();
        }
    }

    /** Reads the manifest of a family and its data, and checks the digest. */
    public static Manifest read(Path folder, String family) throws IOException {
        Path file = folder.resolve(family + ".json");
        if (!Files.isRegularFile(file)) {
            throw new UnreadableException(file + ": no such manifest");
        }
        if (Files.size(file) > MAX_BYTES) {
            throw new UnreadableException(file + ": got " + Files.size(file) + " bytes, wanted at most " + MAX_BYTES);
        }
        byte[] bytes = Files.readAllBytes(file);
        Object json;
        try {
            json = Json.read(bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new UnreadableException(file + ": is not valid JSON: " + e.getMessage());
        }
        if (!(json instanceof Map<?, ?> map)) {
            throw new UnreadableException(file + ": wanted a JSON object");
        }
        Attributes root = new Attributes(file.toString(), map);
        String data = root.text("data");
        if (!Path.of(data).equals(Path.of(data).getFileName())) {
            throw new UnreadableException(file + ": got data '" + data + "', wanted the name of a file beside it");
        }
        String sha256 = root.text("sha256");
        SafeTensors tensors = SafeTensors.read(folder.resolve(data), sha256);
        return new Manifest(root.text("family"), folder.resolve(data), sha256, cases(file, root, map, tensors));
    }

    private static List<Case> cases(Path file, Attributes root, Map<?, ?> map, SafeTensors data)
            throws UnreadableException {
        Map<String, Tolerance> tolerances = tolerances(root.object("tolerances"));
        if (!(map.get("cases") instanceof List<?> list)) {
            throw new UnreadableException(file + ": wanted a list of cases");
        }
        List<Case> cases = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Object item : list) {
            if (!(item instanceof Map<?, ?> entry)) {
                throw new UnreadableException(file + ": wanted an object for every case");
            }
            Attributes c = new Attributes(file + ", case " + entry.get("name"), entry);
            String name = c.text("name");
            if (!names.add(name)) {
                throw new UnreadableException(file + ": case " + name + " comes twice");
            }
            Map<String, Tolerance> expected = new LinkedHashMap<>();
            Attributes wanted = c.object("expected");
            for (Object key : wanted.asMap().keySet()) {
                String tensor = String.valueOf(key);
                Tolerance tolerance = tolerances.get(wanted.text(tensor));
                if (tolerance == null) {
                    throw new UnreadableException(
                            file + ", case " + name + ": unknown tolerance " + wanted.text(tensor));
                }
                expected.put(tensor, tolerance);
            }
            cases.add(new Case(root.text("family"), name, c.text("kind"), c.object("attributes"), expected, data));
        }
        return cases;
    }

    private static Map<String, Tolerance> tolerances(Attributes table) throws UnreadableException {
        Map<String, Tolerance> tolerances = new LinkedHashMap<>();
        for (Object key : table.asMap().keySet()) {
            String name = String.valueOf(key);
            Attributes t = table.object(name);
            boolean goal = t.has("goal");
            if (goal && !t.text("goal").equals("bits")) {
                throw new UnreadableException("tolerance " + name + ": got goal " + t.text("goal") + ", wanted bits");
            }
            tolerances.put(name, new Tolerance(name, t.number("abs", 0), t.number("rel", 0),
                    t.number("extra_per_position", 0), goal));
        }
        return tolerances;
    }
}
