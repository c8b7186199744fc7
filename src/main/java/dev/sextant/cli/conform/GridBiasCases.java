package dev.sextant.cli.conform;

import dev.sextant.AttentionCall;
import dev.sextant.Backend;
import dev.sextant.ScoreBiasPlan;
import dev.sextant.cli.reference.Attributes;
import dev.sextant.cli.reference.Case;
import dev.sextant.encoding.GridBias;
import dev.sextant.tensor.Alignment;
import dev.sextant.tensor.Scores;
import dev.sextant.tensor.Sequences;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Biases by relative place in a grid: the index, and the gathered tensor as a plan adds it. */
final class GridBiasCases implements Kind {

    @Override
    public @Nullable String unsupported(Case c) {
        return null;
    }

    @Override
    public void run(Case c, Backend backend, CaseResult result) throws IOException {
        Attributes a = c.attributes();
        int heads = (int) a.integer("heads");
        GridBias grid = grid(c.kind(), a);
        result.compare("index", IntStream.of(grid.index()).asLongStream().toArray(), c.tensor("index").longs());
        float[] table = c.tensor("table").floats();
        float[] bias = c.kind().equals("levit-bias") ? grid.gatherByHead(table, heads) : grid.gather(table, heads);
        result.compare("bias", added(bias, heads, grid, backend), c.tensor("bias").floats(), c.tolerance("bias"),
                i -> 0);
        c.expected().keySet().stream().filter(t -> !t.equals("index") && !t.equals("bias"))
                .forEach(result::addNotProduced); // what a class makes of a table that it resizes to its own size
    }

    private static GridBias grid(String kind, Attributes a) throws IOException {
        if (kind.equals("levit-bias")) {
            return GridBias.levit((int) a.integer("resolution"), a.has("stride") ? (int) a.integer("stride") : 1);
        }
        int[] window = a.integers("window");
        return kind.equals("swin-bias")
                ? GridBias.swin(window[0], window[1])
                : GridBias.beit(window[0], window[1]);
    }

    private static float[] added(float[] bias, int heads, GridBias grid, Backend backend) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment tensor = arena.allocateFrom(ValueLayout.JAVA_FLOAT, bias);
            MemorySegment memory = arena.allocate(4L * bias.length, 64);
            ScoreBiasPlan.builder(heads).biasTensor().backend(backend).build().materialise(
                    new AttentionCall()
                            .sequences(Sequences.of(1, grid.queries(), grid.keys(), Alignment.START))
                            .bias(Scores.of(tensor, 1, heads, grid.queries(), grid.keys())),
                    Scores.of(memory, 1, heads, grid.queries(), grid.keys()));
            return OffHeap.floats(memory, bias.length);
        }
    }
}
