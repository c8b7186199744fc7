package dev.sextant.cli;

import dev.sextant.config.GgufMetadata;
import dev.sextant.config.HfConfig;
import dev.sextant.config.ModelConfig;
import dev.sextant.config.Strictness;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** A model's own file, of whichever kind it is. */
final class ModelFile {

    private static final byte[] GGUF = {'G', 'G', 'U', 'F'};

    private ModelFile() {}

    /** Reads config.json of Hugging Face, or the metadata of a GGUF file. */
    static ModelConfig read(Path file, boolean lenient) throws IOException {
        byte[] magic;
        try (InputStream in = Files.newInputStream(file)) {
            magic = in.readNBytes(GGUF.length);
        }
        return Arrays.equals(magic, GGUF)
                ? GgufMetadata.read(file).model()
                : HfConfig.read(file, lenient ? Strictness.LENIENT : Strictness.STRICT);
    }
}
