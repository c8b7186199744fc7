/**
 * Finding and loading the native library, one JVM a case: what is refused, what is fallen back to, and what is said.
 */
package dev.sextant.loader;
