/** The shape of the project itself: layers, header and bindings, the README. */
package dev.sextant.structure;
