package dev.sextant.testkit;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A main class run by this JDK in a process of its own: what is decided once a process, or may end one, is tested so.
 */
public final class ChildJvm {

    private final Class<?> main;
    private final List<String> options = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();
    private String classPath = System.getProperty("java.class.path");
    private boolean access = true;

    private ChildJvm(Class<?> main) {
        this.main = main;
    }

    /** What a child said and how it ended. */
    public record Result(int exit, String output, String error) {

        /** The last line of its output. */
        public String lastLine() {
            String text = output.strip();
            return text.substring(text.lastIndexOf('\n') + 1);
        }

        /** How many lines of its log hold {@code text}. */
        public long logged(String text) {
            return error.lines().filter(line -> line.contains(text)).count();
        }

        @Override
        public String toString() {
            return "exit " + exit + "\n" + output + "\n" + error;
        }
    }

    /** A child that will run {@code main}. */
    public static ChildJvm of(Class<?> main) {
        return new ChildJvm(main);
    }

    /** With a JVM option. */
    public ChildJvm option(String option) {
        options.add(option);
        return this;
    }

    /** With {@code -Dsextant.name=value}. */
    public ChildJvm property(String name, Object value) {
        return option("-Dsextant." + name + "=" + value);
    }

    /** With an environment variable. */
    public ChildJvm environment(String name, Object value) {
        environment.put(name, value.toString());
        return this;
    }

    /** With a folder before everything else on the class path. */
    public ChildJvm before(Path folder) {
        classPath = folder + File.pathSeparator + classPath;
        return this;
    }

    /** Without the flag that allows native access. */
    public ChildJvm withoutAccess() {
        access = false;
        return this;
    }

    /** Starts it without waiting. */
    public Running start() throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:TieredStopAtLevel=1");
        command.add("-XX:+UseSerialGC");
        command.add("-XX:ErrorFile=" + Path.of(System.getProperty("java.io.tmpdir"), "sextant-child-%p.log"));
        if (access) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(options);
        command.add("-cp");
        command.add(classPath);
        command.add(main.getName());
        Path output = Files.createTempFile("sextant-child", ".out");
        Path error = Files.createTempFile("sextant-child", ".err");
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(output.toFile())
                .redirectError(error.toFile());
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.environment().putAll(environment);
        return new Running(builder.start(), output, error);
    }

    /** Runs it to its end. */
    public Result run() throws IOException, InterruptedException {
        return start().await();
    }

    /** A child under way. */
    public record Running(Process process, Path output, Path error) {

        /** Waits for its end, two minutes at most. */
        public Result await() throws IOException, InterruptedException {
            try {
                if (!process.waitFor(120, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new AssertionError("the child did not end in two minutes: " + Files.readString(output));
                }
                return new Result(process.exitValue(), Files.readString(output), Files.readString(error));
            } finally {
                Files.deleteIfExists(output);
                Files.deleteIfExists(error);
            }
        }
    }
}
