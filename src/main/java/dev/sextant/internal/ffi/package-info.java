/**
 * The only user of {@link java.lang.foreign.Linker} and {@link java.lang.foreign.SymbolLookup}: finds, checks and loads the
 * native library, links its functions, turns status codes into exceptions.
 */
@NullMarked
package dev.sextant.internal.ffi;

import org.jspecify.annotations.NullMarked;
