package dev.sextant.internal.audit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Which constant added to every position would explain what was seen: what is seen is compared with what is expected once,
 * pair by pair; a shift then only turns these sums.
 */
final class Shifts {

    private static final int KEPT = 3;

    private final double[] frequencies;
    private final double[] re;
    private final double[] im;

    Shifts(double[] frequencies) {
        this.frequencies = frequencies;
        this.re = new double[frequencies.length];
        this.im = new double[frequencies.length];
    }

    /** Adds the quotient of a point seen and the point expected. */
    void add(int pair, double seenCos, double seenSin, double cos, double sin) {
        re[pair] += seenCos * cos + seenSin * sin;
        im[pair] += seenSin * cos - seenCos * sin;
    }

    /** The best shifts up to {@code farthest} either way, and {@code special}; never 0. */
    List<Long> best(int farthest, long special) {
        record Candidate(long shift, double score) {}
        List<Candidate> candidates = new ArrayList<>();
        double[] score = new double[2 * farthest + 1];
        for (int j = 0; j < frequencies.length; j++) {
            double c = StrictMath.cos(frequencies[j]);
            double s = StrictMath.sin(frequencies[j]);
            double up = re[j];
            double upIm = im[j];
            double down = re[j];
            double downIm = im[j];
            for (int d = 1; d <= farthest; d++) {
                double x = up * c + upIm * s; // turned back by one position
                upIm = upIm * c - up * s;
                up = x;
                score[farthest + d] += up;
                x = down * c - downIm * s;
                downIm = downIm * c + down * s;
                down = x;
                score[farthest - d] += down;
            }
        }
        score[farthest] = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < score.length; i++) {
            boolean peak = (i == 0 || score[i] >= score[i - 1]) && (i == score.length - 1 || score[i] >= score[i + 1]);
            if (peak && i != farthest) {
                candidates.add(new Candidate(i - farthest, score[i]));
            }
        }
        candidates
                .sort(Comparator.comparingDouble((Candidate c) -> -c.score).thenComparingLong(c -> Math.abs(c.shift)));
        List<Long> best = new ArrayList<>(candidates.stream().limit(KEPT).map(c -> c.shift).toList());
        if (special != 0 && !best.contains(special)) {
            best.add(special);
        }
        return best;
    }
}
