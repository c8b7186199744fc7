/**
 * Borrowed views over the caller's memory: what an element is ({@link dev.sextant.tensor.DType}), where heads, rows and
 * positions stand ({@link dev.sextant.tensor.Heads}, {@link dev.sextant.tensor.Rows},
 * {@link dev.sextant.tensor.Positions}), where keys and values are kept ({@link dev.sextant.tensor.KvStore}) and which slots
 * tokens get there ({@link dev.sextant.tensor.Slots}). Immutable, strides in elements, no arithmetic on the data. A view checks only
 * what it alone can know (no negative size); bounds, overlap and types are the front end's business.
 */
@NullMarked
package dev.sextant.tensor;

import org.jspecify.annotations.NullMarked;
