package dev.sextant.examples.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A graph fed with cosines and sines, run by a stand-in of its one node. */
class SessionTest {

    @TempDir
    Path folder;

    @Test
    void bothTurnAlike() throws IOException {
        Prompt prompt = Prompt.of(folder, "null");
        prompt.assertTurned(new Before(prompt.model(), Prompt.NODE).run(prompt.x(), prompt.positions()), false);
        prompt.assertTurned(new After(prompt.model(), Prompt.NODE).run(prompt.x(), prompt.positions()), false);
    }

    @Test
    void bitsAreThoseOfTheJavaBackend() throws IOException {
        Prompt prompt = Prompt.of(folder, Prompt.LLAMA3);
        assertArrayEquals(prompt.rotatedByJava(),
                new After(prompt.model(), Prompt.NODE).run(prompt.x(), prompt.positions()));
    }

    /** Who makes caches from the base alone drops the scaling of the model. */
    @Test
    void beforeDropsTheScaling() throws IOException {
        Prompt prompt = Prompt.of(folder, Prompt.LLAMA3);
        prompt.assertTurned(new Before(prompt.model(), Prompt.NODE).run(prompt.x(), prompt.positions()), false);
        prompt.assertTurned(new After(prompt.model(), Prompt.NODE).run(prompt.x(), prompt.positions()), true);
        assertThrows(AssertionError.class, () -> prompt
                .assertTurned(new Before(prompt.model(), Prompt.NODE).run(prompt.x(), prompt.positions()), true));
    }

    @Test
    void positionOutsideTheCachesIsRefused() throws IOException {
        Prompt prompt = Prompt.of(folder, "null");
        After after = new After(prompt.model(), Prompt.NODE);
        String message = assertThrows(IllegalArgumentException.class,
                () -> after.run(new float[Prompt.HEADS * Prompt.DIM], Prompt.CONTEXT)).getMessage();
        assertEquals("position_ids value 3000 at index 0 is out of range [0, 3000)", message);
    }
}
