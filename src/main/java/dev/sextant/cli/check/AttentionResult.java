package dev.sextant.cli.check;

import dev.sextant.cli.text.Spread;
import dev.sextant.tensor.DType;

/**
 * Attention of one backend on one workload.
 *
 * @param workload {@code prefill} or {@code decode}
 * @param dtype element type of queries, keys and values
 * @param queries query rows of a call
 * @param keys keys of a call
 * @param backend on which backend
 * @param kernel symbol of the kernel
 * @param error greatest difference from the Java backend, in units of the largest value
 * @param allowed how much it may be
 * @param seconds time of a call
 * @param gigaflops multiplications and additions a second, in 10^9, at the median time
 */
public record AttentionResult(String workload, DType dtype, int queries, int keys, String backend, String kernel,
        double error, double allowed, Spread seconds, double gigaflops) {

    /** Whether the backend agrees with Java. */
    public boolean isGood() {
        return error <= allowed;
    }
}
