package dev.sextant.additive;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sextant.AdditivePlan;
import dev.sextant.Backend;
import dev.sextant.RowRecipe;
import dev.sextant.encoding.Additive;
import dev.sextant.encoding.Sinusoidal;
import dev.sextant.internal.form.AdditiveCatalogue;
import dev.sextant.internal.form.Catalogue;
import dev.sextant.internal.java.Elements;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import dev.sextant.testkit.AdditiveCase;
import dev.sextant.testkit.AdditiveCase.Verb;
import dev.sextant.testkit.Backends;
import dev.sextant.testkit.Bits;
import dev.sextant.testkit.Place;
import dev.sextant.testkit.PlainAdditive;
import dev.sextant.testkit.SeededCases;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random merges of every convention: widths from 2, odd ones, strides, memory on and off the heap, every kind of position, awkward
 * numbers. Catches a tail one column short, a layout mixed up with another, a NaN that became a number, a write outside the view.
 */
@Tag("parity")
@Timeout(300)
class AdditiveParityTest {

    @Test
    void javaDoesWhatTheDefinitionSays() {
        SeededCases.run(AdditiveParityTest.class, 200, random -> {
            AdditiveCase merge = AdditiveCase.random(random, false);
            if (merge.encoding().width() < 70) {
                Bits.assertSame(PlainAdditive.run(merge), merge.run(Backend.java(), AdditiveCase::whole), merge.dtype(),
                        "java, " + merge);
            }
        });
    }

    @Test
    void everyBackendGivesTheBitsOfJava() {
        SeededCases.run(AdditiveParityTest.class, 2000, random -> compare(AdditiveCase.random(random, false)));
    }

    /** Heap memory and more work than one critical call may do: the call is cut by rows. */
    @Test
    void largeCallsToo() {
        SeededCases.run(AdditiveParityTest.class, 40, random -> compare(AdditiveCase.random(random, true)));
    }

    private static void compare(AdditiveCase merge) {
        MemorySegment wanted = merge.run(Backend.java(), AdditiveCase::whole);
        for (Backend backend : Backends.others()) {
            Bits.assertSame(wanted, merge.run(backend, AdditiveCase::whole), merge.dtype(), backend + ", " + merge);
        }
    }

    @Test
    void rangesOfRowsMakeTheWhole() {
        everywhere(200, (plan, verb, x, out, scale, positions) -> {
            long cut = out.rows() / 3;
            for (long[] part : new long[][]{{cut, out.rows()}, {0, cut}}) {
                AdditiveCase.whole(plan, verb, x.rows(part[0], part[1]), out.rows(part[0], part[1]), scale,
                        positions.slice(part[0], part[1]));
            }
        });
    }

    @Test
    void executorsDoNotChangeBits() {
        try (ExecutorService pool = Executors.newFixedThreadPool(3)) {
            everywhere(100, (plan, verb, x, out, scale, positions) -> {
                switch (verb) {
                    case FILL -> plan.fill(out, positions, pool, 5);
                    case ADD -> plan.add(x, out, scale, positions, pool, 3);
                    case MULTIPLY -> plan.multiply(x, out, positions, pool, 100);
                }
            });
        }
    }

    @Test
    void aPoolThatTakesNothingCostsSpeedOnly() {
        everywhere(30, (plan, verb, x, out, scale, positions) -> {
            switch (verb) {
                case FILL -> plan.fill(out, positions, task -> {}, 4);
                case ADD -> plan.add(x, out, scale, positions, task -> {
                    throw new RejectedExecutionException("closed");
                }, 4);
                case MULTIPLY -> plan.multiply(x, out, positions, task -> {}, 4);
            }
        });
    }

    private static void everywhere(int cases, AdditiveCase.Call cut) {
        SeededCases.run(AdditiveParityTest.class, cases, random -> {
            AdditiveCase merge = AdditiveCase.random(random, false);
            MemorySegment wanted = merge.run(Backend.java(), AdditiveCase::whole);
            for (Backend backend : Backends.all()) {
                Bits.assertSame(wanted, merge.run(backend, cut), merge.dtype(), backend + " cut, " + merge);
            }
        });
    }

    /** The place of a table is not where its numbers come from. */
    @Test
    void tableRowsAreGeneratedRows() {
        SeededCases.run(AdditiveParityTest.class, 200, random -> {
            AdditiveCase any = AdditiveCase.random(random, false);
            if (any.encoding().axes() > 1) {
                return;
            }
            for (Backend backend : Backends.all()) {
                var builder = AdditivePlan.builder(any.encoding(), any.dtype()).backend(backend).recipe(any.recipe());
                AdditivePlan generated = builder.build();
                AdditivePlan table = builder.table(50).build();
                assertEquals(50, table.capacity());
                MemorySegment wanted = any.buffer();
                MemorySegment got = any.buffer();
                Rows nine = any.out(wanted).rows(0, Math.min(9, any.rows()));
                generated.fill(nine, Positions.from(41 - nine.rows()));
                table.fill(any.out(got).rows(0, nine.rows()), Positions.from(41 - nine.rows()));
                Bits.assertSame(wanted, got, any.dtype(), backend + ", " + any);
            }
        });
    }

    static List<AdditiveCatalogue.Line> lines() {
        return Catalogue.ADDITIVE;
    }

