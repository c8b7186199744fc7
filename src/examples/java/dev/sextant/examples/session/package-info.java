/**
 * A user of ONNX Runtime: the graph's RotaryEmbedding node is fed with cosines and sines that the user makes.
 * {@code Before} makes them as such code does, {@code After} takes them from Sextant: lines that go are marked
 * {@code // -}, lines that come {@code // +}. {@link Session} is what both need of a session; {@link RotaryNode} does
 * in plain Java what the node says, the tests of the profile {@code peers} run the same classes in ONNX Runtime
 * itself.
 */
package dev.sextant.examples.session;
