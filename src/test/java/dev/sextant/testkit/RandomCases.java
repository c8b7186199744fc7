package dev.sextant.testkit;

import dev.sextant.HeadShape;
import dev.sextant.RowRecipe;
import dev.sextant.encoding.AngleMode;
import dev.sextant.encoding.AxisMap;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.Rope;
import dev.sextant.encoding.RotaryRounding;
import dev.sextant.internal.form.Catalogue;
import dev.sextant.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Draws rotations of every shape: 1 to a vector and one more pairs, primes, slices inside a head, fused projections,
 * several axes, real coordinates, rows by element.
 */
public final class RandomCases {

    /** A generated position may be this far from 0. */
    public static final long FARTHEST = (1L << 32) - 1;

    private static final int[] PAIRS = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 19, 23, 24, 29, 31,
            32, 33, 37,
            40, 47, 48, 53, 63, 64, 65, 67, 97, 127, 128, 129};

    private RandomCases() {}

    /** A small case. */
    public static RotaryCase next(SplittableRandom random) {
        return next(random, false);
    }

    /** A small case whose plan has rows of pairs. */
    public static RotaryCase withRows(SplittableRandom random) {
        RotaryCase rotation = next(random);
        return rotation.elements() ? withRows(random) : rotation;
    }

    /** Positions that the plan of {@code rotation} takes, for {@code tokens} other tokens. */
    public static Ids ids(SplittableRandom random, RotaryCase rotation, long tokens) {
        return Ids.random(random, 1, tokens, range(rotation.rope(), rotation.table(), rotation.real()));
    }

    private static Ids.Range range(Rope rope, long table, boolean real) {
        boolean takesReal = table == 0 && (real || rope.angles() == AngleMode.HF_FLOAT32);
        return table > 0
                ? new Ids.Range(rope.axes().axes(), 0, table - 1, takesReal)
                : new Ids.Range(rope.axes().axes(), -FARTHEST, FARTHEST, takesReal);
    }

    /** A case of more work than one short native call may do when {@code large}. */
    public static RotaryCase next(SplittableRandom random, boolean large) {
        int pairs = PAIRS[random.nextInt(PAIRS.length)];
        int offset = random.nextInt(3) == 0 ? random.nextInt(20) : 0;
        int dim = 2 * pairs + offset + (random.nextInt(3) == 0 ? random.nextInt(20) : 0);
        DType dtype = DType.values()[random.nextInt(3)];
        RotaryRounding rounding = RotaryRounding.values()[random.nextInt(3)];
        AngleMode angles = AngleMode.values()[random.nextInt(2)];
        List<Catalogue.Encoding> encodings = Catalogue.fitting(2 * pairs);
        Rope rope = encodings.get(random.nextInt(encodings.size())).rope(2 * pairs)
                .layout(Layouts.IN_PLACE.get(random.nextInt(2))).angles(angles);
        RowRecipe recipe = angles == AngleMode.EXACT && random.nextBoolean() ? RowRecipe.FAST : RowRecipe.ACCURATE;
        boolean real = recipe == RowRecipe.ACCURATE && random.nextInt(3) == 0;
        long table = random.nextInt(3) == 0 ? 1 + random.nextInt(40) : 0;
        boolean elements = table > 0 && random.nextInt(3) == 0;
        long batches = random.nextInt(3) == 0 ? 1 + random.nextInt(3) : 1;
        long qHeads = 1 + random.nextInt(6);
        long kHeads = random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(4);
        long tokens = 1 + random.nextInt(12);
        if (large) {
            tokens = 80_000 / (batches * dim * (qHeads + kHeads)) + 2;
        }
        if (table > 0) {
            table = Math.max(table, tokens + 3);
        }
        if (!elements && random.nextInt(3) == 0) {
            rope = axes(random, rope);
        }
        Layout layout = new Layout(random, batches, tokens, dim, qHeads, kHeads);
        if (layout.qOut != layout.q && (layout.k == null || layout.kOut != layout.k) && random.nextInt(3) == 0) {
            rope = rope.layout(random.nextBoolean()
                    ? PairLayout.INTERLEAVED_IN_HALF_OUT
                    : PairLayout.HALF_IN_INTERLEAVED_OUT);
        }
        Ids ids = Ids.random(random, batches, tokens, range(rope, table, real));
        return new RotaryCase(rope, new HeadShape(dim, dtype, offset), recipe, rounding, table, real, elements,
                random.nextInt(4) == 0, batches, tokens, layout.places, layout.sizes, layout.q, layout.qOut, layout.k,
                layout.kOut, ids, random.nextLong(), random.nextBoolean());
    }

    /** Any map of 2 to 8 axes; where the pairs can be shared out equally, now and then half-split inside each share. */
    private static Rope axes(SplittableRandom random, Rope rope) {
        int axes = random.nextInt(2, 9);
        Rope several = rope.axes(AxisMap.of(axes, random.ints(rope.rotaryDim() / 2, 0, axes).toArray()));
        return rope.rotaryDim() / 2 % axes == 0 && random.nextBoolean()
                ? several.layout(PairLayout.HALF_SPLIT_BY_AXIS)
                : several;
    }

    /** Where the tensors of a case stand. */
    private static final class Layout {

        private final SplittableRandom random;
        private final long batches;
        private final long tokens;
        private final int dim;
        private final long qHeads;
        private final long kHeads;
        private final List<Place> places = new ArrayList<>();
        private final List<Long> sizes = new ArrayList<>();
        private View q;
        private View qOut;
        private View k;
        private View kOut;

        Layout(SplittableRandom random, long batches, long tokens, int dim, long qHeads, long kHeads) {
            this.random = random;
            this.batches = batches;
            this.tokens = tokens;
            this.dim = dim;
            this.qHeads = qHeads;
            this.kHeads = kHeads;
            boolean fused = kHeads > 0 && random.nextInt(4) == 0;
            View[] in = fused ? fused() : separate();
            q = in[0];
            k = in[1];
            if (random.nextBoolean()) {
                qOut = q;
                kOut = k;
            } else {
                View[] out = kHeads > 0 && random.nextInt(4) == 0 ? fused() : separate();
                qOut = random.nextInt(4) == 0 ? q : out[0];
                kOut = out[1];
                if (qOut != q && batches > 1 && random.nextInt(4) == 0 && !fused) {
                    q = new View(q.slot(), q.origin(), q.heads(), 0, q.tokenStride(), q.headStride());
                }
            }
        }

        /** One row a token: query heads, key heads, value heads; values stay what they are. */
        private View[] fused() {
            long row = (qHeads + 2 * kHeads) * dim;
            long origin = random.nextInt(4);
            int slot = slot(origin + batches * tokens * row + random.nextInt(4));
            return new View[]{new View(slot, origin, qHeads, tokens * row, row, dim),
                    new View(slot, origin + qHeads * dim, kHeads, tokens * row, row, dim)};
        }

        private View[] separate() {
            return new View[]{separate(qHeads), kHeads == 0 ? null : separate(kHeads)};
        }

        private View separate(long heads) {
            View view = View.random(random, places.size(), batches, tokens, heads, dim);
            slot(view.extent(batches, tokens, dim) + random.nextInt(5));
            return view;
        }

        private int slot(long elements) {
            places.add(Place.values()[random.nextInt(3)]);
            sizes.add(elements);
            return places.size() - 1;
        }
    }
}
