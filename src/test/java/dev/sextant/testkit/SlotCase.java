package dev.sextant.testkit;

import dev.sextant.tensor.PageTable;
import dev.sextant.tensor.Slots;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/** Where the tokens of a case go: a cache of some shape, a kind of slots, and the place of each token known beforehand. */
final class SlotCase {

    private final Slots.Kind kind;
    private final long pages;
    private final long pageSize;
    private final boolean paged;
    private final long tokens;
    private final long[] places;
    private final Slots slots;

    SlotCase(SplittableRandom random, long batches, long tokens) {
        this.kind = Slots.Kind.values()[random.nextInt(4)];
        this.tokens = tokens;
        this.places = new long[(int) (batches * tokens)];
        long lead = random.nextInt(3) == 0 ? 0 : random.nextInt(40);
        boolean contiguous = kind == Slots.Kind.DIRECT || kind == Slots.Kind.MAPPING && random.nextInt(4) == 0;
        this.paged = !contiguous;
        this.pageSize = contiguous ? lead + tokens + random.nextInt(3) : 1 + random.nextInt(20);
        long each = contiguous ? 1 : (lead + tokens + pageSize - 1) / pageSize + random.nextInt(2);
        this.pages = each * batches + (contiguous ? 0 : random.nextInt(3));
        if (kind == Slots.Kind.MAPPING) {
            this.slots = mapping(random, batches);
            return;
        }
        long[] starts = new long[(int) batches];
        Slots sequence = starts(random, lead, starts);
        long[] listed = new long[(int) (each * batches)];
        long[] order = order(random, pages, contiguous);
        for (int i = 0; i < listed.length; i++) {
            listed[i] = order[i];
        }
        for (int i = 0; i < places.length; i++) {
            int b = (int) (i / tokens);
            long index = starts[b] + i % tokens;
            places[i] = listed[(int) (b * each + index / pageSize)] * pageSize + index % pageSize;
        }
        this.slots = switch (kind) {
            case BLOCK_TABLE -> {
                long stride = each + random.nextInt(3);
                long[] rows = new long[(int) (stride * batches)];
                for (int i = 0; i < listed.length; i++) {
                    rows[(int) (i / each * stride + i % each)] = listed[i];
                }
                int origin = random.nextInt(3);
                yield sequence.pages(new PageTable(list(random, rows, false, origin), origin, batches, stride, each,
                        null, 0));
            }
            case CSR -> {
                long[] indptr = new long[(int) batches + 1];
                for (int b = 0; b <= batches; b++) {
                    indptr[b] = b * each;
                }
                yield sequence.csr(list(random, indptr, false, 0), batches, list(random, listed, false, 0),
                        listed.length);
            }
            default -> sequence;
        };
    }

    private Slots starts(SplittableRandom random, long lead, long[] starts) {
        long start = random.nextLong(lead + 1);
        boolean one = random.nextBoolean();
        for (int b = 0; b < starts.length; b++) {
            starts[b] = one ? start : random.nextLong(lead + 1);
        }
        if (one) {
            return Slots.from(start);
        }
        boolean wide = random.nextBoolean();
        int origin = random.nextInt(3);
        return Slots.starts(list(random, starts, wide, origin), wide, starts.length).at(origin);
    }

    private Slots mapping(SplittableRandom random, long batches) {
        long[] order = order(random, pages * pageSize, random.nextBoolean());
        long stride = tokens + random.nextInt(3);
        long[] list = new long[(int) (batches * stride)];
        for (int i = 0; i < places.length; i++) {
            places[i] = random.nextInt(8) == 0 ? -1 : order[i];
            list[(int) (i / tokens * stride + i % tokens)] = places[i];
        }
        boolean wide = random.nextBoolean();
        int origin = random.nextInt(3);
        return new Slots(Slots.Kind.MAPPING, 0, list(random, list, wide, origin), wide, origin, tokens, 1, stride,
                null);
    }

    private static long[] order(SplittableRandom random, long count, boolean sorted) {
        long[] order = new long[(int) count];
        for (int i = 0; i < order.length; i++) {
            int other = sorted ? i : random.nextInt(i + 1);
            order[i] = order[other];
            order[other] = i;
        }
        return order;
    }

    private static MemorySegment list(SplittableRandom random, long[] values, boolean wide, int origin) {
        int length = origin + values.length;
        MemorySegment memory = random.nextBoolean()
                ? wide ? MemorySegment.ofArray(new long[length]) : MemorySegment.ofArray(new int[length])
                : Arena.ofAuto().allocate(length * (wide ? 8L : 4L), 8);
        for (int i = 0; i < values.length; i++) {
            if (wide) {
                memory.set(ValueLayout.JAVA_LONG_UNALIGNED, 8L * (origin + i), values[i]);
            } else {
                memory.set(ValueLayout.JAVA_INT_UNALIGNED, 4L * (origin + i), (int) values[i]);
            }
        }
        return memory;
    }

    long pages() {
        return pages;
    }

    long pageSize() {
        return pageSize;
    }

    boolean paged() {
        return paged;
    }

    Slots bind() {
        return slots;
    }

    /** Counted through all pages, -1 for nowhere. */
    long place(long b, long t) {
        return places[(int) (b * tokens + t)];
    }

    @Override
    public String toString() {
        return kind + " in " + pages + " pages of " + pageSize;
    }
}
