package dev.sextant.config;

import java.util.List;

/** Width of the rotated slice of a head, which files state as a part of the head, as a number, or not at all. */
record RotaryWidth(ConfigObject model, ConfigObject block, ModelFamily family, String rule) {

    /** The rotated part of a head, in the block or under its names at the top of the file; NaN when it is not stated. */
    double factor() {
        if (block.has("partial_rotary_factor")) {
            return RopeBlock.above(block, "partial_rotary_factor", 0);
        }
        for (String key : List.of("partial_rotary_factor", "rotary_pct", "rope_pct", "rotary_percentage")) {
            if (model.has(key)) {
                return RopeBlock.above(model, key, 0);
            }
        }
        return Double.NaN;
    }

    /** Width of the rotated slice of a head: a factor or a number of elements, whichever the file states. */
    int of(HeadKeys heads) {
        double factor = factor();
        if (rule.equals("proportional")) {
            return evenDim(heads.dim(), heads.dim(), "head_dim"); // pairs span the whole head; the factor stops some of them
        }
        if (heads.slice() > 0) {
            return sliceDim(heads, factor);
        }
        Long stated = model.integer("rotary_dim", 1, Integer.MAX_VALUE);
        double product = heads.dim() * (Double.isNaN(factor) ? family.defaultPartial() : factor);
        if (stated == null && Double.isNaN(product)) {
            throw model.refuse("rotary_dim",
                    "is missing, and model type '" + family.type() + "' has no default known here");
        }
        // truncated toward zero, as the reference does: 192 * 0.334 is 64
        long dim = stated != null && Double.isNaN(factor) ? stated : (long) product;
        if (stated != null && stated != dim) {
            // which of the two wins differs from class to class
            throw model.refuse("rotary_dim", "got " + stated + ", but the partial rotary factor " + factor
                    + " of head dim " + heads.dim() + " gives " + dim);
        }
        return evenDim(dim, heads.dim(), stated != null ? "rotary_dim" : "partial_rotary_factor");
    }

    /** The slice states its width; a factor beside it, of whatever head, must not be applied once more. */
    private int sliceDim(HeadKeys heads, double factor) {
        Double other = model.number("head_dim");
        boolean agrees = Double.isNaN(factor) || factor == 1 || (long) (heads.dim() * factor) == heads.slice()
                || other != null && (long) (other * factor) == heads.slice();
        if (!agrees) {
            throw model.refuse("qk_rope_head_dim", "got " + heads.slice() + ", but there is a partial rotary factor of "
                    + factor + ", which gives that of no head here");
        }
        return heads.slice();
    }

    private int evenDim(long dim, int headDim, String key) {
        if (dim < 2 || dim % 2 != 0 || dim > headDim) {
            throw model.refuse(key,
                    "gives a rotary dim of " + dim + ", wanted an even number from 2 to the head dim " + headDim);
        }
        return (int) dim;
    }
}
