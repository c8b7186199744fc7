/**
 * The runner that turns benchmarks into ratios: rows in shuffled rounds, tables, pictures, and the guard against what became slower.
 */
package dev.sextant.benchmarks.report;
