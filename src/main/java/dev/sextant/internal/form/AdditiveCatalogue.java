package dev.sextant.internal.form;

import dev.sextant.encoding.Additive;
import dev.sextant.encoding.FourierFeatures;
import dev.sextant.encoding.GivenWaves;
import dev.sextant.encoding.GridSinusoidal;
import dev.sextant.encoding.GridSinusoidal.Order;
import dev.sextant.encoding.Sinusoidal;
import dev.sextant.encoding.WaveLayout;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.DoubleStream;

/** The additive lines of the {@link Catalogue}. */
public final class AdditiveCatalogue {

    private static final String VIT = "He et al., arXiv:2111.06377";

    /** One line a convention. Real coordinates stand last. */
    static final List<Line> ALL = List.of(
            any("vaswani", "Vaswani et al., arXiv:1706.03762", Sinusoidal::vaswani),
            any("marian", "class MarianSinusoidalPositionalEmbedding", Sinusoidal::marian),
            even("ctrl", "Keskar et al., arXiv:1909.05858", Sinusoidal::ctrl),
            any("tensor2tensor", "tensor2tensor, get_timing_signal_1d", Sinusoidal::tensor2tensor),
            any("fairseq", "fairseq, SinusoidalPositionalEmbedding", width -> Sinusoidal.fairseq(width, 1)),
            even("whisper", "Radford et al., arXiv:2212.04356", Sinusoidal::whisper),
            any("musicgen", "Copet et al., arXiv:2306.05284", Sinusoidal::musicGen),
            even("transformer-xl", "Dai et al., arXiv:1901.02860", Sinusoidal::transformerXl),
            even("conformer", "class Wav2Vec2ConformerRelPositionalEmbedding", Sinusoidal::conformer),
            any("ddpm", "Ho et al., arXiv:2006.11239", Sinusoidal::ddpm),
            any("stable-diffusion", "diffusers, get_timestep_embedding", Sinusoidal::stableDiffusion),
            even("scaled", "lucidrains/x-transformers", width -> Sinusoidal.scaled(width, 1 / Math.sqrt(width))),
            even("periods", "the caller's own periods", AdditiveCatalogue::periods),
            new Line("mae", VIT, 4, w -> GridSinusoidal.mae(w, Order.ROW_FIRST), false),
            new Line("mae-column-first", VIT, 4, w -> GridSinusoidal.mae(w, Order.COLUMN_FIRST), false),
            new Line("video", "diffusers, get_3d_sincos_pos_embed", 16, GridSinusoidal::video, false),
            new Line("detr", "Carion et al., arXiv:2005.12872", 4,
                    width -> GridSinusoidal.detr(width / 2, 10_000, 10_000), true),
            new Line("nerf", "Mildenhall et al., arXiv:2003.08934", 6,
                    width -> FourierFeatures.nerf(3, Math.clamp(width / 6, 1, 15), false, true), true),
            new Line("perceiver", "Jaegle et al., arXiv:2103.03206", 4,
                    width -> FourierFeatures.perceiver(width / 4, true, 64, 48), true),
            new Line("gaussian", "Tancik et al., arXiv:2006.10739", 2, AdditiveCatalogue::gaussian, true));

    private AdditiveCatalogue() {}

    private static Line any(String name, String citation, IntFunction<Additive> encoding) {
        return new Line(name, citation, 1, encoding, false);
    }

    private static Line even(String name, String citation, IntFunction<Additive> encoding) {
        return new Line(name, citation, 2, encoding, false);
    }

    private static Additive periods(int width) {
        double[] periods = DoubleStream.iterate(24, p -> p * 1.5).limit(width / 2).toArray();
        return Sinusoidal.vaswani(width).rule(GivenWaves.periods(periods));
    }

    private static Additive gaussian(int width) {
        float[][] matrix = new float[2][width / 2];
        for (int k = 0; k < width / 2; k++) {
            matrix[0][k] = (float) StrictMath.sin(1 + 7 * k);
            matrix[1][k] = (float) StrictMath.cos(2 + 5 * k);
        }
        return FourierFeatures.gaussian(matrix, WaveLayout.HALVES);
    }

    /**
     * One additive encoding.
     *
     * @param name what it is called here
     * @param citation where it comes from
     * @param step widths it is defined for are multiples of it, from 2 on
     * @param encoding a sample of about a width
     * @param real whether its coordinates are real numbers
     */
    public record Line(String name, String citation, int step, IntFunction<Additive> encoding, boolean real) {

        /** The sample of at most {@code width} columns, but where more are the least it has. */
        public Additive of(int width) {
            return encoding.apply(Math.max(step, Math.max(width, 2) / step * step));
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
