package dev.sextant.examples.tensors;

/** The engine's own cosines and sines, which {@code After} no longer needs: one small array a position and pair. */
final class Table {

    private Table() {}

    static float[][] of(Config config) {
        int pairs = config.headDim() / 2;
        float[][] table = new float[config.context() * pairs][];
        for (int position = 0; position < config.context(); position++) {
            for (int j = 0; j < pairs; j++) {
                float frequency = (float) (1 / Math.pow(config.theta(), 2.0 * j / config.headDim()) / config.factor());
                float angle = position * frequency;
                table[position * pairs + j] = new float[]{(float) Math.cos(angle), (float) Math.sin(angle)};
            }
        }
        return table;
    }
}
