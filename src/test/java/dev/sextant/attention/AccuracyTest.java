package dev.sextant.attention;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sextant.Backend;
import dev.sextant.encoding.Alibi;
import dev.sextant.encoding.Structure;
import dev.sextant.encoding.T5Bias;
import dev.sextant.encoding.T5Buckets;
import dev.sextant.tensor.DType;
import dev.sextant.testkit.AttentionCase;
import dev.sextant.testkit.Bits;
import dev.sextant.testkit.PlainAttention;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The bounds that are promised against a double reference: relative L2 of 2e-6 for float32; for 16-bit types at most twice the error of the
 * plainest computation, which adds up in double and rounds its result once.
 */
@Tag("parity")
class AccuracyTest {

    private static AttentionCase problem(DType type, int queries, int keys, boolean t5) {
        SplittableRandom random = new SplittableRandom(17);
        AttentionCase c = new AttentionCase(random);
        c.queryType = type;
        c.cacheType = type;
        c.heads = 4;
        c.kvHeads = 2;
        c.keyDim = 128;
        c.valueDim = 128;
        c.queries = new int[]{queries};
        c.keys = new int[]{keys};
        c.offsets = new long[]{keys - queries};
        c.structure = Structure.causal();
        c.bias = Alibi.of(4);
        c.poison = false;
        if (t5) {
            float[] table = new float[32 * 4];
            for (int n = 0; n < table.length; n++) {
                table[n] = (float) (random.nextDouble() * 6 - 3);
            }
            c.bias = T5Bias.of(T5Buckets.t5(false), 4, table);
        }
        return c.draw();
    }

    @ParameterizedTest
    @MethodSource("dev.sextant.attention.Same#backends")
    void prompts(Backend backend) {
        for (DType type : DType.values()) {
            check(backend, problem(type, 200, 200, false));
            check(backend, problem(type, 130, 400, true));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.sextant.attention.Same#backends")
    void decoding(Backend backend) {
        for (DType type : DType.values()) {
            check(backend, problem(type, 1, 5000, false));
            check(backend, problem(type, 2, 3001, true));
        }
    }

    private static void check(Backend backend, AttentionCase c) {
        AttentionCase.Result got = c.attend(Same.plan(c, backend));
        PlainAttention plain = new PlainAttention(c);
        double error = 0;
        double naive = 0;
        double size = 0;
        for (int i = 0; i < c.queries[0]; i++) {
            for (int h = 0; h < c.heads; h++) {
                double[] o = plain.row(0, i, h).o();
                for (int d = 0; d < c.valueDim; d++) {
                    float rounded = c.queryType == DType.F32
                            ? (float) o[d]
                            : Bits.widen(c.queryType, Bits.narrow(c.queryType, (float) o[d]));
                    error += Math.pow(got.o(0, i, h, d) - o[d], 2);
                    naive += Math.pow(rounded - o[d], 2);
                    size += o[d] * o[d];
                }
            }
        }
        double relative = Math.sqrt(error / size);
        double allowed = c.queryType == DType.F32 ? 2e-6 : 2 * Math.sqrt(naive / size);
        assertTrue(relative <= allowed, backend + ": relative error " + relative + ", allowed " + allowed + ", " + c);
    }
}
