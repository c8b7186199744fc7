package dev.sextant.cli.check;

import dev.sextant.cli.text.Spread;
import org.jspecify.annotations.Nullable;

/**
 * One backend on one workload.
 *
 * @param workload what was rotated
 * @param backend on which backend
 * @param kernel symbol of the kernel
 * @param sameBits whether the result has the bits of the Java backend
 * @param seconds time of a call
 * @param gigabytes bytes read and written a second, in 10^9, at the median time
 * @param ofCeiling part of the speed of the in-place ceiling, null without the native library
 * @param overNaive how many times as fast as the naive loop
 */
public record Result(Workload workload, String backend, String kernel, boolean sameBits, Spread seconds,
        double gigabytes,
        @Nullable Spread ofCeiling, Spread overNaive) {}
