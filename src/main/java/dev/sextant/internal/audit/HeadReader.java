package dev.sextant.internal.audit;

import dev.sextant.encoding.PairLayout;
import dev.sextant.internal.java.Elements;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import java.util.Locale;
import java.util.Optional;

/**
 * Heads before and after. The turn of a pair is the complex quotient that fits all heads of a token best; what is left of
 * them is the misfit. Then {@code |after - z*before|^2 = (|Z - z|^2 + misfit^2) * |before|^2} for any z.
 */
final class HeadReader implements RowReader {

    private final Heads before;
    private final Heads after;
    private final Positions positions;
    private final double bound;
    private final DType grain;

    HeadReader(Heads before, Heads after, Positions positions, long[] sample) {
        this.before = before;
        this.after = after;
        this.positions = positions;
        this.grain = coarser(grain(before, sample), grain(after, sample));
        this.bound = switch (grain) {
            case F32 -> 1e-6;
            case F16 -> 4 * 0x1p-12;
            case BF16 -> 4 * 0x1p-9; // cos and sin, two products and a sum, each rounded to eight bits
        };
    }

    private static DType coarser(DType a, DType b) {
        return a == DType.BF16 || b == DType.BF16
                ? DType.BF16
                : a == DType.F16 || b == DType.F16 ? DType.F16 : DType.F32;
    }

    /** The type that holds every number seen: dumps of 16-bit heads often come as float32. */
    private static DType grain(Heads heads, long[] sample) {
        if (heads.dtype() != DType.F32) {
            return heads.dtype();
        }
        boolean bf16 = true;
        boolean f16 = true;
        int telling = 0;
        for (long row : sample) {
            for (int i = 0; i < heads.dim() && (bf16 || f16); i++) {
                float x = (float) at(heads, row, 0, i);
                bf16 &= Arithmetic.bf16(x) == x || Float.isNaN(x);
                f16 &= Arithmetic.f16(x) == x || Float.isNaN(x);
                telling += x == Math.rint(x) ? 0 : 1;
            }
        }
        return telling < 8 ? DType.F32 : bf16 ? DType.BF16 : f16 ? DType.F16 : DType.F32;
    }

    private static double at(Heads heads, long row, long head, int element) {
        long b = row / heads.tokens();
        long t = row % heads.tokens();
        return Elements.load(heads.memory(), heads.dtype(), heads.origin() + b * heads.batchStride()
                + t * heads.tokenStride() + head * heads.headStride() + element);
    }

    @Override
    public long rows() {
        return before.batches() * before.tokens();
    }

    @Override
    public long position(long row) {
        return positions.at(row / before.tokens(), 0, row % before.tokens());
    }

    @Override
    public int pairs(Slice slice) {
        return slice.offset() + slice.rotaryDim() <= before.dim() ? slice.pairs() : 0;
    }

    @Override
    public void read(long row, Slice slice, double[] re, double[] im, double[] misfit) {
        for (int j = 0; j < slice.pairs(); j++) {
            int in = slice.first(j);
            int out = slice.firstOut(j);
            double xx = 0;
            double yy = 0;
            double r = 0;
            double i = 0;
            for (long h = 0; h < before.heads(); h++) {
                double x0 = at(before, row, h, in);
                double x1 = at(before, row, h, in + slice.partner());
                double y0 = at(after, row, h, out);
                double y1 = at(after, row, h, out + slice.partnerOut());
                xx += x0 * x0 + x1 * x1;
                yy += y0 * y0 + y1 * y1;
                r += x0 * y0 + x1 * y1;
                i += x0 * y1 - x1 * y0;
            }
            if (xx == 0) {
                re[j] = 0;
                im[j] = 0;
                misfit[j] = yy == 0 ? Double.NaN : Double.POSITIVE_INFINITY;
                continue;
            }
            re[j] = r / xx;
            im[j] = i / xx;
            double left = yy / xx - re[j] * re[j] - im[j] * im[j];
            misfit[j] = Double.isNaN(left) ? Double.POSITIVE_INFINITY : Math.sqrt(Math.max(0, left));
        }
    }

    @Override
    public double outside(long row, Slice slice) {
        double change = 0;
        double size = 0;
        for (long h = 0; h < before.heads(); h++) {
            for (int e = 0; e < before.dim(); e++) {
                if (e < slice.offset() || e >= slice.offset() + slice.rotaryDim()) {
                    double x = at(before, row, h, e);
                    double d = at(after, row, h, e) - x;
                    change += d * d;
                    size += x * x;
                }
            }
        }
        return change == 0 ? 0 : size == 0 ? 1 : Math.sqrt(change / size);
    }

    @Override
    public double outsidePairs(Slice slice) {
        return (before.dim() - slice.rotaryDim()) / 2.0;
    }

    /** The span of elements that differ anywhere in the sample, where its width is even. */
    Optional<Slice> changed(long[] sample) {
        int first = before.dim();
        int last = -1;
        for (long row : sample) {
            for (long h = 0; h < before.heads(); h++) {
                for (int e = 0; e < before.dim(); e++) {
                    if ((e < first || e > last) && at(before, row, h, e) != at(after, row, h, e)) {
                        first = Math.min(first, e);
                        last = Math.max(last, e);
                    }
                }
            }
        }
        int width = last - first + 1;
        return width < 2 || width % 2 != 0
                ? Optional.empty()
                : Optional.of(new Slice(PairLayout.HALF_SPLIT, first, width));
    }

    @Override
    public double bound() {
        return bound;
    }

    @Override
    public String description() {
        return "heads before and after: " + rows() + " tokens x " + before.heads() + " heads x " + before.dim() + ", "
                + grain.name().toLowerCase(Locale.ROOT) + (grain == after.dtype() ? "" : " by their values");
    }
}
