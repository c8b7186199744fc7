package dev.sextant.benchmarks;

/**
 * The loop that single-file JVM engines carry today: a precomputed table, one float at a time, a heap array. Not a straw man:
 * it is what users run now.
 */
final class NaiveRotation {

    private final float[] cos;
    private final float[] sin;

    NaiveRotation(int positions, double[] inverse) {
        cos = new float[positions * inverse.length];
        sin = new float[positions * inverse.length];
        for (int p = 0; p < positions; p++) {
            for (int j = 0; j < inverse.length; j++) {
                cos[p * inverse.length + j] = (float) Math.cos(p * inverse[j]);
                sin[p * inverse.length + j] = (float) Math.sin(p * inverse[j]);
            }
        }
    }

    void rotate(float[] x, int from, int heads, int dim, int position) {
        int half = dim / 2;
        for (int h = 0; h < heads; h++) {
            for (int j = 0; j < half; j++) {
                int i = from + h * dim + j;
                float c = cos[position * half + j];
                float s = sin[position * half + j];
                float x0 = x[i];
                float x1 = x[i + half];
                x[i] = x0 * c - x1 * s;
                x[i + half] = x1 * c + x0 * s;
            }
        }
    }
}
