package dev.sextant.cli;

import dev.sextant.cli.check.Ladder;
import dev.sextant.config.ModelConfig;
import dev.sextant.config.RotarySet;
import dev.sextant.encoding.Rope;
import java.io.IOException;
import java.nio.file.Path;
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

    InspectedSet(ModelConfig model, RotarySet set, OptionalLong length) {
        this.set = set;
        this.rope = length.isPresent() ? set.rope(length.getAsLong()) : set.definition();
        String name = set.layerType().equals(ModelConfig.ALL)
                ? model.modelType()
                : model.modelType() + " " + set.layerType();
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

    /** Writes picture and numbers into a folder; of several sets each into one of its own. */
    List<Path> draw(Path folder) throws IOException {
        Path own = set.layerType().equals(ModelConfig.ALL) ? folder : folder.resolve(set.layerType());
        java.nio.file.Files.createDirectories(own);
        return List.of(ladder.writePng(own), ladder.writeCsv(own));
    }
}
