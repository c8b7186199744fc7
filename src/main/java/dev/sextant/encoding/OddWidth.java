package dev.sextant.encoding;

/** What the last column of an odd width is. */
public enum OddWidth {
    /** One more sine than cosines (Vaswani's formula as it stands, Marian). */
    SINE,
    /** A zero (tensor2tensor, fairseq, MusicGen, diffusion time steps). */
    ZERO,
    /** There is none: an odd width is refused (Whisper, Transformer-XL). */
    REFUSED
}
