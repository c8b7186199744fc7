/**
 * The pure-Java backend: specification, parity oracle and fallback in one text. Plain loops in the order of the numeric
 * contract; no cleverness.
 */
@NullMarked
package dev.sextant.internal.java;

import org.jspecify.annotations.NullMarked;
