/**
 * An engine of one file over heap arrays: GGUF weights, adjacent pairs, a parallel loop over the tokens of a prompt.
 * {@code Before} is its rotation as such engines have it, {@code After} the same class with Sextant: lines that go are
 * marked {@code // -}, lines that come {@code // +}.
 */
package dev.sextant.examples.arrays;
