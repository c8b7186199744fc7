/**
 * The native CPU backend: fills a struct and makes one downcall.
 */
@NullMarked
package dev.sextant.internal.cpu;

import org.jspecify.annotations.NullMarked;
