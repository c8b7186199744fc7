package dev.sextant.encoding;

import java.util.Objects;

/**
 * SelfExtend: ordinary positions for the nearest {@code window} keys (view 0), positions divided by {@code group} and rounded down for those
 * farther away (view 1), shifted so that the two meet. No training. Source: Jin et al., LLM Maybe LongLM, arXiv:2401.01325,
 * section 3.2.
 *
 * <p>The reference divides the window as a real number; windows that are not a multiple of the group, whose shift would be a
 * fraction, are refused here. It also leaves the shift away while no key is far, which no score can show.
 *
 * @param group positions that become one (8 in the paper's settings), at least 1
 * @param window keys with ordinary positions (1024), at least 1, a multiple of {@code group}
 */
public record SelfExtend(int group, int window) implements PositionRemap {

    /** View of the nearest keys. */
    public static final int NEAR = 0;

    /** View of all others. */
    public static final int FAR = 1;

    /** Refuses sizes that do not fit. */
    public SelfExtend {
        if (group < 1 || window < 1 || window % group != 0) {
            throw new IllegalArgumentException("group, window: got " + group + ", " + window
                    + ", wanted at least 1 and a window that is a multiple of the group");
        }
    }

    @Override
    public int views() {
        return 2;
    }

    @Override
    public long query(int view, long position) {
        return Objects.checkIndex(view, 2) == NEAR ? position : position / group + window - window / group;
    }

    @Override
    public long key(int view, long position) {
        return Objects.checkIndex(view, 2) == NEAR ? position : position / group;
    }

    @Override
    public int view(long query, long key) {
        return query - key < window ? NEAR : FAR;
    }
}
