package dev.sextant.boundary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sextant.Backend;
import dev.sextant.RotaryPlan;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Memory that is too small, misaligned, read-only, closed or another thread's. Catches a native write past a buffer,
 * into a mapped file (which kills the JVM) or into freed memory.
 */
class MemoryRefusalTest extends BoundaryTest {

    private static final Positions AT = Positions.from(0);

    @ParameterizedTest
    @MethodSource("backends")
    void lastElementMustBeInside(Backend backend) {
        RotaryPlan plan = plan(backend);
        long bytes = q.byteSize();
        plan.rotate(Heads.of(filled(DType.F32, TOKENS * 2 * DIM), DType.F32, TOKENS, 2, DIM), AT);
        nothingWritten.bounds("q", () -> plan.rotate(Heads.of(q.asSlice(0, bytes - 1), DType.F32, TOKENS, 2, DIM), AT));
        nothingWritten.bounds("q", () -> plan.rotate(qHeads.at(1), AT));
        nothingWritten.bounds("q", () -> plan.rotate(qHeads.strides(2 * DIM + 1, DIM), AT));
        nothingWritten.bounds("q", () -> plan.rotate(qHeads.strides(2 * DIM, DIM + 1), AT));
        nothingWritten.bounds("q", () -> plan.rotate(qHeads.batches(2, 1), AT));
        nothingWritten.bounds("k", () -> plan.rotate(qHeads, kHeads.at(1), AT));
        nothingWritten.bounds("q output",
                () -> plan.rotate(qHeads, Heads.of(k, DType.F32, TOKENS, 2, DIM), null, null, AT));
        nothingWritten.bounds("q", () -> plan.rotate(Heads.of(MemorySegment.NULL, DType.F32, 1, 1, DIM), AT));
        nothingWritten.bounds("q",
                () -> plan.rotate(Heads.of(MemorySegment.ofAddress(q.address()), DType.F32, 1, 1, DIM), AT));
        nothingWritten.bounds("q", () -> plan.rotate(Heads.of(new float[DIM - 1], 1, 1, DIM), AT));
    }

