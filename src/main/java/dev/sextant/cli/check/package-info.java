/**
 * The work of {@code check}: real-shaped rotations on every backend, compared bit by bit and timed between the ceilings
 * of this machine; the wavelength ladder of the model.
 */
@NullMarked
package dev.sextant.cli.check;

import org.jspecify.annotations.NullMarked;
