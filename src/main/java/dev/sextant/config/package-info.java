/**
 * Model files in, definitions out: {@link dev.sextant.config.HfConfig} reads a Hugging Face {@code config.json}, {@link
 * dev.sextant.config.GgufMetadata} the metadata of a GGUF file, each into a {@link dev.sextant.config.ModelConfig}; {@link
 * dev.sextant.config.HfEmbeddings} what is added to embeddings, into an {@link dev.sextant.config.EmbeddingConfig}; {@link
 * dev.sextant.config.OnnxRotary} the attributes of an ONNX node. Nothing is guessed: a rule, a key or a model type that this version does not
 * understand is refused by name, because a wrong default here gives plausible numbers and a broken model.
 */
@NullMarked
package dev.sextant.config;

import org.jspecify.annotations.NullMarked;
