package dev.sextant.internal.java;

import dev.sextant.internal.form.RotaryForm;
import dev.sextant.internal.kernel.AppendKernel;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Slots;
import java.lang.foreign.MemorySegment;

/** Token by token: queries rotated, keys rotated into their slot, values copied into theirs. */
final class JavaAppend implements AppendKernel {

    private static final Heads NONE = new Heads(MemorySegment.NULL, DType.F32, 0, 0, 0, 0, 1, 0, 0, 0);

    private final JavaRotary rotary;

    JavaAppend(RotaryForm form) {
        this.rotary = new JavaRotary(form);
    }

    @Override
    public void append(Heads q, Heads qOut, Heads k, Heads kCache, Heads v, Heads vCache, Slots slots,
            Positions positions, boolean inverse) {
        if (q.heads() > 0) {
            rotary.rotate(q, qOut, NONE, NONE, positions, inverse);
        }
        long pageSize = kCache.tokens();
        for (long b = 0; b < k.batches(); b++) {
            for (long t = 0; t < k.tokens(); t++) {
                long place = slots.place(b, t, pageSize);
                if (place < 0) {
                    continue; // the token is not stored
                }
                long page = place / pageSize;
                long slot = place % pageSize;
                if (k.heads() > 0) {
                    rotary.rotateToken(k, b, t, kCache, at(kCache, page, slot), positions, inverse);
                }
                for (long h = 0; h < v.heads(); h++) {
                    JavaRotary.copy(v, at(v, b, t) + h * v.headStride(), vCache,
                            at(vCache, page, slot) + h * vCache.headStride(), v.dim());
                }
            }
        }
    }

    private static long at(Heads heads, long outer, long inner) {
        return heads.origin() + outer * heads.batchStride() + inner * heads.tokenStride();
    }
}
