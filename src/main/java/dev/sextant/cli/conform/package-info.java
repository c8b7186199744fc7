/**
 * Runs reference cases through the public API and compares. One class a group of kinds; {@code Conform} selects, runs
 * and sums up.
 */
@NullMarked
package dev.sextant.cli.conform;

import org.jspecify.annotations.NullMarked;
