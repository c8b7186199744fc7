package dev.sextant.cli.check;

import dev.sextant.cli.text.Spread;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Timings in shuffled rounds: in each round every contender runs once, in random order, so that what disturbs the
 * machine disturbs all alike. Ratios are taken inside a round; their median and range are what counts.
 */
public final class Rounds {

    /** Rounds of a measurement. */
    public static final int ROUNDS = 9;
    private static final double WARM_UP_SECONDS = 0.12;
    private static final double SAMPLE_SECONDS = 0.012;
    private static final int MOST_CALLS = 200_000;

    private final Map<String, double[]> seconds = new LinkedHashMap<>();

    /** Warms up, calibrates and measures; {@code step} is called once a contender and once a round. */
    static Rounds measure(List<Contender> contenders, Runnable step) {
        Rounds rounds = new Rounds();
        Map<String, Integer> calls = new LinkedHashMap<>();
        for (Contender c : contenders) {
            rounds.seconds.put(c.name(), new double[ROUNDS]);
            calls.put(c.name(), calibrate(c));
            step.run();
        }
        List<Contender> order = new ArrayList<>(contenders);
        Random random = new Random(20261);
        for (int r = 0; r < ROUNDS; r++) {
            Collections.shuffle(order, random);
            for (Contender c : order) {
                rounds.of(c.name())[r] = c.seconds(calls.getOrDefault(c.name(), 1));
            }
            step.run();
        }
        return rounds;
    }

    private static int calibrate(Contender c) {
        int calls = 1;
        double spent = 0;
        double last = c.seconds(1);
        while (spent < WARM_UP_SECONDS) {
            last = c.seconds(calls);
            spent += last * calls;
            calls = (int) Math.clamp(0.02 / last, 1, MOST_CALLS);
        }
        return (int) Math.clamp(SAMPLE_SECONDS / last, 1, MOST_CALLS);
    }

    private double[] of(String contender) {
        double[] found = seconds.get(contender);
        if (found == null) {
            throw new IllegalArgumentException("contender: got '" + contender + "', wanted one of " + seconds.keySet());
        }
        return found;
    }

    boolean has(String contender) {
        return seconds.containsKey(contender);
    }

    /** Seconds a call, over the rounds. */
    Spread time(String contender) {
        return Spread.of(of(contender));
    }

    /** How many times as long {@code other} takes, over the rounds. */
    Spread ratio(String other, String contender) {
        double[] ratios = new double[ROUNDS];
        Arrays.setAll(ratios, r -> of(other)[r] / of(contender)[r]);
        return Spread.of(ratios);
    }
}
