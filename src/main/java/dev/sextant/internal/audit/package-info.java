/**
 * Finds out what an engine does with positions: evidence (what it was seen to use), engines (what it might be doing, each a
 * value), mistakes (small changes of such a value, one line each) and a judge that compares them. Plain double arithmetic
 * on the reference's own terms; deterministic; no input or output.
 */
@NullMarked
package dev.sextant.internal.audit;

import org.jspecify.annotations.NullMarked;
