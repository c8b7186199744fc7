package dev.sextant;

import dev.sextant.encoding.BlockList;
import dev.sextant.internal.form.AttentionForm;
import dev.sextant.internal.form.BiasForm;
import dev.sextant.internal.form.StructureForm;
import dev.sextant.internal.kernel.AttentionArguments;
import dev.sextant.tensor.Mask;
import dev.sextant.tensor.Scores;
import dev.sextant.tensor.Sequences;
import dev.sextant.tensor.TokenIds;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Validation of the sequences of an attention call, and of the tensors that have an element for each query and key of one. */
final class SequenceChecks {

    /** Positions and lengths lie below this: distances are 32-bit integers in kernels. */
    static final long MOST = (1L << 31) - 1;

    private SequenceChecks() {}

    /** Lengths, positions and distances are those that the plan serves. */
    static void check(Sequences sequences, AttentionForm form) {
        BiasForm bias = form.bias();
        if (bias.batches() != 1 && bias.batches() != sequences.count()) {
            throw Checks.wanted("sequences", sequences.count(), bias.batches() + ", one a set of slopes of the plan");
        }
        for (int b = 0; b < sequences.count(); b++) {
            long queries = sequences.queries(b);
            long keys = sequences.keys(b);
            long offset = sequences.offset(b);
            if (keys > MOST || queries > MOST || offset > MOST - queries || offset < -MOST) {
                throw new IndexOutOfBoundsException("sequence " + b + ", queries, keys, offset: got " + queries + ", "
                        + keys + ", " + offset + ", wanted positions and keys below 2^31");
            }
            if (sequences.prefix(b) > 0 && !form.structure().prefix()) {
                throw Checks.wanted("prefix of sequence " + b, sequences.prefix(b), "0: the plan's structure has none");
            }
            if (queries > 0 && keys > 0) {
                distances(b, queries, keys, offset, form);
                listed(b, queries, keys, form.structure().blockList());
            }
        }
    }

    private static void distances(int b, long queries, long keys, long offset, AttentionForm form) {
        StructureForm s = form.structure();
        long least = -(queries - 1 + offset);
        long greatest = keys - 1 - offset;
        boolean beyond = s.prefix() || s.blocks();
        if (!beyond && s.causal()) {
            greatest = Math.min(greatest, 0);
        }
        if (!beyond && s.keepFirst() == 0) {
            least = s.left() >= 0 ? Math.max(least, -s.left()) : least;
            greatest = s.right() >= 0 ? Math.min(greatest, s.right()) : greatest;
            least = s.chunk() > 0 ? Math.max(least, 1 - s.chunk()) : least;
            greatest = s.chunk() > 0 ? Math.min(greatest, s.chunk() - 1) : greatest;
        }
        if (!form.bias().serves(least, greatest)) {
            throw new IndexOutOfBoundsException("distances of sequence " + b + ": got " + least + " to " + greatest
                    + ", wanted " + form.bias().first() + " to " + form.bias().last() + " (the bias of the plan)");
        }
    }

    private static void listed(int b, long queries, long keys, @Nullable BlockList list) {
        if (list != null && (queries > (long) list.rows() * list.queryBlock()
                || keys > (long) list.columns() * list.keyBlock())) {
            throw new IndexOutOfBoundsException("queries x keys of sequence " + b + ": got " + queries + " x " + keys
                    + ", wanted at most " + (long) list.rows() * list.queryBlock() + " x "
                    + (long) list.columns() * list.keyBlock() + " (the block list)");
        }
    }

    /** Tokens of all sequences are there; those of queries, which are written too, belong to one sequence each. */
    static void tokens(String what, Sequences sequences, long batches, long tokens, boolean queries) {
        int count = sequences.count();
        if (batches != count && batches != 1) {
            throw Checks.wanted(what + " batches", batches, count + ", one a sequence, or 1 (packed)");
        }
        long last = 0;
        for (int b = 0; b < count; b++) {
            long first = queries ? sequences.queryFirst(b) : sequences.keyFirst(b);
            long length = queries ? sequences.queries(b) : sequences.keys(b);
            if (first > tokens || length > tokens - first) {
                throw new IndexOutOfBoundsException(what + " of sequence " + b + ": got tokens " + first + " to "
                        + (first + length - 1) + ", wanted 0 to " + (tokens - 1));
            }
            if (queries && batches == 1 && length > 0) {
                if (first < last) {
                    throw Checks.wanted("first query of sequence " + b, first,
                            "at least " + last + ", after the sequence before it");
                }
                last = first + length;
            }
        }
    }

    /** Bias tensor, mask, documents and blocks are there exactly where the plan has them, and large enough. */
    static void tensors(AttentionArguments a, AttentionForm form) {
        StructureForm s = form.structure();
        present("bias", a.dense != null, form.bias().dense(), "bias tensor");
        present("skew", a.skew != null, form.skew(), "skew");
        present("mask", a.mask != null, s.mask(), "mask");
        present("documents", a.queryDocuments != null || a.keyDocuments != null, s.documents(), "documents");
        present("blocks", a.queryBlocks != null || a.keyBlocks != null, s.blocks(), "blocks");
        if (a.dense != null) {
            square("bias", a.dense, a.sequences, form.heads());
        }
        if (a.skew != null) {
            square("skew", a.skew, a.sequences, form.heads());
        }
        if (a.mask != null) {
            square(a.mask, a.sequences, form.heads());
        }
        if (s.documents()) {
            ids("documents of queries", a.queryDocuments, a.sequences, true);
            ids("documents of keys", a.keyDocuments, a.sequences, false);
        }
        if (s.blocks()) {
            ids("blocks of queries", a.queryBlocks, a.sequences, true);
            ids("blocks of keys", a.keyBlocks, a.sequences, false);
        }
    }

