package dev.sextant.encoding;

import java.util.ArrayList;
import java.util.List;

/** The domain of KERPLE's parameters. */
final class KerpleWeights {

    private static final double LEAST = 0.01;

    private KerpleWeights() {}

    static void check(String what, List<Double> first, List<Double> second, double largestSecond) {
        if (first.isEmpty() || first.size() != second.size()) {
            throw new IllegalArgumentException(what + ": got " + first.size() + ", " + second.size()
                    + " numbers, wanted one of each a head, at least one");
        }
        for (int h = 0; h < first.size(); h++) {
            double a = first.get(h);
            double b = second.get(h);
            if (!(a > 0 && a <= Double.MAX_VALUE && b > 0 && b <= largestSecond)) {
                throw new IllegalArgumentException(what + " of head " + h + ": got " + a + ", " + b
                        + ", wanted finite numbers above 0"
                        + (largestSecond < Double.MAX_VALUE ? ", the second at most " + largestSecond : ""));
            }
        }
    }

    static List<Double> clamped(float[] values, double largest) {
        List<Double> clamped = new ArrayList<>();
        for (float value : values) {
            clamped.add(Math.clamp(value, LEAST, largest));
        }
        return clamped;
    }
}
