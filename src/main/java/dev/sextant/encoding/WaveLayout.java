package dev.sextant.encoding;

/**
 * How the sines and cosines of a run of columns stand. The three hold the same numbers in another order: a model trained with one
 * and run with another gives plausible, wrong results.
 */
public enum WaveLayout {
    /** {@code sin cos sin cos}: Vaswani et al., XLM, SpeechT5, conformers, DETR. */
    INTERLEAVED,
    /** All sines, then all cosines: tensor2tensor, fairseq, Marian, Whisper, Transformer-XL, DDPM, MAE. */
    HALVES,
    /** All cosines, then all sines: MusicGen, the time steps of Stable Diffusion. */
    HALVES_FLIPPED
}
