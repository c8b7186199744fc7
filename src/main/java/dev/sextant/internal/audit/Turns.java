package dev.sextant.internal.audit;

import dev.sextant.encoding.AngleMode;
import dev.sextant.encoding.GeometricFrequencies;
import dev.sextant.encoding.Rounding;

/** Frequencies and cos/sin rows of one engine, in double arithmetic except where the engine rounds. */
final class Turns {

    private final Engine engine;
    private final double[] frequencies;
    private final boolean float32;
    private final float step;
    private final float[] ratio;

    Turns(Engine engine) {
        this.engine = engine;
        this.float32 = engine.rope().angles() == AngleMode.HF_FLOAT32;
        double[] stated = engine.rule().inverse(engine.rope().rotaryDim(), engine.rope().angles().rounding());
        this.ratio = new float[stated.length];
        this.step = engine.arithmetic().isRecurrence() ? recurrence(stated) : 0;
        this.frequencies = switch (engine.arithmetic()) {
            case INVERSE_BF16, ANGLES_BF16 -> each(stated, Arithmetic::bf16);
            case INVERSE_F16, ANGLES_F16 -> each(stated, Arithmetic::f16);
            case TF32 -> each(stated, Arithmetic::tf32);
            case RECURRENCE, RECURRENCE_UP, RECURRENCE_DOWN -> recurrent(1);
            default -> stated;
        };
    }

    private interface Round { float of(double x); }

    private static double[] each(double[] values, Round round) {
        double[] rounded = new double[values.length];
        for (int j = 0; j < rounded.length; j++) {
            rounded[j] = round.of(values[j]);
        }
        return rounded;
    }

    /** The factor from pair to pair; what a scaling changes is multiplied into each angle afterwards. */
    private float recurrence(double[] stated) {
        double base = Rules.base(engine.rule());
        int dim = engine.rope().rotaryDim();
        double[] plain = new GeometricFrequencies(base).inverse(dim, Rounding.NONE);
        for (int j = 0; j < ratio.length; j++) {
            float r = (float) (stated[j] / plain[j]);
            ratio[j] = Math.abs(r - 1) < 1e-6 ? 1 : r;
        }
        float power = (float) StrictMath.pow((float) base, -2.0 / dim);
        return switch (engine.arithmetic()) {
            case RECURRENCE_UP -> Math.nextUp(power);
            case RECURRENCE_DOWN -> Math.nextDown(power);
            default -> power;
        };
    }

    private double[] recurrent(long position) {
        double[] angles = new double[ratio.length];
        float theta = position;
        for (int j = 0; j < angles.length; j++) {
            angles[j] = theta * ratio[j];
            theta *= step;
        }
        return angles;
    }

    /** Radians per position of each pair, as the engine holds them. */
    double[] frequencies() {
        return frequencies;
    }

    /** Cosines and sines of a position, magnitude included; the sine of a positive turn. */
    void row(long at, double[] cos, double[] sin) {
        long position = at + engine.shift();
        double[] angles = engine.arithmetic().isRecurrence() ? recurrent(position) : angles((double) position);
        double m = engine.magnitude();
        for (int j = 0; j < frequencies.length; j++) {
            cos[j] = StrictMath.cos(angles[j]) * m;
            sin[j] = StrictMath.sin(angles[j]) * m;
            switch (engine.arithmetic()) {
                case TABLE_BF16 -> {
                    cos[j] = Arithmetic.bf16(cos[j]);
                    sin[j] = Arithmetic.bf16(sin[j]);
                }
                case TABLE_F16 -> {
                    cos[j] = Arithmetic.f16(cos[j]);
                    sin[j] = Arithmetic.f16(sin[j]);
                }
                default -> {
                }
            }
        }
    }

    private double[] angles(double position) {
        double[] angles = new double[frequencies.length];
        for (int j = 0; j < angles.length; j++) {
            angles[j] = angle(position, frequencies[j]);
        }
        return angles;
    }

    private double angle(double position, double frequency) {
        return switch (engine.arithmetic()) {
            case POSITIONS_BF16 -> product(Arithmetic.bf16(position), frequency);
            case POSITIONS_F16 -> product(Arithmetic.f16(position), frequency);
            case TF32 -> (float) (Arithmetic.tf32(position) * frequency);
            case ANGLES_BF16 -> Arithmetic.bf16(Arithmetic.bf16(position) * frequency);
            case ANGLES_F16 -> Arithmetic.f16(Arithmetic.f16(position) * frequency);
            default -> product(position, frequency);
        };
    }

    private double product(double position, double frequency) {
        return float32 ? (float) position * (float) frequency : position * frequency;
    }
}
