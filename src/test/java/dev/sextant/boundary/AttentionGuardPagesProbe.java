package dev.sextant.boundary;

import dev.sextant.AttentionCall;
import dev.sextant.AttentionPlan;
import dev.sextant.Backend;
import dev.sextant.encoding.CapturePoint;
import dev.sextant.testkit.AttentionCase;
import dev.sextant.testkit.RandomAttention;
import java.lang.foreign.Arena;
import java.util.SplittableRandom;

/**
 * Runs attention on buffers that end, or begin, at a page that may not be touched, the workspace among them. One byte too far ends this
 * process; the last line it printed names the case. Started by {@link AttentionGuardPagesTest}.
 */
final class AttentionGuardPagesProbe {

    private static final int CASES = 120;

    private AttentionGuardPagesProbe() {}

    public static void main(String[] args) {
        int cases = 0;
        for (Backend backend : Backend.available()) {
            for (boolean atEnd : new boolean[]{true, false}) {
                for (int n = 0; n < CASES; n++) {
                    System.out.println(backend + ", case " + n + (atEnd ? " end" : " begin"));
                    one(backend, n, atEnd);
                    cases++;
                }
            }
        }
        System.out.println("done " + cases);
    }

    private static void one(Backend backend, int n, boolean atEnd) {
        AttentionCase c = RandomAttention.any(new SplittableRandom(n));
        c.gap = 0;
        c.poison = false;
        try (Arena arena = Arena.ofShared()) {
            c.arena = (bytes, align) -> {
                long whole = (bytes + Posix.PAGE - 1) / Posix.PAGE * Posix.PAGE;
                return Posix.guarded(whole, arena).asSlice(atEnd ? (whole - bytes) / align * align : 0, bytes);
            };
            AttentionPlan plan = c.builder().backend(backend).build();
            AttentionCase.Result result = c.newResult();
            AttentionCall call = c.call(plan, result, 1);
            plan.attend(call);
            plan.scores(call, CapturePoint.CAPPED, c.newScores());
            plan.scores(call, CapturePoint.PROBABILITIES, c.newScores());
            plan.addBias(call, c.newScores());
            AttentionCase.Result other = c.newResult();
            plan.merge(result.out, result.lse, other.out, other.lse);
        }
    }
}
