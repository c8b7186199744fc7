/**
 * An engine that runs on the host and, pair by pair, on a device: its arrays are segments that begin with a header of
 * the runtime, its cache is one flat array. Host and device each have a rotation of their own. {@code Before} is that
 * as such engines have it, {@code After} the same class with Sextant: lines that go are marked {@code // -}, lines
 * that come {@code // +}.
 */
package dev.sextant.examples.headers;
