/** The additive family: worked examples, conventions told apart, parity, laws, refusals. */
package dev.sextant.additive;
