package dev.sextant.cli.plot;

import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.internal.chartpart.Chart;

/** Charts to files. */
public final class Png {

    private Png() {}

    /** Writes a chart; returns the file. */
    public static Path write(Chart<?, ?> chart, Path file) throws IOException {
        if (!ImageIO.write(BitmapEncoder.getBufferedImage(chart), "png", file.toFile())) {
            throw new IOException(file + ": this Java cannot write PNG");
        }
        return file;
    }
}
