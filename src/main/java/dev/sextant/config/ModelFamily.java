package dev.sextant.config;

import dev.sextant.encoding.PairLayout;

/**
 * What a configuration leaves unsaid because it is fixed in the code of its model type.
 *
 * @param type "model_type"
 * @param layout pair layout of the published weights
 * @param defaultBase base of the reference class when the file states none, NaN when a file must state it
 * @param defaultPartial rotated part of a head when the file states none, NaN when a file must state it
 * @param scaledByDefault whether a file without a rope block means a scaling of the reference class, not plain RoPE
 * @param multiHeadByDefault whether a file without a count of key heads means one for every query head
 */
record ModelFamily(String type, PairLayout layout, double defaultBase, double defaultPartial, boolean scaledByDefault,
        boolean multiHeadByDefault) {}
