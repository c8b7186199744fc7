/**
 * Definitions of positional encodings: pure values, double arithmetic, the citation on each. A definition says what an
 * encoding is; it is compiled to a small canonical form and bound to a backend by the front end. A new RoPE scaling is one
 * record that implements {@link dev.sextant.encoding.Frequencies} and one line in the catalogue; a new bias by distance is one that
 * implements {@link dev.sextant.encoding.DistanceBias}.
 */
@NullMarked
package dev.sextant.encoding;

import org.jspecify.annotations.NullMarked;
