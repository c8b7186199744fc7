package dev.sextant.testkit;

import java.security.SecureRandom;
import java.util.SplittableRandom;

/**
 * Random cases that can be had again: the seed is {@code -Dsextant.seed=} or drawn and printed, the number of cases is
 * {@code -Dsextant.cases=} or what the test asks for, and a failure prints the one line that runs exactly that case
 * once more.
 */
public final class SeededCases {

    private static final long SEED = seed();

    private SeededCases() {}

    /** One case: draws everything it needs from {@code random} and throws when something is wrong. */
    @FunctionalInterface
    public interface Case { void run(SplittableRandom random) throws Throwable; }

    /**
     * Runs {@code count} cases of {@code test}, fewer or more by {@code -Dsextant.cases=}, one by {@code
     * -Dsextant.case=}.
     */
    public static void run(Class<?> test, int count, Case body) {
        Integer only = Integer.getInteger("sextant.case");
        int cases = Integer.getInteger("sextant.cases", count);
        for (int i = only == null ? 0 : only; i < (only == null ? cases : only + 1); i++) {
            try {
                body.run(random(i));
            } catch (Throwable e) {
                throw new AssertionError("case " + i + " of seed " + SEED + " failed; again by: mvn -q test -Dtest="
                        + test.getSimpleName() + " -Dsextant.seed=" + SEED + " -Dsextant.case=" + i + "\n" + e, e);
            }
        }
    }

    /** The random numbers of case {@code index}: the same whatever ran before. */
    public static SplittableRandom random(int index) {
        return new SplittableRandom(SEED * 0x9e3779b97f4a7c15L + index).split();
    }

    private static long seed() {
        Long given = Long.getLong("sextant.seed");
        long seed = given == null ? new SecureRandom().nextInt() & 0x7fffffffL : given;
        System.out.println("sextant.seed=" + seed);
        return seed;
    }
}