    /** Wide rows, every type and recipe, one row and many, from the middle of the range. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("lines")
    void everyConventionOfTheCatalogue(AdditiveCatalogue.Line line) {
        for (int width : new int[]{line.step(), 65, 128, 1024}) {
            Additive encoding = line.of(width);
            for (DType dtype : DType.values()) {
                for (RowRecipe recipe : RowRecipe.values()) {
                    if (recipe == RowRecipe.FAST && line.real()) {
                        continue;
                    }
                    var builder = AdditivePlan.builder(encoding, dtype).recipe(recipe);
                    if (line.real()) {
                        builder.realCoordinates();
                    }
                    for (int rows : new int[]{1, 7, 19}) {
                        MemorySegment wanted = add(builder.backend(Backend.java()).build(), rows);
                        for (Backend backend : Backends.others()) {
                            AdditivePlan plan = builder.backend(backend).build();
                            Bits.assertSame(wanted, add(plan, rows), dtype, plan.toString());
                        }
                    }
                }
            }
        }
    }

    private static MemorySegment add(AdditivePlan plan, int rows) {
        MemorySegment x = Place.NATIVE.allocate(plan.dtype(), (long) rows * plan.width());
        Bits.fill(x, plan.dtype(), new SplittableRandom(plan.width()), false);
        plan.add(Rows.of(x, plan.dtype(), rows, plan.width()), 2, Positions.from(1995));
        return x;
    }

    /** Large enough for non-temporal stores, on cache lines and beside them. */
    @Test
    void largeFillsAreTheSmallOnes() {
        for (Backend backend : Backends.others()) {
            for (DType dtype : DType.values()) {
                for (Sinusoidal encoding : List.of(Sinusoidal.vaswani(256), Sinusoidal.musicGen(257))) {
                    AdditivePlan plan = AdditivePlan.builder(encoding, dtype).recipe(RowRecipe.FAST).backend(backend)
                            .build();
                    long rows = (5L << 20) / 256 / dtype.bytes();
                    for (Place place : List.of(Place.NATIVE, Place.SKEWED)) {
                        MemorySegment whole = place.allocate(dtype, rows * encoding.width());
                        MemorySegment parts = place.allocate(dtype, rows * encoding.width());
                        plan.fill(Rows.of(whole, dtype, rows, encoding.width()), Positions.from(9));
                        Rows all = Rows.of(parts, dtype, rows, encoding.width());
                        for (long r = 0; r < rows; r += 1000) {
                            plan.fill(all.rows(r, Math.min(rows, r + 1000)), Positions.from(9 + r));
                        }
                        Bits.assertSame(whole, parts, dtype, plan + " " + place);
                    }
                }
            }
        }
    }

    /** Memory that was never set is full of NaNs with every bit on: rounding must not carry one into a number. */
    @Test
    void nansStayNans() {
        float[] table = new float[40];
        for (int i = 0; i < table.length; i++) {
            table[i] = Float.intBitsToFloat(i % 2 == 0 ? 0xffffffff : 0x7f800001);
        }
        for (Backend backend : Backends.all()) {
            for (DType dtype : DType.values()) {
                AdditivePlan plan = AdditivePlan.ofTable(Rows.of(table, 1, 40), dtype, backend);
                for (Verb verb : Verb.values()) {
                    MemorySegment x = Place.NATIVE.allocate(dtype, 40);
                    Rows rows = Rows.of(x, dtype, 1, 40);
                    AdditiveCase.whole(plan, verb, rows, rows, 1, Positions.from(0));
                    for (int i = 0; i < 40; i++) {
                        assertEquals(Float.NaN, Elements.load(x, dtype, i),
                                backend + " " + dtype + " " + verb + " " + i);
                    }
                }
            }
        }
    }

    @Test
    void concatenationCopiesAndFills() {
        SeededCases.run(AdditiveParityTest.class, 200, random -> {
            AdditiveCase any = AdditiveCase.random(random, false);
            int left = 1 + random.nextInt(20);
            for (Backend backend : Backends.all()) {
                AdditivePlan plan = any.plan(backend);
                int width = left + plan.width();
                MemorySegment x = any.place().allocate(any.dtype(), any.rows() * (left + 2));
                MemorySegment out = any.xPlace().allocate(any.dtype(), any.rows() * (width + 1));
                MemorySegment alone = any.place().allocate(any.dtype(), any.rows() * plan.width());
                Bits.fill(x, any.dtype(), random, false);
                Bits.fill(out, any.dtype(), new SplittableRandom(3), false);
                Rows from = new Rows(x, any.dtype(), 0, any.rows(), left, left + 2L);
                Rows to = new Rows(out, any.dtype(), 0, any.rows(), width, width + 1L);
                plan.concatenate(from, to, any.positions());
                plan.fill(Rows.of(alone, any.dtype(), any.rows(), plan.width()), any.positions());
                for (long r = 0; r < any.rows(); r++) {
                    for (int c = 0; c < width; c++) {
                        float wanted = c < left
                                ? Elements.load(x, any.dtype(), r * (left + 2) + c)
                                : Elements.load(alone, any.dtype(), r * plan.width() + c - left);
                        assertEquals(wanted, Elements.load(out, any.dtype(), r * (width + 1) + c));
                    }
                }
                MemorySegment again = MemorySegment.ofArray(out.toArray(ValueLayout.JAVA_BYTE));
                plan.concatenate(to.columns(0, left), to, any.positions());
                assertEquals(-1, again.mismatch(out), "columns that stand there already");
            }
        });
    }
}
