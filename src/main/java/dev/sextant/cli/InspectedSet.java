package dev.sextant.cli;

import dev.sextant.cli.check.Ladder;
import dev.sextant.config.ModelConfig;
import dev.sextant.config.RotarySet;
import dev.sextant.encoding.DynamicNtkScaling;
import dev.sextant.encoding.Llama3Frequencies;
import dev.sextant.encoding.LongRopeScaling;
import dev.sextant.encoding.Rope;
import dev.sextant.encoding.YarnFrequencies;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/** One rotation of a model, with its wavelengths. */
final class InspectedSet {

    private final RotarySet set;
    private final Rope rope;
    private final Ladder ladder;
    private final double[] wavelengths;
    private final double[] plain;
    private final double[] frequencies;
    private final OptionalLong maxPositions;

    InspectedSet(ModelConfig model, RotarySet set, OptionalLong length) {
        this.set = set;
        this.rope = length.isPresent() ? set.rope(length.getAsLong()) : set.definition();
        String name = set.layerType().equals(ModelConfig.ALL)
                ? model.modelType()
                : model.modelType() + " " + set.layerType();
        this.maxPositions = model.maxPositions();
        this.ladder = new Ladder(name, rope, model.maxPositions());
        this.wavelengths = ladder.wavelengths();
        this.plain = ladder.plainWavelengths();
        this.frequencies = rope.frequencies().inverse(rope.rotaryDim(), rope.angles().rounding());
    }

    RotarySet set() {
        return set;
    }

    Rope rope() {
        return rope;
    }

    double[] frequencies() {
        return frequencies;
    }

    double[] wavelengths() {
        return wavelengths;
    }

    /** How many times slower than plain RoPE of the same base pair {@code j} turns. */
    double slowing(int j) {
        return wavelengths[j] / plain[j];
    }

    /** Pairs that turn otherwise than under plain RoPE of the same base. */
    int[] moved() {
        return IntStream.range(0, wavelengths.length).filter(j -> wavelengths[j] != plain[j]).toArray();
    }

    OptionalLong maxPositions() {
        return maxPositions;
    }

    /** The context before a scaling extended it, where the rule knows one. */
    OptionalLong originalContext() {
        return switch (set.scaling().orElse(null)) {
            case LongRopeScaling l -> OptionalLong.of(l.originalContext());
            case DynamicNtkScaling d -> OptionalLong.of(d.trainedContext());
            case null, default -> switch (rope.frequencies()) {
                case Llama3Frequencies l -> OptionalLong.of(l.originalContext());
                case YarnFrequencies y -> OptionalLong.of((long) y.originalContext());
                default -> OptionalLong.empty();
            };
        };
    }

    /** The slowest pair that turns at all; -1 where none does. */
    int slowestPair() {
        return IntStream.range(0, frequencies.length).filter(j -> frequencies[j] > 0).boxed()
                .min(Comparator.comparingDouble(j -> frequencies[j])).orElse(-1);
    }

    /** How often the slowest pair turns within a number of positions. */
    double turns(long positions) {
        return slowestPair() < 0 ? 0 : (double) positions / wavelengths[slowestPair()];
    }

    /** Writes picture and numbers into a folder; of several sets each into one of its own. */
    List<Path> draw(Path folder) throws IOException {
        Path own = set.layerType().equals(ModelConfig.ALL) ? folder : folder.resolve(set.layerType());
        java.nio.file.Files.createDirectories(own);
        return List.of(ladder.writePng(own), ladder.writeCsv(own));
    }
}