    private static void present(String what, boolean got, boolean wanted, String name) {
        if (got != wanted) {
            throw Checks.wanted(what, got ? "one" : "none",
                    got ? "none: the plan has no " + name : "one: the plan takes it with each call");
        }
    }

    private static void ids(String what, @Nullable TokenIds ids, Sequences sequences, boolean queries) {
        if (ids == null) {
            throw Checks.wanted(what, "none", "one id a token");
        }
        AttentionChecks.offHeap(what, ids.memory());
        tokens(what, sequences, ids.batches(), ids.tokens(), queries);
        if (extent(ids) > 0) {
            Checks.memory(what, ids.memory(), Integer.BYTES, ids.origin(), extent(ids));
        }
    }

    private static long extent(TokenIds ids) {
        return ids.batches() == 0 || ids.tokens() == 0
                ? 0
                : Overlap.exactAdd(Overlap.exactMultiply(ids.batches() - 1, ids.batchStride()), ids.tokens());
    }

    /** A tensor with an element for every sequence, head, query and key. */
    static void square(String what, Scores t, Sequences sequences, int heads) {
        square(what, t.batches(), t.heads(), t.queries(), t.keys(), sequences, heads);
        AttentionChecks.offHeap(what, t.memory());
        if (!t.isEmpty()) {
            Checks.memory(what, t.memory(), Float.BYTES, t.origin(), extent(t));
        }
    }

    private static void square(Mask m, Sequences sequences, int heads) {
        square("mask", m.batches(), m.heads(), m.queries(), m.keys(), sequences, heads);
        AttentionChecks.offHeap("mask", m.memory());
        if (extent(m) > 0) {
            Checks.memory("mask", m.memory(), 1, m.origin(), extent(m));
        }
    }

    private static void square(String what, long batches, long heads, long queries, long keys, Sequences sequences,
            int wantedHeads) {
        if (batches != sequences.count() || heads != wantedHeads) {
            throw Checks.wanted(what + " sequences x heads", batches + " x " + heads,
                    sequences.count() + " x " + wantedHeads);
        }
        for (int b = 0; b < sequences.count(); b++) {
            if (sequences.queries(b) > queries || sequences.keys(b) > keys) {
                throw Checks.wanted(what + " queries x keys", queries + " x " + keys, "at least "
                        + sequences.queries(b) + " x " + sequences.keys(b) + ", those of sequence " + b);
            }
        }
    }

    /** No two elements of scores that are written share memory. */
    static void distinct(String what, Scores s) {
        // heads of one element: sequences, queries and heads are its three axes, keys its fourth
        if (!s.isEmpty() && (s.keyStride() != 1 || !Overlap.distinct(s.batches(), s.queries(), s.heads(), s.keys(),
                s.batchStride(), s.queryStride(), s.headStride()))) {
            throw Checks.wanted(what + " strides", "batch " + s.batchStride() + ", head " + s.headStride() + ", query "
                    + s.queryStride() + ", key " + s.keyStride(),
                    "keys side by side, and strides under which no two elements share memory");
        }
    }

    /** Elements from the first to one past the last. */
    static long extent(Scores s) {
        return extent(s.batches(), s.heads(), s.queries(), s.keys(), s.batchStride(), s.headStride(), s.queryStride(),
                s.keyStride());
    }

    private static long extent(Mask m) {
        return extent(m.batches(), m.heads(), m.queries(), m.keys(), m.batchStride(), m.headStride(), m.queryStride(),
                m.keyStride());
    }

    private static long extent(long batches, long heads, long queries, long keys, long batchStride, long headStride,
            long queryStride, long keyStride) {
        if (batches == 0 || heads == 0 || queries == 0 || keys == 0) {
            return 0;
        }
        long outer = Overlap.exactAdd(Overlap.exactMultiply(batches - 1, batchStride),
                Overlap.exactMultiply(heads - 1, headStride));
        long inner = Overlap.exactAdd(Overlap.exactMultiply(queries - 1, queryStride),
                Overlap.exactMultiply(keys - 1, keyStride));
        return Overlap.exactAdd(Overlap.exactAdd(outer, inner), 1);
    }

    /** A written range must not touch what is read. */
    static void refuse(AttentionArguments a, String name, MemorySegment memory, long from, long bytes) {
        refuse("bias", a.dense, name, memory, from, bytes);
        refuse("skew", a.skew, name, memory, from, bytes);
        Mask mask = a.mask;
        if (mask != null) {
            Overlap.refuse("mask", mask.memory(), mask.origin(), extent(mask), name, memory, from, bytes);
        }
        refuse("documents of queries", a.queryDocuments, name, memory, from, bytes);
        refuse("documents of keys", a.keyDocuments, name, memory, from, bytes);
        refuse("blocks of queries", a.queryBlocks, name, memory, from, bytes);
        refuse("blocks of keys", a.keyBlocks, name, memory, from, bytes);
    }

    private static void refuse(String what, @Nullable Scores s, String name, MemorySegment memory, long from,
            long bytes) {
        if (s != null) {
            Overlap.refuse(what, s.memory(), s.origin() * Float.BYTES, extent(s) * Float.BYTES, name, memory, from,
                    bytes);
        }
    }

    private static void refuse(String what, @Nullable TokenIds ids, String name, MemorySegment memory, long from,
            long bytes) {
        if (ids != null) {
            Overlap.refuse(what, ids.memory(), ids.origin() * Integer.BYTES, extent(ids) * Integer.BYTES, name, memory,
                    from, bytes);
        }
    }
}