    /** Arithmetic about sizes is exact: nothing wraps to a small number that fits. */
    @ParameterizedTest
    @MethodSource("backends")
    void sizesThatOverflowAreRefused(Backend backend) {
        RotaryPlan plan = plan(backend);
        long huge = 1L << 62;
        List<String> overflow = List.of("overflow");
        Class<IllegalArgumentException> argument = IllegalArgumentException.class;
        nothingWritten.refuses(argument, overflow, () -> plan.rotate(qHeads.strides(huge, DIM), AT));
        nothingWritten.refuses(argument, overflow, () -> plan.rotate(qHeads.strides(2 * DIM, Long.MAX_VALUE), AT));
        nothingWritten.refuses(argument, overflow, () -> plan.rotate(qHeads.batches(5, huge), AT));
        nothingWritten.refuses(argument, overflow, () -> plan.rotate(qHeads.batches(1L << 33, 1L << 33), AT));
        nothingWritten.refuses(argument, overflow, () -> plan.rotate(qHeads.at(Long.MAX_VALUE), AT));
        nothingWritten.bounds("q", () -> plan.rotate(qHeads.at(1L << 61), AT));
        nothingWritten.bounds("q", () -> plan.rotate(qHeads.at(huge), AT));
        Positions ids = Positions.ids(0, 1, 2).at(Long.MAX_VALUE);
        nothingWritten.refuses(argument, overflow, () -> plan.rotate(qHeads, ids));
        Positions far = Positions.ids(MemorySegment.ofArray(new long[3]), Positions.Kind.I64, 1).batched(huge);
        Heads three = qHeads.tokens(0, 1).batches(3, 2 * DIM);
        nothingWritten.refuses(argument, overflow, () -> plan.rotate(three, far));
        Rows cos = new Rows(q, DType.F32, 0, 3, 8, huge);
        nothingWritten.refuses(argument, overflow, () -> plan.rows(AT, cos, cos));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void elementsMustBeAligned(Backend backend) {
        RotaryPlan plan = plan(backend);
        MemorySegment bytes = MemorySegment.ofArray(new byte[(int) q.byteSize() + 8]);
        MemorySegment shorts = MemorySegment.ofArray(new short[(int) q.byteSize()]);
        MemorySegment odd = Arena.ofAuto().allocate(q.byteSize() + 8, 8).asSlice(2);
        for (MemorySegment memory : new MemorySegment[]{bytes, shorts, odd}) {
            nothingWritten.argument("q alignment", () -> plan.rotate(Heads.of(memory, DType.F32, TOKENS, 2, DIM), AT));
            nothingWritten.argument("q alignment",
                    () -> plan.rotate(Heads.of(memory, DType.F32, TOKENS, 2, DIM), qHeads, null,
                            null, AT));
        }
        nothingWritten.argument("position ids alignment",
                () -> plan.rotate(qHeads, Positions.ids(odd, Positions.Kind.I32, TOKENS)));
        nothingWritten.argument("position ids alignment",
                () -> plan.rotate(qHeads, Positions.ids(odd.asSlice(2), Positions.Kind.I64, TOKENS)));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void readOnlyOutputsAreRefused(Backend backend, @TempDir Path folder) throws IOException {
        RotaryPlan plan = plan(backend);
        Heads readOnly = Heads.of(q.asReadOnly(), DType.F32, TOKENS, 2, DIM);
        nothingWritten.argument("read-only", () -> plan.rotate(readOnly, AT));
        nothingWritten.argument("read-only",
                () -> plan.rotate(qHeads, Heads.of(k.asReadOnly(), DType.F32, TOKENS, 1, DIM), AT));
        nothingWritten.argument("read-only",
                () -> plan.rotate(Heads.of(filled(DType.F32, 96), DType.F32, TOKENS, 2, DIM),
                        readOnly, null, null, AT));
        Path file = folder.resolve("weights");
        Files.write(file, new byte[(int) q.byteSize()]);
        try (Arena arena = Arena.ofConfined(); FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MemorySegment mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, q.byteSize(), arena);
            Heads weights = Heads.of(mapped, DType.F32, TOKENS, 2, DIM);
            nothingWritten.argument("read-only", () -> plan.rotate(weights, AT));
            // as an input it is welcome
            plan.rotate(weights, Heads.of(filled(DType.F32, 96), DType.F32, TOKENS, 2, DIM), null, null, AT);
        }
    }

    /** The platform's own words pass through, and come before anything is written, whichever buffer is closed. */
    @ParameterizedTest
    @MethodSource("backends")
    void closedArenasAreRefused(Backend backend) {
        RotaryPlan plan = plan(backend);
        MemorySegment closed;
        try (Arena arena = Arena.ofConfined()) {
            closed = arena.allocate(q.byteSize(), 16);
        }
        List<String> words = List.of("closed");
        Heads gone = Heads.of(closed, DType.F32, TOKENS, 2, DIM);
        Class<IllegalStateException> state = IllegalStateException.class;
        nothingWritten.refuses(state, words, () -> plan.rotate(gone, AT));
        nothingWritten.refuses(state, words, () -> plan.rotate(qHeads, gone.heads(0, 1), AT));
        nothingWritten.refuses(state, words, () -> plan.rotate(qHeads, gone, null, null, AT));
        nothingWritten.refuses(state, words, () -> plan.rotate(gone, qHeads, null, null, AT));
        nothingWritten.refuses(state, words,
                () -> plan.rotate(qHeads, Positions.ids(closed, Positions.Kind.I32, TOKENS)));
        nothingWritten.refuses(state, words,
                () -> plan.rows(AT, Rows.of(closed, DType.F32, 1, 8), Rows.of(q, DType.F32, 1, 8)));
        nothingWritten.refuses(state, words,
                () -> plan.rows(AT, Rows.of(q, DType.F32, 1, 8), Rows.of(closed, DType.F32, 1, 8)));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void foreignConfinedArenasAreRefused(Backend backend) throws Exception {
        RotaryPlan plan = plan(backend);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mine = arena.allocate(q.byteSize(), 16);
            Heads confined = Heads.of(mine, DType.F32, TOKENS, 2, DIM);
            Positions ids = Positions.ids(mine, Positions.Kind.I32, TOKENS);
            elsewhere(() -> nothingWritten.refuses(WrongThreadException.class, List.of(),
                    () -> plan.rotate(confined, AT)));
            elsewhere(() -> nothingWritten.refuses(WrongThreadException.class, List.of(),
                    () -> plan.rotate(qHeads, confined.heads(0, 1), AT)));
            elsewhere(() -> nothingWritten.refuses(WrongThreadException.class, List.of(),
                    () -> plan.rotate(qHeads, ids)));
            // one's own confined memory cannot be handed to an executor: said before anything starts
            try (var pool = Executors.newFixedThreadPool(1)) {
                nothingWritten.argument("q memory", () -> plan.rotate(confined, confined, null, null, AT, pool, 2));
                nothingWritten.argument("k memory",
                        () -> plan.rotate(qHeads, qHeads, confined.heads(0, 1), confined.heads(0, 1), AT, pool, 2));
                nothingWritten.argument("position ids memory",
                        () -> plan.rotate(qHeads, qHeads, null, null, ids, pool, 2));
                nothingWritten.argument("tasks", () -> plan.rotate(qHeads, qHeads, null, null, AT, pool, 0));
            }
        }
    }

    private static void elsewhere(Runnable body) throws InterruptedException {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        for (Thread.Builder kind : new Thread.Builder[]{Thread.ofPlatform(), Thread.ofVirtual()}) {
            Thread thread = kind.unstarted(body);
            thread.setUncaughtExceptionHandler((t, e) -> failure.set(e));
            thread.start();
            thread.join();
        }
        if (failure.get() != null) {
            throw new AssertionError(failure.get());
        }
    }

    /** Nothing to rotate is not an error, whatever the memory. */
    @ParameterizedTest
    @MethodSource("backends")
    void emptyViewsAreFine(Backend backend) {
        RotaryPlan plan = plan(backend);
        plan.rotate(Heads.of(MemorySegment.NULL, DType.F32, 0, 2, DIM), AT);
        plan.rotate(Heads.of(MemorySegment.NULL, DType.F32, 3, 0, DIM), AT);
        plan.rotate(Heads.of(new float[0], 0, 0, DIM), Heads.of(new float[0], 0, 0, DIM), Positions.ids(new int[0]));
        plan.rotate(qHeads.batches(0, 0), AT);
        plan.rows(AT, Rows.of(new float[0], 0, 8), Rows.of(new float[0], 0, 8));
        assertEquals(-1, nothingWritten.before().get(0).mismatch(q));
        assertThrows(IllegalArgumentException.class, () -> plan.rotate(Heads.of(new float[0], 0, 1, 8), AT));
    }
}
