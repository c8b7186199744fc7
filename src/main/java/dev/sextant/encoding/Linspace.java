package dev.sextant.encoding;

/** Evenly spaced numbers as the reference framework makes them: from both ends towards the middle. */
final class Linspace {

    private Linspace() {}

    /** {@code steps} numbers from {@code start} to {@code end}; one step is the start. */
    static double[] of(double start, double end, int steps, Rounding r) {
        double[] values = new double[steps];
        double step = steps == 1 ? 0 : r.round(r.round(r.round(end) - r.round(start)) / (steps - 1));
        for (int i = 0; i < steps; i++) {
            values[i] = i < steps / 2 || steps == 1
                    ? r.round(start + r.round(step * i))
                    : r.round(end - r.round(step * (steps - 1 - i)));
        }
        return values;
    }
}
