package dev.sextant.config;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Metadata and directory of tensors of a GGUF file, and the rotation they describe. Weights are never read, except the small
 * tensors that divide frequencies ({@code rope_freqs}, {@code rope_factors_long}, {@code rope_factors_short}).
 *
 * <p>Faults are {@link ConfigException}s with the byte they were found at. Limits: 64 MiB of metadata, 65,536 keys, 262,144
 * tensors, texts of 1 MiB; memory is bounded by them whatever the file says.
 *
 * <p>Pair layouts are those of the weights in the file: converters permute the rows of some models, so a layout read here must
 * not meet weights of the original checkpoint.
 */
public final class GgufMetadata {

    private final String source;
    private final GgufReader reader;

    private GgufMetadata(String source, GgufReader reader) {
        this.source = source;
        this.reader = reader;
    }

    /**
     * Reads a file; one that was split is read by its first part.
     *
     * @throws ConfigException when it is not valid
     * @throws IOException when it cannot be read
     */
    public static GgufMetadata read(Path file) throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            return read(channel, file.toString());
        }
    }

    /** Reads a channel from its start; {@code source} names it in messages. The channel is the caller's to close. */
    public static GgufMetadata read(SeekableByteChannel channel, String source) throws IOException {
        GgufReader reader = new GgufReader(new GgufBytes(channel, source));
        reader.read();
        return new GgufMetadata(source, reader);
    }

    /** What the metadata says about attention heads and their rotation; an error that names what is not understood. */
    public ModelConfig model() {
        return new GgufModel(this).read();
    }

    /** The file, or the name given by the caller. */
    public String source() {
        return source;
    }

    /** Version of the format. */
    public int version() {
        return reader.version;
    }

    /** Keys whose values were kept: numbers, flags, short texts and short arrays of numbers. */
    public Set<String> keys() {
        return Set.copyOf(reader.values.keySet());
    }

    /** The directory of tensors, in the order of the file. */
    public List<GgufTensor> tensors() {
        return List.copyOf(reader.tensors);
    }

    /** Divisors of frequencies, by the name of their tensor. */
    public Optional<float[]> factors(String tensor) {
        return Optional.ofNullable(reader.factors.get(tensor)).map(float[]::clone);
    }

    /** "general.architecture". */
    public String architecture() {
        String architecture = text("general.architecture");
        if (architecture == null) {
            throw refuse("general.architecture", "is missing");
        }
        return architecture;
    }

    boolean has(String key) {
        return reader.values.containsKey(key);
    }

    private @Nullable Object content(String key) {
        GgufReader.Value value = reader.values.get(key);
        return value == null ? null : value.content();
    }

    /** A text, or null when absent. */
    @Nullable
    String text(String key) {
        return switch (content(key)) {
            case null -> null;
            case String text -> text;
            default -> throw refuse(key, "wanted a text");
        };
    }

    /** A finite number, or the default when absent. */
    double number(String key, double absent) {
        return switch (content(key)) {
            case null -> absent;
            case Long number -> (double) number;
            case Double number when Double.isFinite(number) -> number;
            case Object other -> throw refuse(key, "got " + shown(other) + ", wanted a finite number");
        };
    }

    /** Numbers of an array, or a number as an array of one; null when absent. */
    double @Nullable [] numbers(String key) {
        return switch (content(key)) {
            case null -> null;
            case double[] numbers -> numbers.clone();
            default -> new double[]{number(key, 0)};
        };
    }

    /** An integer from 1 to {@code most}, or the default when absent. */
    long integer(String key, long absent, long most) {
        double number = number(key, (double) absent);
        if (has(key) && (number != Math.rint(number) || number < 1 || number > most)) {
            throw refuse(key, "got " + shown(number) + ", wanted an integer from 1 to " + most);
        }
        return (long) number;
    }

    private static String shown(Object value) {
        return value instanceof double[] ? "an array" : ConfigObject.cut(value.toString());
    }

    /** A refusal that points at a key, present or missing. */
    ConfigException refuse(String key, String problem) {
        GgufReader.Value value = reader.values.get(key);
        String sentence = "'" + ConfigObject.cut(key) + "': " + problem;
        return value == null
                ? ConfigException.of(source, sentence)
                : new ConfigException(source, value.offset(), sentence);
    }

    /** Names of the tensors of divisors that are there. */
    Map<String, float[]> factors() {
        return reader.factors;
    }
}
