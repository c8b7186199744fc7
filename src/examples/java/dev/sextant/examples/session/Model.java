package dev.sextant.examples.session;

import java.nio.file.Path;

/**
 * What the user knows of the model.
 *
 * @param config its {@code config.json}
 * @param headDim elements of a head
 * @param context positions to prepare for
 * @param theta base of the frequencies
 */
record Model(Path config, int headDim, int context, double theta) {}
