/**
 * Readers of numbers from outside: safetensors and .npy files, of which nothing is believed that the file itself does not
 * bear out; and reference data, a manifest in JSON that says what is to be checked, with its numbers in a safetensors file
 * that is used only after the digest in the manifest matched.
 */
@NullMarked
package dev.sextant.cli.reference;

import org.jspecify.annotations.NullMarked;
