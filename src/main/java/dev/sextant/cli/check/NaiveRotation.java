package dev.sextant.cli.check;

import dev.sextant.encoding.PairLayout;

/**
 * The loop that single-file JVM engines carry today: a float array, a precomputed table of cosines and sines, one pair
 * at a time. What {@code check} compares with; not a straw man, it is what users run now.
 */
public final class NaiveRotation {

    private final float[] cos;
    private final float[] sin;
    private final int pairs;
    private final int headDim;
    private final boolean half;

    /** A table for positions 0 to {@code positions - 1}. */
    public NaiveRotation(double[] frequencies, int headDim, PairLayout layout, int positions) {
        this.pairs = frequencies.length;
        this.headDim = headDim;
        this.half = layout == PairLayout.HALF_SPLIT;
        this.cos = new float[positions * pairs];
        this.sin = new float[positions * pairs];
        for (int p = 0; p < positions; p++) {
            for (int j = 0; j < pairs; j++) {
                float angle = (float) (p * frequencies[j]);
                cos[p * pairs + j] = (float) Math.cos(angle);
                sin[p * pairs + j] = (float) Math.sin(angle);
            }
        }
    }

    /** Rotates {@code tokens} tokens of {@code heads} heads each, from position {@code start} on, in place. */
    public void rotate(float[] x, int tokens, int heads, int start) {
        for (int t = 0; t < tokens; t++) {
            for (int h = 0; h < heads; h++) {
                int head = (t * heads + h) * headDim;
                if (half) {
                    rotateHalf(x, head, (start + t) * pairs);
                } else {
                    rotateInterleaved(x, head, (start + t) * pairs);
                }
            }
        }
    }

    private void rotateHalf(float[] x, int head, int row) {
        for (int j = 0; j < pairs; j++) {
            float c = cos[row + j];
            float s = sin[row + j];
            float x0 = x[head + j];
            float x1 = x[head + pairs + j];
            x[head + j] = x0 * c - x1 * s;
            x[head + pairs + j] = x1 * c + x0 * s;
        }
    }

    private void rotateInterleaved(float[] x, int head, int row) {
        for (int j = 0; j < pairs; j++) {
            float c = cos[row + j];
            float s = sin[row + j];
            float x0 = x[head + 2 * j];
            float x1 = x[head + 2 * j + 1];
            x[head + 2 * j] = x0 * c - x1 * s;
            x[head + 2 * j + 1] = x0 * s + x1 * c;
        }
    }
}
