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
                                "W7T5Bias", "W8Append"),
                        "no artifact of its own in Maven Central; Java bindings to llama.cpp run whole models, not single operators"),
                new Absent("llama3.java",
                        List.of("W1Rotation", "W2Decode", "W3Rows", "W5Attention", "W6DecodeAttention"),
                        "one source file, made to be run and not to be called; the rows 'naive' are loops of its kind"),
                new Absent("GPULlama3.java", ROTATION,
                        "its rotation runs on a device through TornadoVM, so that nothing of it can be timed on the processor"),
                new Absent("libtorch by DJL", List.of("W1Rotation", "W2Decode", "W3Rows", "W4Add", "W5Attention",
                        "W6DecodeAttention", "W7T5", "W7T5Bias", "W8Append"),
                        "the same library once more, built with MKL instead of OpenBLAS: on processors by Intel its float32 attention"
                                + " may be faster than that of the build used here"),
                new Absent("oneDNN", ATTENTION,
                        "products of matrices and softmax to compose from, as libtorch and ONNX Runtime do; the fused attention of its"
                                + " graph interface was not tried"),
                new Absent("ONNX Runtime in bfloat16",
                        List.of("W1Rotation", "W2Decode", "W3Rows", "W4Add", "W5Attention", "W6DecodeAttention",
                                "W7T5"),
                        "has no CPU kernels for these operators in bfloat16 and says so when a session is made"),
                new Absent("ONNX Runtime", List.of("W8Append"),
                        "rotates and appends inside GroupQueryAttention only, together with the attention"),
                new Absent("libtorch in float16 and bfloat16", List.of("W5Attention", "W7T5"),
                        "this build has no fast products of such matrices: a prompt of 1,024 tokens takes several seconds"),
                new Absent("libtorch's complex numbers in 16 bits", List.of("W1Rotation"),
                        "it has none of bfloat16, and those of float16 are experimental"),
                new Absent("Jlama", List.of("W4Add", "W5Attention", "W7T5", "W7T5Bias"),
                        "no additive encoding, no bias, and a prompt is attended token by token; W6DecodeAttention adds the bias with"
                                + " its own addition"),
                new Absent("Jlama in 16 bits", ROTATION, "its layers rotate float32 numbers unless told otherwise"),
                new Absent("Jlama in float16", List.of("W6DecodeAttention"),
                        "its products take float32 and bfloat16"));
    }
}
