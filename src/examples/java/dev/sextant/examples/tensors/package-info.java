/**
 * An engine with a tensor class: off-heap segments behind virtual {@code get} and {@code set}, float32 or bfloat16,
 * keys rotated where the cache holds them. Its reader of {@code config.json} knows one scaling. {@code Before} is its
 * rotation as such engines have it, {@code After} the same class with Sextant: lines that go are marked {@code // -},
 * lines that come {@code // +}.
 */
package dev.sextant.examples.tensors;
