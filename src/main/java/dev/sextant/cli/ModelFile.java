package dev.sextant.cli;

import dev.sextant.config.EmbeddingConfig;
import dev.sextant.config.GgufMetadata;
import dev.sextant.config.HfConfig;
import dev.sextant.config.HfEmbeddings;
import dev.sextant.config.ModelConfig;
import dev.sextant.config.Strictness;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** A model's own file, of whichever kind it is. */
final class ModelFile {

    private static final byte[] GGUF = {'G', 'G', 'U', 'F'};

    private ModelFile() {}

    /** Reads config.json of Hugging Face, or the metadata of a GGUF file. */
    static ModelConfig read(Path file, boolean lenient) throws IOException {
        return isGguf(file)
                ? GgufMetadata.read(file).model()
                : HfConfig.read(file, lenient ? Strictness.LENIENT : Strictness.STRICT);
    }

    /** What a model adds to its embeddings, where its file is of a type that does. */
    static Optional<EmbeddingConfig> embeddings(Path file) throws IOException {
        return isGguf(file) ? Optional.empty() : HfEmbeddings.find(file);
    }

    private static boolean isGguf(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return Arrays.equals(in.readNBytes(GGUF.length), GGUF);
        }
    }
}
