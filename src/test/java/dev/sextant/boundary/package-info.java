/**
 * Where the library meets its caller's memory: what is refused and how, what is never touched, what is never allocated.
 */
package dev.sextant.boundary;
