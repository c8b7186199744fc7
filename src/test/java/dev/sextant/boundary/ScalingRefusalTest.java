package dev.sextant.boundary;

import dev.sextant.HeadShape;
import dev.sextant.QueryScaling;
import dev.sextant.encoding.QueryTemperature;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a query scaling refuses, before it has written anything. */
@Tag("boundary")
class ScalingRefusalTest {

    private static final Positions AT = Positions.from(1);

    private final QueryScaling scaling = QueryScaling.of(QueryTemperature.llama4(8, 0.1), HeadShape.of(8, DType.F32));
    private final MemorySegment memory = Arena.ofAuto().allocate(400 * 4L, 4);
    private final Heads q = Heads.of(memory, DType.F32, 4, 2, 8);
    private final Refusal.Guard guard = Refusal.of(memory);

    @Test
    void shapes() {
        guard.argument("q dtype", () -> scaling.scale(Heads.of(memory, DType.F16, 4, 2, 8), AT));
        guard.argument("q head dim", () -> scaling.scale(Heads.of(memory, DType.F32, 4, 2, 4), AT));
        guard.argument("q output heads", () -> scaling.scale(q, Heads.of(memory, DType.F32, 4, 3, 8).at(64), AT));
        guard.argument("q output batches x tokens",
                () -> scaling.scale(q, Heads.of(memory, DType.F32, 3, 2, 8).at(64), AT));
        guard.argument("tasks", () -> scaling.scale(q, q, AT, Runnable::run, 0));
    }

    @Test
    void memory() {
        guard.bounds("q", () -> scaling.scale(q.at(337), AT));
        guard.argument("q output", () -> scaling.scale(Heads.of(memory.asReadOnly(), DType.F32, 4, 2, 8), AT));
        guard.argument("q output strides", () -> scaling.scale(q.strides(0, 8), AT));
        guard.argument("alignment", () -> scaling.scale(Heads.of(memory.asSlice(2), DType.F32, 4, 2, 8), AT));
        guard.argument("overlap", () -> scaling.scale(q, q.at(8), AT));
        guard.argument("overlap", () -> scaling.scale(q.at(8), q, AT));
        scaling.scale(q, q.at(64), AT);
        scaling.scale(q, Heads.of(memory, DType.F32, 4, 2, 8), AT);
    }

    @Test
    void threads() {
        try (Arena confined = Arena.ofConfined()) {
            MemorySegment mine = confined.allocate(64 * 4L, 4);
            Heads here = Heads.of(mine, DType.F32, 4, 2, 8);
            guard.argument("q output memory", () -> scaling.scale(q, here, AT, Runnable::run, 2));
            guard.argument("q memory", () -> scaling.scale(here, q, AT, Runnable::run, 2));
        }
    }

    @Test
    void positions() {
        guard.bounds("position of token 0: got -1, wanted 0", () -> scaling.scale(q, Positions.from(-1)));
        guard.bounds("position of token 2: got -5", () -> scaling.scale(q, Positions.ids(1, 2, -5, 4)));
        guard.bounds("position of token 1: got 4294967296", () -> scaling.scale(q, Positions.from((1L << 32) - 1)));
        guard.bounds("position of token 0: got -2", () -> scaling.scale(q, Positions.all(-2)));
        guard.argument("positions: got 2 axes", () -> scaling.scale(q, Positions.axes(2, new int[8])));
        guard.argument("positions: got real coordinates", () -> scaling.scale(q, Positions.coordinates(1, 1, 2, 3, 4)));
        guard.argument("position ids", () -> scaling.scale(q, Positions.ids(1, 2, 3)));
        Positions inside = Positions.ids(memory.asSlice(16), Positions.Kind.I32, 4);
        guard.argument("overlap", () -> scaling.scale(q, inside));
        guard.refuses(NullPointerException.class, List.of("q"), () -> scaling.scale(null, AT));
    }
}
