package dev.sextant.encoding;

import java.util.Objects;

/**
 * ReRoPE, rectified RoPE: distances below {@code window} as they are (view 0); beyond it, with {@code slowdown} 0, always {@code window},
 * or, leaky, {@code window} plus the rest divided by {@code slowdown} (view 1). Source: Su, kexue.fm/archives/9708,
 * both forms; implementation bojone/rerope.
 *
 * <p>Clipped, the far view rotates every query at {@code window} and every key at 0, that is not at all. Leaky, the far view has divided
 * frequencies ({@link #divisor}) and queries shifted by {@code window * (slowdown - 1)}. Both go with
 * {@link QueryTemperature#logLength}.
 *
 * @param window distance up to which nothing changes (512 in the reference), at least 1
 * @param slowdown 0 for the clipped form; for the leaky one the divisor of farther distances (16), at least 1
 */
public record ReRope(int window, int slowdown) implements PositionRemap {

    /** View of the nearest keys. */
    public static final int NEAR = 0;

    /** View of all others. */
    public static final int FAR = 1;

    /** Refuses impossible sizes. */
    public ReRope {
        if (window < 1 || slowdown < 0) {
            throw new IllegalArgumentException("window, slowdown: got " + window + ", " + slowdown
                    + ", wanted at least 1 and at least 0 (0 clips distances)");
        }
    }

    /** Distances clipped at {@code window}. */
    public static ReRope clipped(int window) {
        return new ReRope(window, 0);
    }

    /** Distances beyond {@code window} grow {@code slowdown} times slower, at least 1. */
    public static ReRope leaky(int window, int slowdown) {
        if (slowdown < 1) {
            throw new IllegalArgumentException("slowdown: got " + slowdown + ", wanted at least 1");
        }
        return new ReRope(window, slowdown);
    }

    @Override
    public int views() {
        return 2;
    }

    @Override
    public long query(int view, long position) {
        if (Objects.checkIndex(view, 2) == NEAR) {
            return position;
        }
        return slowdown == 0 ? window : position + (long) window * (slowdown - 1);
    }

    @Override
    public long key(int view, long position) {
        return Objects.checkIndex(view, 2) == NEAR || slowdown != 0 ? position : 0;
    }

    @Override
    public int view(long query, long key) {
        return query - key < window ? NEAR : FAR;
    }

    @Override
    public double divisor(int view) {
        return Objects.checkIndex(view, 2) == NEAR ? 1 : Math.max(1, slowdown);
    }
}
