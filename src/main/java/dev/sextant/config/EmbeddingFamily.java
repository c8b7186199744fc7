package dev.sextant.config;

import java.util.List;

/**
 * How the class of a model type enters positions into embeddings, which its configuration leaves unsaid.
 *
 * @param type "model_type"
 * @param stacks its entrances
 * @param notes what matters and stands in no file
 */
record EmbeddingFamily(String type, List<StackRule> stacks, List<String> notes) {

    /**
     * One entrance.
     *
     * @param name its name
     * @param part the object of the file that describes it, empty for the whole
     * @param width key of its width
     * @param rule how positions become rows
     * @param ruleKey a key that the rule needs, empty for none
     * @param rows key of the number of rows; for patches what stands before them and the keys' defaults
     * @param scale what multiplies tokens: {@code 1}, {@code root}, the key of a flag, or {@code !} and a flag that the class ignores
     * @param tables learned tables in order
     */
    record StackRule(String name, String part, String width, PositionRule rule, String ruleKey, String rows,
            String scale, List<String> tables) {}

    /** How positions become rows. */
    enum PositionRule {
        /** Learned; position p is row p. */
        BERT,
        /** Learned; two rows before position 0. */
        BART,
        /** The same; padding reads the second of them. */
        OPT,
        /** Learned; padding reads the row of its id, the first token the next one. */
        ROBERTA,
        /** Learned; the first token, padding or not, reads the row after the padding id, and what is too long the last row. */
        PROPHETNET,
        /** Learned; positions may start again in every cell of a table and then are clamped. */
        TAPAS,
        /** Sines and cosines interleaved where the flag says so, else as BERT. */
        VASWANI,
        /** Interleaved, in float32, times a learned number. */
        SPEECHT5,
        /** Sines, then cosines. */
        MARIAN,
        /** The same, multiples of 2. */
        CTRL,
        /** Sines, then cosines, the last wave at 1/10000. */
        PEGASUS_X,
        /** The same, multiples of 2. */
        WHISPER,
        /** Cosines, then sines, the last wave at 1/10000. */
        MUSICGEN,
        /** As PEGASUS_X, row of padding all zeros, positions after the padding id. */
        FAIRSEQ,
        /** The same of a mask of ones and zeros taken for ids. */
        FAIRSEQ_MASK,
        /** As PEGASUS_X, two rows before position 0. */
        XGLM,
        /** Learned, one row a patch after those of class tokens. */
        PATCHES,
        /** Sinusoids of patches, column first. */
        MAE,
        /** Sinusoids of normalised coordinates, row first; or learned rows and columns. */
        DETR
    }
}
