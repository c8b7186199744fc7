package dev.sextant.examples.arrays;

import java.util.function.DoubleUnaryOperator;

/** The engine's own cosines and sines, which {@code After} no longer needs: one array each, position after position. */
final class Tables {

    private Tables() {}

    /** The table of {@code what}, cosine or sine, with the constants of one scaling written into the code. */
    static float[] of(Model model, boolean scaled, DoubleUnaryOperator what) {
        int pairs = model.headSize() / 2;
        float[] table = new float[model.context() * pairs];
        for (int j = 0; j < pairs; j++) {
            float frequency = (float) (1 / Math.pow(model.theta(), 2.0 * j / model.headSize()));
            if (scaled) {
                frequency = scaled(frequency);
            }
            for (int position = 0; position < model.context(); position++) {
                table[position * pairs + j] = (float) what.applyAsDouble(position * frequency);
            }
        }
        return table;
    }

    private static float scaled(float frequency) {
        float factor = 8;
        float low = 1;
        float high = 3;
        float original = 8192;
        float wavelength = (float) (2 * Math.PI / frequency);
        if (wavelength < original / high) {
            return frequency;
        }
        if (wavelength > original / low) {
            return frequency / factor;
        }
        float smooth = (original / wavelength - low) / (high - low);
        return (1 - smooth) * frequency / factor + smooth * frequency;
    }
}
