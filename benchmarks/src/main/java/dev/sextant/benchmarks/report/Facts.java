package dev.sextant.benchmarks.report;

import dev.sextant.Backend;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Where, when and from what a report was made. */
final class Facts {

    private Facts() {}

    /** Name to value, in the order in which a caption gives them. */
    static Map<String, String> gather() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("command", System.getProperty("sun.java.command", "").replaceFirst("^\\S+ ", ""));
        facts.put("date", LocalDate.now(ZoneOffset.UTC).toString());
        facts.put("commit", commit());
        facts.put("processor", processor());
        facts.put("cores", String.valueOf(Runtime.getRuntime().availableProcessors()));
        facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        facts.put("jvm", System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"));
        facts.put("flags", flags());
        facts.put("backends", Backend.available().stream().map(Backend::name).collect(Collectors.joining(", ")));
        String peers = peers();
        facts.put("peers", peers.isEmpty() ? "none: the jar was built without -Ppeers" : peers);
        return facts;
    }

    /** The model name of the processor. */
    static String processor() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo")).stream().filter(l -> l.startsWith("model name"))
                    .map(l -> l.substring(l.indexOf(':') + 2)).findFirst().orElse(System.getProperty("os.arch"));
        } catch (IOException e) {
            return System.getProperty("os.arch");
        }
    }

    private static String flags() {
        List<String> flags = ManagementFactory.getRuntimeMXBean().getInputArguments();
        return flags.isEmpty() ? "as each row's class says" : String.join(" ", flags);
    }

    /** The commit of the folder that the command runs in, and whether files differ from it. */
    private static String commit() {
        try {
            String commit = git("rev-parse", "--short=10", "HEAD");
            return git("status", "--porcelain", "--untracked-files=no").isEmpty() ? commit : commit + " and changes";
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static String git(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        return Command.run(new ProcessBuilder(command).redirectErrorStream(true)).strip();
    }

    /** The peers' jars, whose names carry their versions. */
    private static String peers() {
        List<String> jars = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            String name = new File(entry).getName();
            if (name.toLowerCase(Locale.ROOT)
                    .matches("(onnxruntime|pytorch|openblas|jlama-core|jlama-native)-[^-]*[0-9].*\\.jar")) {
                jars.add(name.substring(0, name.length() - ".jar".length()));
            }
        }
        return jars.stream().map(j -> j.replaceFirst("-linux.*", "")).distinct().sorted()
                .collect(Collectors.joining(", "));
    }

    /** One paragraph. */
    static String caption(Map<String, String> facts, Rounds rounds) {
        return "Made by `" + facts.get("command") + "` on " + facts.get("date") + " from commit `" + facts.get("commit")
                + "` on "
                + facts.get("processor")
                + " (" + facts.get("cores") + " cores, " + facts.get("system") + "), " + facts.get("jvm") + ", flags: "
                + facts.get("flags") + "; peers: " + facts.get("peers") + ". " + rounds.count()
                + " shuffled rounds, one fork a row and round; ratios formed inside a round; median (least - greatest).";
    }

    /** The same cut to lines of a picture. */
    static String title(String title, Map<String, String> facts, Rounds rounds) {
        return title + " (" + facts.get("processor") + ", commit " + facts.get("commit") + ", " + facts.get("date")
                + ", "
                + rounds.count() + " rounds)";
    }
}
