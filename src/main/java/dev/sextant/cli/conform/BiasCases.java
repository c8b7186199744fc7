package dev.sextant.cli.conform;

import dev.sextant.Backend;
import dev.sextant.cli.reference.Attributes;
import dev.sextant.cli.reference.Case;
import dev.sextant.encoding.Alibi;
import dev.sextant.encoding.DistanceTable;
import dev.sextant.encoding.ExplicitSlopes;
import dev.sextant.encoding.KerpleLog;
import dev.sextant.encoding.KerplePower;
import dev.sextant.encoding.PadFill;
import dev.sextant.encoding.PositionIds;
import dev.sextant.encoding.PositionedBias;
import dev.sextant.encoding.Sandwich;
import dev.sextant.encoding.ScoreBias;
import dev.sextant.encoding.T5Bias;
import dev.sextant.encoding.T5Buckets;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Biases by distance: written out, and added to scores where a case has some. */
final class BiasCases implements Kind {

    @Override
    public @Nullable String unsupported(Case c) {
        return null;
    }

    @Override
    public void run(Case c, Backend backend, CaseResult result) throws IOException {
        Attributes a = c.attributes();
        int heads = (int) a.integer("heads");
        switch (c.kind()) {
            case "alibi-bloom" -> bloom(c, heads, result);
            case "alibi-mpt" -> {
                // counted from the last key: the distance form of a query there
                int keys = (int) a.integer("keys");
                floats(c, "alibi", new BiasRun(backend, 1, keys, keys - 1).materialise(
                        Alibi.of(heads).maxBias(a.number("max_bias", Double.NaN))), result);
            }
            default -> byDistance(c, bias(c, heads), backend, result);
        }
    }

    private static void byDistance(Case c, ScoreBias bias, Backend backend, CaseResult result) throws IOException {
        Attributes a = c.attributes();
        boolean square = a.has("tokens");
        int queries = (int) a.integer(square ? "tokens" : "queries");
        int keys = (int) a.integer(square ? "tokens" : "keys");
        BiasRun run = new BiasRun(backend, queries, keys, square ? 0 : a.integer("offset"));
        floats(c, "bias", run.materialise(bias), result);
        if (c.expected().containsKey("sum")) {
            floats(c, "sum", run.add(bias, c.tensor("scores").floats()), result);
        }
        if (c.expected().containsKey("bias_key_only")) {
            float[] first = new BiasRun(backend, 1, keys, 0).materialise(bias);
            floats(c, "bias_key_only", BiasRun.repeated(BiasRun.negated(first), bias.heads(), queries), result);
        }
        if (c.expected().containsKey("index")) {
            int width = 2 * (int) a.integer("clip") + 1;
            float[] numbers = new float[width];
            for (int i = 0; i < width; i++) {
                numbers[i] = i;
            }
            float[] index = run.materialise(DistanceTable.clipped(1, numbers));
            result.compare("index", IntStream.range(0, index.length).mapToLong(i -> (long) index[i]).toArray(),
                    c.tensor("index").longs());
        }
    }

    private static void floats(Case c, String tensor, float[] got, CaseResult result) throws IOException {
        result.compare(tensor, got, c.tensor(tensor).floats(), c.tolerance(tensor), i -> 0);
    }

    /** BLOOM adds {@code slope * position of the key}: the negative of what a query at position 0 gets. */
    private static void bloom(Case c, int heads, CaseResult result) throws IOException {
        long[] mask = c.tensor("mask").longs();
        int tokens = c.tensor("mask").size(-1);
        boolean[] attended = new boolean[mask.length];
        for (int i = 0; i < mask.length; i++) {
            attended[i] = mask[i] != 0;
        }
        int[] ids = PositionIds.fromMask(attended, tokens, PadFill.ZERO);
        float[] all = new float[heads * ids.length];
        for (int b = 0; b < ids.length / tokens; b++) {
            long[] positions = Arrays.stream(ids, b * tokens, (b + 1) * tokens).asLongStream().toArray();
            float[] alibi = BiasRun.negated(PositionedBias.of(Alibi.of(heads), new long[]{0}, positions));
            System.arraycopy(alibi, 0, all, b * alibi.length, alibi.length);
        }
        floats(c, "alibi", all, result);
    }

    private static ScoreBias bias(Case c, int heads) throws IOException {
        Attributes a = c.attributes();
        return switch (c.kind()) {
            case "alibi" -> ExplicitSlopes.of(c.tensor("slopes").floats());
            case "t5-bias" -> T5Bias.of(buckets(a), heads, c.tensor("table").floats());
            case "clipped-scalar" -> DistanceTable.clipped(heads, c.tensor("table").floats());
            case "kerple-log" -> new KerpleLog(numbers(c, "a1"), numbers(c, "a2"));
            case "kerple-power" -> new KerplePower(numbers(c, "a1"), numbers(c, "a2"));
            case "sandwich" -> Sandwich.of(heads, (int) a.integer("width"));
            default -> throw new IllegalStateException("kind " + c.kind());
        };
    }

    static T5Buckets buckets(Attributes a) throws IOException {
        return new T5Buckets(a.flag("bidirectional"), (int) a.integer("num_buckets"), (int) a.integer("max_distance"));
    }

    private static List<Double> numbers(Case c, String tensor) throws IOException {
        List<Double> numbers = new ArrayList<>();
        for (double value : c.tensor(tensor).doubles()) {
            numbers.add(value);
        }
        return numbers;
    }
}
