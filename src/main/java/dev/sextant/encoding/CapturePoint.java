package dev.sextant.encoding;

/** How far a score has come when it is written out. The ordinals are the enumerators of the C ABI, and ONNX's output modes. */
public enum CapturePoint {
    /** {@code scale * (q . k)}, of every key of the sequence. */
    SCALED,
    /** With skew added, after the softcap, of every key of the sequence. */
    CAPPED,
    /** With the bias; minus infinity where the structure hides the key. */
    BIASED,
    /** Probabilities; a row that sees no key is all zero. */
    PROBABILITIES
}
