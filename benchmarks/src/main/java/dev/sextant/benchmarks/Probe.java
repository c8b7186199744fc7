package dev.sextant.benchmarks;

import dev.sextant.AttentionCall;
import dev.sextant.AttentionPlan;
import dev.sextant.AttentionShape;
import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.encoding.Alibi;
import dev.sextant.encoding.Structure;
import dev.sextant.tensor.Alignment;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.KvCache;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Sequences;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What only a process of its own can tell. {@code start java|cpu}: rotates once and ends, {@code start nothing} just ends, so that
 * the difference is what a first rotation costs a cold process. {@code table N}, {@code attention N}: prints the bytes that the
 * library says it will need for N positions and those by which the process grew.
 */
public final class Probe {

    private Probe() {}

    /** See the class comment. */
    public static void main(String[] args) throws IOException {
        switch (args[0]) {
            case "start" -> start(args[1]);
            case "table" -> table(Long.parseLong(args[1]));
            default -> attention(Integer.parseInt(args[1]));
        }
    }

    private static void start(String what) {
        if (!what.equals("nothing")) {
            Backend backend = what.equals("java") ? Backend.java() : Backend.cpu();
            RotaryPlan.builder(Data.LLAMA, HeadShape.of(Data.DIM, DType.F32)).backend(backend).build()
                    .rotate(Heads.of(new float[Data.DIM], 1, 1, Data.DIM), Positions.from(5000));
        }
    }

    private static void table(long positions) throws IOException {
        table(16, Backend.best());
        long before = resident();
        RotaryPlan plan = table(positions, Backend.best());
        print(positions * 2 * Data.PAIRS * 4, resident() - before, plan);
    }

    private static RotaryPlan table(long positions, Backend backend) {
        return RotaryPlan.builder(Data.LLAMA, HeadShape.of(Data.DIM, DType.F32)).backend(backend).table(positions)
                .build();
    }

    /** A prompt of at most 1,024 at the end of N keys: tensors are touched before, so that what grows is the call's own. */
    private static void attention(int keys) throws IOException {
        int queries = Math.min(keys, 1024);
        AttentionPlan plan = AttentionPlan.builder(AttentionShape.of(8, 8, Data.DIM, DType.F32)).bias(Alibi.of(8))
                .structure(Structure.causal()).build();
        Heads[] heads = {heads(queries), heads(queries), heads(keys), heads(keys)};
        AttentionCall call = new AttentionCall().queries(heads[0], heads[1]).cache(KvCache.of(heads[2], heads[3]))
                .sequences(Sequences.of(1, queries, keys, Alignment.END));
        long predicted = plan.workspaceBytes(call);
        long before = resident();
        MemorySegment workspace = Data.allocate(predicted);
        plan.attend(call.workspace(workspace));
        print(predicted, resident() - before, List.of(heads, workspace));
    }

    private static Heads heads(int tokens) {
        return Heads.of(Data.floats(4L * tokens * 8 * Data.DIM), DType.F32, tokens, 8, Data.DIM);
    }

    private static long resident() throws IOException {
        System.gc();
        return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(l -> l.startsWith("RssAnon"))
                .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")) << 10).findFirst().orElse(0);
    }

    private static void print(long predicted, long measured, Object kept) {
        System.out.println(predicted + " " + measured);
        Reference.reachabilityFence(kept);
    }
}
