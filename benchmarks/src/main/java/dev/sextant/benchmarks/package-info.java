/**
 * JMH benchmarks, one class a workload (W1 prefill, W2 decode, W3 rows, W9 boundary), and the runner that turns them into
 * ratios: every row beside a ceiling that was measured in the same shuffled round.
 */
package dev.sextant.benchmarks;
