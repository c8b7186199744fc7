package dev.sextant.examples.headers;

/** The engine's kernels, one pair of adjacent elements a work item; plain Java stands for what a device would run. */
final class Kernels {

    private Kernels() {}

    /** Works out each angle by itself, from a base that was right for the first model. */
    static void rotate(FloatArray q, FloatArray k, Model model, int position) {
        int pairs = model.headSize() / 2;
        for (int item = 0; item < model.heads() * pairs; item++) {
            float frequency = (float) (1 / Math.pow(50_000, (double) (item % pairs) / pairs));
            float angle = position * frequency;
            turn(q, k, model, item, (float) Math.cos(angle), (float) Math.sin(angle));
        }
    }

    /** Reads cosines and sines of all positions. */
    static void rotate(FloatArray q, FloatArray k, Model model, int position, FloatArray cos, FloatArray sin) {
        int pairs = model.headSize() / 2;
        for (int item = 0; item < model.heads() * pairs; item++) {
            int entry = position * pairs + item % pairs;
            turn(q, k, model, item, cos.get(entry), sin.get(entry));
        }
    }

    private static void turn(FloatArray q, FloatArray k, Model model, int item, float c, float s) {
        turn(q, item, c, s);
        if (item < model.kvHeads() * model.headSize() / 2) {
            turn(k, item, c, s);
        }
    }

    private static void turn(FloatArray x, int item, float c, float s) {
        float x0 = x.get(2 * item);
        float x1 = x.get(2 * item + 1);
        x.set(2 * item, x0 * c - x1 * s);
        x.set(2 * item + 1, x0 * s + x1 * c);
    }

    /** The host's tables of a plain rotation, which {@code After} no longer needs. */
    static void tables(Model model, FloatArray cos, FloatArray sin) {
        int pairs = model.headSize() / 2;
        for (int i = 0; i < model.context() * pairs; i++) {
            float frequency = (float) (1 / Math.pow(model.theta(), (double) (i % pairs) / pairs));
            float angle = i / pairs * frequency;
            cos.set(i, (float) Math.cos(angle));
            sin.set(i, (float) Math.sin(angle));
        }
    }
}
