package dev.sextant.config;

import java.util.List;

/**
 * One line of a GGUF file's directory of tensors.
 *
 * @param name the tensor's name
 * @param shape elements of each dimension, fastest first
 * @param type number of its element type in the format
 * @param offset first byte of its data, counted from the start of the data section
 */
public record GgufTensor(String name, List<Long> shape, int type, long offset) {

    /** Takes a copy of the shape. */
    public GgufTensor { shape = List.copyOf(shape); }
}
