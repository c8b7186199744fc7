package dev.sextant.cli.conform;

import dev.sextant.Backend;
import dev.sextant.cli.reference.Attributes;
import dev.sextant.cli.reference.Case;
import dev.sextant.encoding.Alibi;
import dev.sextant.encoding.QueryTemperature;
import java.io.IOException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Slopes, buckets and factors: rules that are evaluated when a plan is made, the same for every backend. */
final class BiasRuleCases implements Kind {

    @Override
    public @Nullable String unsupported(Case c) {
        return null;
    }

    @Override
    public void run(Case c, Backend backend, CaseResult result) throws IOException {
        switch (c.kind()) {
            case "alibi-slopes" -> slopes(c, result);
            case "t5-buckets" -> buckets(c, result);
            default -> temperature(c, result);
        }
    }

    private static void slopes(Case c, CaseResult result) throws IOException {
        for (int heads : c.attributes().integers("heads")) {
            Alibi alibi = Alibi.of(heads).maxBias(c.attributes().number("max_bias", Double.NaN));
            float[] slopes = new float[heads];
            for (int h = 0; h < heads; h++) {
                slopes[h] = (float) alibi.slope(h);
            }
            String tensor = "slopes_" + heads;
            result.compare(tensor, slopes, c.tensor(tensor).floats(), c.tolerance(tensor), i -> 0);
        }
    }

    private static void buckets(Case c, CaseResult result) throws IOException {
        int n = (int) c.attributes().integer("n");
        int[] buckets = BiasCases.buckets(c.attributes()).of(-n, n);
        long[] wide = IntStream.of(buckets).asLongStream().toArray();
        for (String tensor : c.expected().keySet()) {
            result.compare(tensor, wide, c.tensor(tensor).longs());
        }
    }

    private static void temperature(Case c, CaseResult result) throws IOException {
        Attributes a = c.attributes();
        QueryTemperature rule = a.has("beta")
                ? QueryTemperature.ministral3(a.number("beta", 0), a.number("original_context", 0))
                : QueryTemperature.llama4(a.number("floor_scale", 0), a.number("attn_scale", 0));
        long[] positions = c.tensor("positions").longs();
        float[] factors = new float[positions.length];
        rule.factors(positions, factors);
        for (String tensor : c.expected().keySet()) {
            result.compare(tensor, factors, c.tensor(tensor).floats(), c.tolerance(tensor), i -> positions[i]);
        }
    }
}
