package dev.sextant;

import dev.sextant.internal.kernel.AppendKernel;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.PageTable;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Slots;
import java.lang.foreign.MemorySegment;

/**
 * A checked append cut into parts: by tokens when there are enough of them, by heads otherwise (decode). No two tokens share a
 * slot, so parts never write the same element.
 */
final class AppendSplit extends Split {

    private final AppendKernel kernel;
    private final boolean inverse;
    private final Heads q;
    private final Heads qOut;
    private final Heads k;
    private final Heads kCache;
    private final Heads v;
    private final Heads vCache;
    private final Slots slots;
    private final Positions positions;
    private final boolean byTokens;

    AppendSplit(AppendKernel kernel, boolean inverse, Heads q, Heads qOut, Heads k, Heads kCache, Heads v, Heads vCache,
            Slots slots, Positions positions, int tasks) {
        super(parts(Math.max(k.tokens(), Math.max(q.heads(), Math.max(k.heads(), v.heads()))), tasks));
        this.kernel = kernel;
        this.inverse = inverse;
        this.q = q;
        this.qOut = qOut;
        this.k = k;
        this.kCache = kCache;
        this.v = v;
        this.vCache = vCache;
        this.slots = slots;
        this.positions = positions;
        this.byTokens = k.tokens() >= parts();
        refuseConfined("q", q.memory());
        refuseConfined("q output", qOut.memory());
        refuseConfined("k", k.memory());
        refuseConfined("keys of the cache", kCache.memory());
        refuseConfined("v", v.memory());
        refuseConfined("values of the cache", vCache.memory());
        refuseConfined(positions, slots);
    }

    private static void refuseConfined(Positions positions, Slots slots) {
        MemorySegment ids = positions.ids();
        MemorySegment list = slots.list();
        PageTable pages = slots.pages();
        if (ids != null) {
            refuseConfined("position ids", ids);
        }
        if (list != null) {
            refuseConfined("slots", list);
        }
        if (pages != null) {
            refuseConfined("page numbers", pages.pages());
            MemorySegment indptr = pages.indptr();
            if (indptr != null) {
                refuseConfined("indptr", indptr);
            }
        }
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // in place is the same view
    void run(int part) {
        Heads someQ = byTokens ? tokens(q, part) : heads(q, part);
        Heads someQOut = q == qOut ? someQ : byTokens ? tokens(qOut, part) : heads(qOut, part);
        if (byTokens) {
            long from = cut(k.tokens(), part);
            long to = cut(k.tokens(), part + 1);
            kernel.append(someQ, someQOut, tokens(k, part), kCache, tokens(v, part), vCache, slots.slice(from, to),
                    positions.slice(from, to), inverse);
        } else {
            kernel.append(someQ, someQOut, heads(k, part), heads(kCache, part), heads(v, part), heads(vCache, part),
                    slots, positions, inverse);
        }
    }

    private Heads tokens(Heads heads, int part) {
        return heads.heads() == 0
                ? heads // not there
                : heads.tokens(cut(heads.tokens(), part), cut(heads.tokens(), part + 1));
    }

    private Heads heads(Heads heads, int part) {
        return heads.heads() == 0 ? heads : heads.heads(cut(heads.heads(), part), cut(heads.heads(), part + 1));
    }
}
