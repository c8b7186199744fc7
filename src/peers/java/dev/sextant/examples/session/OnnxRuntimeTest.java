package dev.sextant.examples.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The example of a session in ONNX Runtime itself: fed with Sextant's rows it turns as Sextant does. */
class OnnxRuntimeTest {

    @TempDir
    Path folder;

    private static OnnxSession microsoft(int interleaved) throws OrtException {
        return new OnnxSession(OnnxModel.rotary("com.microsoft", 1,
                List.of("X", "position_ids", "cos_cache", "sin_cache"),
                Map.of("interleaved", interleaved, "num_heads", Prompt.HEADS)));
    }

    /** The operator of the ONNX standard, which takes its inputs in another order. */
    private static OnnxSession standard(int interleaved) throws OrtException {
        return new OnnxSession(OnnxModel.rotary("", 23, List.of("X", "cos_cache", "sin_cache", "position_ids"),
                Map.of("interleaved", interleaved, "num_heads", Prompt.HEADS)));
    }

    /** Half a unit of float32 for each product and for the sum, or fewer where the runtime fuses them. */
    private static void assertNear(float[] x, float[] wanted, float[] got) {
        assertEquals(wanted.length, got.length);
        for (int i = 0; i < got.length; i++) {
            int head = i - i % Prompt.DIM;
            double size = 0;
            for (int j = head; j < head + Prompt.DIM; j++) {
                size = Math.max(size, Math.abs(x[j]));
            }
            assertEquals(wanted[i], got[i], 2 * size * 0x1p-23, "element " + i);
        }
    }

    @Test
    void turnsAsSextantDoes() throws IOException, OrtException {
        Prompt prompt = Prompt.of(folder, Prompt.LLAMA3);
        try (OnnxSession contributed = microsoft(0); OnnxSession standard = standard(0)) {
            for (Session session : List.of(contributed, standard)) {
                float[] y = new After(prompt.model(), session).run(prompt.x(), prompt.positions());
                assertNear(prompt.x(), prompt.rotatedByJava(), y);
                prompt.assertTurned(y, true);
                prompt.assertTurned(new Before(prompt.model(), session).run(prompt.x(), prompt.positions()), false);
            }
        }
    }

    /** So that the ordinary tests run what the runtime runs. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void standInDoesWhatTheRuntimeDoes(int interleaved) throws IOException, OrtException {
        Prompt prompt = Prompt.of(folder, "null");
        float[] wanted = new After(prompt.model(), new RotaryNode(Prompt.HEADS, interleaved == 1)).run(prompt.x(),
                prompt.positions());
        try (OnnxSession contributed = microsoft(interleaved); OnnxSession standard = standard(interleaved)) {
            for (Session session : List.of(contributed, standard)) {
                assertNear(prompt.x(), wanted, new After(prompt.model(), session).run(prompt.x(), prompt.positions()));
            }
        }
    }

    @Test
    void positionOutsideTheCachesIsRefused() throws IOException, OrtException {
        Prompt prompt = Prompt.of(folder, "null");
        try (OnnxSession session = microsoft(0)) {
            After after = new After(prompt.model(), session);
            String message = assertThrows(IllegalArgumentException.class,
                    () -> after.run(new float[Prompt.HEADS * Prompt.DIM], Prompt.CONTEXT)).getMessage();
            assertTrue(message.contains("position_ids value 3000 at index 0 is out of range [0, 3000)"), message);
        }
    }
}
