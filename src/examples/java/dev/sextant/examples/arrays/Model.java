package dev.sextant.examples.arrays;

import java.nio.file.Path;
import java.util.Set;

/**
 * What the engine keeps of a GGUF file.
 *
 * @param file the file itself
 * @param heads query heads
 * @param kvHeads key heads
 * @param headSize elements of a head
 * @param context positions the engine prepares for
 * @param theta base of the frequencies
 * @param tensors names of the tensors
 */
record Model(Path file, int heads, int kvHeads, int headSize, int context, float theta, Set<String> tensors) {}
