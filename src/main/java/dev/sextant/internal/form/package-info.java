/**
 * Definitions compiled to the few canonical forms that kernels know, and the catalogue of encodings that drives tests,
 * benchmarks and the tables of the README.
 */
@NullMarked
package dev.sextant.internal.form;

import org.jspecify.annotations.NullMarked;
