package dev.sextant.cli.conform;

import dev.sextant.AttentionCall;
import dev.sextant.AttentionPlan;
import dev.sextant.AttentionPlanBuilder;
import dev.sextant.AttentionShape;
import dev.sextant.Backend;
import dev.sextant.cli.reference.Case;
import dev.sextant.encoding.CapturePoint;
import dev.sextant.tensor.Alignment;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.KvCache;
import dev.sextant.tensor.RowValues;
import dev.sextant.tensor.Scores;
import dev.sextant.tensor.Sequences;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Softcap and sink alone: queries that are the scores of a case, over keys that are unit vectors. */
final class ScoreStepCases implements Kind {

    @Override
    public @Nullable String unsupported(Case c) {
        return null;
    }

    @Override
    public void run(Case c, Backend backend, CaseResult result) throws IOException {
        if (c.kind().equals("softcap")) {
            float[] s = c.tensor("s").floats();
            double cap = c.attributes().number("cap", 0);
            Step step = run(s, s.length, 1, CapturePoint.CAPPED, backend, plan -> plan.softcap(cap));
            result.compare("capped", step.scores, c.tensor("capped").floats(), c.tolerance("capped"), i -> 0);
        } else {
            float[] s = c.tensor("scores").floats();
            int keys = c.tensor("scores").size(-1);
            float[] sink = c.tensor("sink").floats();
            float[] weights = new float[s.length];
            float[] lse = new float[s.length / keys];
            for (int i = 0; i < lse.length; i++) {
                float[] row = Arrays.copyOfRange(s, i * keys, (i + 1) * keys);
                float ofRow = sink[sink.length == 1 ? 0 : i];
                Step step = run(row, 1, keys, CapturePoint.PROBABILITIES, backend, plan -> plan.sinks(ofRow));
                System.arraycopy(step.scores, 0, weights, i * keys, keys);
                lse[i] = step.lse[0];
            }
            result.compare("weights", weights, c.tensor("weights").floats(), c.tolerance("weights"), i -> 0);
            result.compare("lse", lse, c.tensor("lse").floats(), c.tolerance("lse"), i -> 0);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // a pair of results
    private record Step(float[] scores, float[] lse) {}

    private static Step run(float[] scores, int queries, int keys, CapturePoint point, Backend backend,
            Consumer<AttentionPlanBuilder> choice) {
        AttentionPlanBuilder builder = AttentionPlan.builder(AttentionShape.of(1, 1, keys, DType.F32)).scale(1)
                .backend(backend);
        choice.accept(builder);
        AttentionPlan plan = builder.build();
        try (Arena arena = Arena.ofConfined()) {
            Heads q = Heads.of(arena.allocateFrom(ValueLayout.JAVA_FLOAT, scores), DType.F32, queries, 1, keys);
            MemorySegment unit = arena.allocate(4L * keys * keys, 64);
            for (int j = 0; j < keys; j++) {
                unit.setAtIndex(ValueLayout.JAVA_FLOAT, (long) j * keys + j, 1);
            }
            Heads k = Heads.of(unit, DType.F32, keys, 1, keys);
            MemorySegment lse = arena.allocate(4L * queries, 64);
            MemorySegment out = arena.allocate(4L * scores.length, 64);
            AttentionCall call = new AttentionCall().queries(q, OffHeap.newLike(arena, q, keys)).cache(KvCache.of(k, k))
                    .sequences(Sequences.of(1, queries, keys, Alignment.START)).lse(RowValues.of(lse, 1, 1, queries));
            call.workspace(arena.allocate(Math.max(1, plan.workspaceBytes(call)), 64));
            plan.scores(call, point, Scores.of(out, 1, 1, queries, keys));
            plan.attend(call);
            return new Step(OffHeap.floats(out, scores.length), OffHeap.floats(lse, queries));
        }
    }
}
