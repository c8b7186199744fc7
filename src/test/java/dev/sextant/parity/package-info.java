/**
 * Equal bits: every backend against Java, Java against a plain reading of the definition, every cut against the whole.
 */
package dev.sextant.parity;
