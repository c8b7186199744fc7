/**
 * Readers of reference data: a manifest in JSON that says what is to be checked, and a safetensors file with the
 * numbers. Both are read whole, within limits, and trusted only after the digest in the manifest matched.
 */
@NullMarked
package dev.sextant.cli.reference;

import org.jspecify.annotations.NullMarked;
