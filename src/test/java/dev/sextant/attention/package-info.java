/**
 * Attention: against a plain reading of its definition, prefill against decoding, parts against the whole, and what must never be
 * read.
 */
package dev.sextant.attention;
