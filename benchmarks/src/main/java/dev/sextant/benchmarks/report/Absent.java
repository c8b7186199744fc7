package dev.sextant.benchmarks.report;

import java.util.List;

/**
 * Who might be compared with us and is not, or not everywhere, and why.
 *
 * @param peer the library
 * @param workloads class names of the workloads that lack it
 * @param reason one sentence
 */
record Absent(String peer, List<String> workloads, String reason) {

    private static final List<String> ROTATION = List.of("W1Rotation", "W2Decode", "W8Append");
    private static final List<String> ATTENTION = List.of("W5Attention", "W6DecodeAttention", "W7T5");

    /** All of them. */
    static List<Absent> all() {
        return List.of(
                new Absent("ggml (llama.cpp)",
                        List.of("W1Rotation", "W2Decode", "W4Add", "W5Attention", "W6DecodeAttention", "W7T5",
                                "W7T5Bias",
                                "W8Append"),
                        "no artifact of its own in Maven Central, and the ones that bundle it expose whole models, not its operators"),
                new Absent("llama3.java",
                        List.of("W1Rotation", "W2Decode", "W3Rows", "W5Attention", "W6DecodeAttention"),
                        "one source file and no artifact; its loops are what the rows 'naive' are"),
                new Absent("GPULlama3.java", ROTATION,
                        "no artifact, and its kernels run on a GPU through TornadoVM only"),
                new Absent("libtorch by DJL", List.of("W1Rotation", "W2Decode", "W3Rows", "W4Add", "W5Attention",
                        "W6DecodeAttention", "W7T5", "W7T5Bias", "W8Append"),
                        "the same library again, built with MKL instead of OpenBLAS, and one process cannot load both; for float32 "
                                + "attention it may be faster than the build used here"),
                new Absent("oneDNN", ATTENTION,
                        "has matrix products and softmax but no rotation and no attention with a bias; libtorch and ONNX Runtime "
                                + "are what is built on such products"),
                new Absent("ONNX Runtime in bfloat16",
                        List.of("W1Rotation", "W2Decode", "W3Rows", "W4Add", "W5Attention", "W6DecodeAttention",
                                "W7T5"),
                        "its CPU kernels for these operators take float32 and float16"),
                new Absent("ONNX Runtime", List.of("W8Append"),
                        "rotates and appends inside GroupQueryAttention only, together with the attention"),
                new Absent("libtorch in float16 and bfloat16", List.of("W5Attention", "W7T5"),
                        "this build has no fast products of such matrices: 8 to 15 s for a prompt of 1,024 tokens"),
                new Absent("libtorch for the interleaved layout in 16 bits", List.of("W1Rotation"),
                        "it has no complex numbers of bfloat16"),
                new Absent("Jlama", List.of("W4Add", "W5Attention", "W7T5", "W7T5Bias"),
                        "no additive encoding, no bias, and a prompt is attended token by token; W6 adds the bias with its own addition"),
                new Absent("Jlama in float16", List.of("W1Rotation", "W2Decode", "W6DecodeAttention", "W8Append"),
                        "its operations take float32 and bfloat16"));
    }
}
