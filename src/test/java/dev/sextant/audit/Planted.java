package dev.sextant.audit;

import dev.sextant.Audit;
import dev.sextant.AuditReport;
import dev.sextant.config.RotarySet;
import dev.sextant.encoding.AngleMode;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.Rope;
import dev.sextant.encoding.Rounding;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/**
 * An engine written down once more, in plain loops that share nothing with the audit, with a place for every mistake. Its
 * frequencies are the definition's own, or what a test puts there.
 */
final class Planted {

    double[] frequencies;
    double magnitude;
    PairLayout layout;
    int headDim;
    int offset;
    double direction;
    long shift;
    boolean float32Angle = true;
    DoubleUnaryOperator ofPosition = p -> p;
    DoubleUnaryOperator ofAngle = a -> a;
    DoubleUnaryOperator ofTable = x -> (float) x;
    /** Heads and the table are stored so. */
    DType stored = DType.F32;
    int heads = 4;
    long start;
    int rows = 64;

    static Planted of(RotarySet set, Rope rope) {
        Planted p = new Planted();
        p.frequencies = rope.frequencies().inverse(rope.rotaryDim(), Rounding.FLOAT32);
        p.float32Angle = rope.angles() == AngleMode.HF_FLOAT32;
        p.magnitude = rope.frequencies().attentionFactor();
        p.layout = rope.layout();
        p.headDim = set.headDim();
        p.offset = set.rotaryOffset();
        p.direction = set.inverse() ? -1 : 1;
        return p;
    }

    static Planted of(RotarySet set) {
        return of(set, set.rope(1));
    }

    /** Sixteen tokens in a row, then every 41st. */
    private long position(int row) {
        return start + (row < 16 ? row : 16 + 41L * (row - 16));
    }

    Positions positions() {
        return Positions.ids(IntStream.range(0, rows).mapToLong(this::position).toArray());
    }

    double angle(long at, int j) {
        double p = ofPosition.applyAsDouble(at + shift);
        double a = float32Angle ? (float) p * (float) frequencies[j] : p * frequencies[j];
        return ofAngle.applyAsDouble(a);
    }

    float cos(long at, int j) {
        return (float) ofTable.applyAsDouble((float) (Math.cos(angle(at, j)) * magnitude));
    }

    float sin(long at, int j) {
        return (float) ofTable.applyAsDouble((float) (Math.sin(angle(at, j)) * magnitude));
    }

    AuditReport frequencies(Audit audit) {
        float[] values = new float[frequencies.length];
        for (int j = 0; j < values.length; j++) {
            values[j] = (float) frequencies[j];
        }
        return audit.frequencies(values);
    }

    /** One column a pair. */
    AuditReport table(Audit audit) {
        return table(audit, 1, 0);
    }

    /** {@code times} columns a pair, {@code apart} columns apart (0: that is, side by side). */
    AuditReport table(Audit audit, int times, int apart) {
        int pairs = frequencies.length;
        float[] cos = new float[rows * times * pairs];
        float[] sin = new float[rows * times * pairs];
        for (int t = 0; t < rows; t++) {
            for (int j = 0; j < pairs; j++) {
                for (int n = 0; n < times; n++) {
                    int column = apart == 0 ? times * j + n : j + n * apart;
                    cos[t * times * pairs + column] = cos(position(t), j);
                    sin[t * times * pairs + column] = (float) (direction * sin(position(t), j));
                }
            }
        }
        return audit.table(Rows.of(cos, rows, times * pairs), Rows.of(sin, rows, times * pairs), positions());
    }

    AuditReport heads(Audit audit) {
        SplittableRandom random = new SplittableRandom(7);
        float[] before = new float[rows * heads * headDim];
        for (int i = 0; i < before.length; i++) {
            before[i] = store((float) random.nextDouble(-4, 4));
        }
        float[] after = before.clone();
        int h = frequencies.length;
        for (int t = 0; t < rows; t++) {
            for (int n = 0; n < heads; n++) {
                int at = (t * heads + n) * headDim + offset;
                for (int j = 0; j < h; j++) {
                    int in = layout == PairLayout.HALF_SPLIT ? j : 2 * j;
                    int partner = layout == PairLayout.HALF_SPLIT ? h : 1;
                    int out = layout == PairLayout.INTERLEAVED ? 2 * j : j;
                    int partnerOut = layout == PairLayout.INTERLEAVED ? 1 : h;
                    float c = cos(position(t), j);
                    float s = (float) (direction * sin(position(t), j));
                    float x0 = before[at + in];
                    float x1 = before[at + in + partner];
                    after[at + out] = store(x0 * c - x1 * s);
                    after[at + out + partnerOut] = store(x1 * c + x0 * s);
                }
            }
        }
        return audit.rotation(Heads.of(before, rows, heads, headDim), Heads.of(after, rows, heads, headDim),
                positions());
    }

    private float store(float x) {
        return switch (stored) {
            case F32 -> x;
            case F16 -> f16(x);
            case BF16 -> bf16(x);
        };
    }

    /** Nearest number of eight significant bits, ties to even, by arithmetic on doubles. */
    static float bf16(double x) {
        return rounded(x, 8);
    }

    static float f16(double x) {
        return rounded(x, 11);
    }

    static float rounded(double x, int bits) {
        if (x == 0) {
            return 0;
        }
        double unit = Math.scalb(1.0, Math.getExponent(x) - bits + 1);
        return (float) (Math.rint(x / unit) * unit);
    }
}
