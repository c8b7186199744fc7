package dev.sextant.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Reference data of one case with two values, to be spoilt. */
final class TinyFamily {

    String kind = "exact";
    final long[] positions = {0, 3};
    final double[] frequencies = {1, 0.5};
    final float[] cos = {1, (float) StrictMath.cos(1.5)};
    final float[] sin = {0, (float) StrictMath.sin(1.5)};

    void write(Path folder) throws IOException, NoSuchAlgorithmException {
        String header = """
                {"two-values/positions": {"dtype": "I64", "shape": [2], "data_offsets": [0, 16]},
                "two-values/frequencies": {"dtype": "F64", "shape": [2], "data_offsets": [16, 32]},
                "two-values/cos_f32": {"dtype": "F32", "shape": [2], "data_offsets": [32, 40]},
                "two-values/sin_f32": {"dtype": "F32", "shape": [2], "data_offsets": [40, 48]}}""";
        header += " ".repeat(7 - (header.length() + 7) % 8);
        ByteBuffer data = ByteBuffer.allocate(8 + header.length() + 48).order(ByteOrder.LITTLE_ENDIAN);
        data.putLong(header.length()).put(header.getBytes(StandardCharsets.US_ASCII));
        for (long p : positions) {
            data.putLong(p);
        }
        for (double f : frequencies) {
            data.putDouble(f);
        }
        for (float c : cos) {
            data.putFloat(c);
        }
        for (float s : sin) {
            data.putFloat(s);
        }
        Files.write(folder.resolve("tiny.safetensors"), data.array());
        String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(data.array()));
        Files.writeString(folder.resolve("tiny.json"), """
                {"family": "tiny", "data": "tiny.safetensors", "sha256": "%s",
                "tolerances": {"wide": {"abs": 0.0, "rel": 1e-7, "goal": "bits", "why": "a lesser recipe"}},
                "cases": [{"name": "two-values", "kind": "%s", "attributes": {}, "inputs": ["positions", "frequencies"],
                "expected": {"cos_f32": "wide", "sin_f32": "wide"}, "provenance": "this test"}]}
                """.formatted(digest, kind));
    }
}
