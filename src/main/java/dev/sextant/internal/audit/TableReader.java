package dev.sextant.internal.audit;

import dev.sextant.encoding.PairLayout;
import dev.sextant.internal.java.Elements;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import java.util.Locale;

/** A table of cos and sin, of one column a pair or of one column an element. */
final class TableReader implements RowReader {

    /** Two units in the last place of float32, and an engine's own sine of a large angle. */
    private static final double BOUND = 1e-6;

    private final Rows cos;
    private final Rows sin;
    private final Positions positions;
    private final Doubling doubling;

    TableReader(Rows cos, Rows sin, Positions positions, long[] sample) {
        this.cos = cos;
        this.sin = sin;
        this.positions = positions;
        Doubling ofCos = Doubling.of(cos.dim(), sample.length, (row, i) -> at(cos, sample[(int) row], i));
        Doubling ofSin = Doubling.of(sin.dim(), sample.length, (row, i) -> at(sin, sample[(int) row], i));
        this.doubling = ofCos == ofSin ? ofCos : Doubling.ONCE;
    }

    private static double at(Rows rows, long row, int column) {
        return Elements.load(rows.memory(), rows.dtype(), rows.origin() + row * rows.stride() + column);
    }

    @Override
    public long rows() {
        return cos.rows();
    }

    @Override
    public long position(long row) {
        return positions.at(0, 0, row);
    }

    @Override
    public int pairs(Slice slice) {
        return doubling.pairs(cos.dim());
    }

    @Override
    public void read(long row, Slice slice, double[] re, double[] im, double[] misfit) {
        int pairs = Math.min(re.length, doubling.pairs(cos.dim()));
        // an element-by-element table says which elements turn alike; the other forms are read pair by pair in any layout
        boolean byElement = doubling == Doubling.ELEMENTS && slice.layout() != PairLayout.INTERLEAVED;
        for (int j = 0; j < pairs; j++) {
            int a = byElement ? j : doubling.first(j);
            int b = byElement ? j + cos.dim() / 2 : a;
            double c = at(cos, row, a);
            double s = at(sin, row, a);
            double c2 = at(cos, row, b);
            double s2 = at(sin, row, b);
            re[j] = (c + c2) / 2;
            im[j] = (s + s2) / 2;
            misfit[j] = Math.hypot(c - c2, s - s2) / 2;
            if (Double.isNaN(misfit[j])) {
                misfit[j] = Double.POSITIVE_INFINITY; // here a NaN is a fault, not a lack of evidence
            }
        }
    }

    @Override
    public double outside(long row, Slice slice) {
        return 0;
    }

    @Override
    public double outsidePairs(Slice slice) {
        return 0;
    }

    @Override
    public double bound() {
        return BOUND;
    }

    @Override
    public String description() {
        return "cos and sin of " + cos.rows() + " positions x " + doubling.pairs(cos.dim()) + " pairs, "
                + cos.dtype().name().toLowerCase(Locale.ROOT) + doubling.words();
    }
}
