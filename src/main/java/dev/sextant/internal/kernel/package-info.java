/**
 * What a backend must offer: about one small interface a verb. Arguments were validated by the front end; a kernel trusts
 * them.
 */
@NullMarked
package dev.sextant.internal.kernel;

import org.jspecify.annotations.NullMarked;
