package dev.sextant.cli.conform;

import dev.sextant.Backend;
import dev.sextant.cli.reference.Attributes;
import dev.sextant.cli.reference.Case;
import dev.sextant.encoding.DistanceTable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A small network over distances, sampled once: a table like any other. Query minus key, as its sources count. */
final class DistanceNetworkCases implements Kind {

    @Override
    public @Nullable String unsupported(Case c) {
        return null;
    }

    @Override
    public void run(Case c, Backend backend, CaseResult result) throws IOException {
        Attributes a = c.attributes();
        int tokens = (int) a.integer("tokens");
        boolean log = a.text("distance").equals("log");
        double[] w1 = c.tensor("w1").doubles();
        double[] b1 = c.tensor("b1").doubles();
        double[] w2 = c.tensor("w2").doubles();
        double[] b2 = c.tensor("b2").doubles();
        DistanceTable bias = DistanceTable.sampled(b2.length, 1 - tokens, tokens - 1, false, (head, distance) -> {
            double n = -distance;
            double x = log ? Math.signum(n) * StrictMath.log(Math.abs(n) + 1) : n;
            double sum = b2[head];
            for (int k = 0; k < w1.length; k++) {
                sum += w2[head * w1.length + k] * Math.max(0, w1[k] * x + b1[k]);
            }
            return sum;
        });
        result.compare("bias", new BiasRun(backend, tokens, tokens, 0).materialise(bias), c.tensor("bias").floats(),
                c.tolerance("bias"), i -> 0);
    }
}
