/** The examples run before and after on the same data: what stays the same, what the engine had wrong. */
package dev.sextant.examples;
