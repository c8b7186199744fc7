package dev.sextant.internal.audit;

/**
 * An engine under suspicion.
 *
 * @param mistake the mistake's stable name
 * @param sentence what it would be doing, in words
 * @param engine the engine
 */
record Suspect(String mistake, String sentence, Engine engine) {}
