package dev.sextant;

import dev.sextant.internal.kernel.RotaryKernel;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;

/**
 * A checked rotation cut into parts: by tokens when there are enough of them, by heads otherwise (decode). Results do not
 * depend on the cut, because every element of the output depends on its own pair and row only.
 */
final class RotarySplit extends Split {

    private final RotaryKernel kernel;
    private final boolean inverse;
    private final Heads q;
    private final Heads qOut;
    private final Heads k;
    private final Heads kOut;
    private final Positions positions;
    private final boolean byTokens;

    RotarySplit(RotaryKernel kernel, boolean inverse, Heads q, Heads qOut, Heads k, Heads kOut,
            Positions positions, int tasks) {
        super(parts(Math.max(q.tokens(), Math.max(q.heads(), k.heads())), tasks));
        this.kernel = kernel;
        this.inverse = inverse;
        this.q = q;
        this.qOut = qOut;
        this.k = k;
        this.kOut = kOut;
        this.positions = positions;
        this.byTokens = q.tokens() >= parts();
        refuseConfined("q", q.memory());
        refuseConfined("q output", qOut.memory());
        refuseConfined("k", k.memory());
        refuseConfined("k output", kOut.memory());
        if (positions.ids() != null) {
            refuseConfined("position ids", positions.ids());
        }
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // in place is the same view
    void run(int part) {
        Heads someQ = some(q, part);
        Heads someK = some(k, part);
        kernel.rotate(someQ, q == qOut ? someQ : some(qOut, part), someK, k == kOut ? someK : some(kOut, part),
                byTokens ? positions.slice(cut(q.tokens(), part), cut(q.tokens(), part + 1)) : positions, inverse);
    }

    private Heads some(Heads heads, int part) {
        if (heads.heads() == 0) {
            return heads; // no keys
        }
        return byTokens
                ? heads.tokens(cut(heads.tokens(), part), cut(heads.tokens(), part + 1))
                : heads.heads(cut(heads.heads(), part), cut(heads.heads(), part + 1));
    }
}
