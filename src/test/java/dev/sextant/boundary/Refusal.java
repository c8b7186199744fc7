package dev.sextant.boundary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sextant.testkit.Bits;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.function.Executable;

/**
 * A call that must be refused: by the right exception, in words that say what, got and wanted, with nothing written.
 */
final class Refusal {

    private Refusal() {}

    /** The buffers whose bytes must be what they were; make them before the call. */
    static Guard of(MemorySegment... buffers) {
        return new Guard(List.of(buffers), List.of(buffers).stream().map(Bits::snapshot).toList());
    }

    record Guard(List<MemorySegment> buffers, List<MemorySegment> before) {

        /** The call throws exactly {@code type}; the message holds every word. */
        void refuses(Class<? extends Throwable> type, List<String> words, Executable call) {
            Throwable thrown = assertThrows(type, call);
            assertEquals(type, thrown.getClass(), "exact type of " + thrown);
            String message = String.valueOf(thrown.getMessage());
            for (String word : words) {
                assertTrue(message.contains(word), "message should contain '" + word + "': " + message);
            }
            for (int i = 0; i < buffers.size(); i++) {
                assertEquals(-1, before.get(i).mismatch(buffers.get(i)), "a refused call wrote to buffer " + i);
            }
        }

        /** An {@link IllegalArgumentException} that says what {@code what} was and what was wanted. */
        void argument(String what, Executable call) {
            refuses(IllegalArgumentException.class, List.of(what, "got ", "wanted "), call);
        }

        /** An {@link IndexOutOfBoundsException} of the same form. */
        void bounds(String what, Executable call) {
            refuses(IndexOutOfBoundsException.class, List.of(what, "got ", "wanted "), call);
        }
    }
}
