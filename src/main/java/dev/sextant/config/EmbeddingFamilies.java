package dev.sextant.config;

import dev.sextant.config.EmbeddingFamily.PositionRule;
import dev.sextant.config.EmbeddingFamily.StackRule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The table of model types whose positions are added to embeddings. A type is listed only where the forward pass of its reference
 * class was read (Hugging Face transformers 5.18 and 4.57): neighbours differ silently. A BART reads row p + 2 and a Blenderbot row
 * p; a Pegasus spreads its waves as Vaswani does and a Pegasus-X as tensor2tensor does; ProphetNet counts padding and XLM-R does not.
 */
final class EmbeddingFamilies {

    /**
     * Name of the stack and the part of the file that describes it, key of the width (and the class's number for it, where a part
     * for it may be left out), rule and its key, key of the rows, scale, tables ({@code -}: none), model types. OPT's rule of
     * padding is BioGPT's up to version 4; version 5 counts padding there.
     */
    private static final String KNOWN = """
            text            hidden_size          bert                             max_position_embeddings          1                   segment,position   bert megatron-bert
            text            hidden_size          bert                             max_position_embeddings          rescale_embeddings  segment,position   big_bird
            text            embedding_size       bert                             max_position_embeddings          1                   segment,position   albert electra
            text            hidden_size          roberta                          max_position_embeddings          1                   segment,position   roberta camembert xlm-roberta
            text            hidden_size          roberta                          max_position_embeddings          1                   segment,position   roberta-prelayernorm xlm-roberta-xl data2vec-text
            text            hidden_size          roberta                          max_position_embeddings          1                   position,segment   longformer luke
            text            dim                  vaswani?sinusoidal_pos_embds     max_position_embeddings          1                   position           distilbert
            text            emb_dim              vaswani?sinusoidal_embeddings    max_position_embeddings          1                   position,language  xlm flaubert
            text            n_embd               bert                             n_positions                      1                   position           gpt2 imagegpt openai-gpt gpt_bigcode
            text            hidden_size          bert                             max_position_embeddings          1                   position           gpt_neo clip_text_model siglip_text_model
            text            hidden_size          opt                              max_position_embeddings          1                   position           opt
            text            hidden_size          opt                              max_position_embeddings          scale_embedding     position           biogpt
            text            d_model              xglm                             max_position_embeddings          scale_embedding     -                  xglm
            text            n_embd               ctrl                             n_positions                      root                -                  ctrl
            text            hidden_size          bert                             max_position_embeddings          1                   position,box,segment  layoutlm
            text            hidden_size          tapas                            max_position_embeddings          1                   position,types     tapas
            text            hidden_size          bert                             max_position_embeddings          1                   segment,position   visual_bert
            vision          hidden_size          bert                             max_position_embeddings          1                   position,segment   visual_bert
            encoder         d_model              bart                             max_position_embeddings          scale_embedding     position           bart mbart plbart mvp
            decoder         d_model              bart                             max_position_embeddings          scale_embedding     position           bart mbart plbart mvp
            encoder         d_model              bert                             max_position_embeddings          scale_embedding     position           blenderbot blenderbot-small bigbird_pegasus
            decoder         d_model              bert                             max_position_embeddings          scale_embedding     position           blenderbot blenderbot-small bigbird_pegasus
            encoder         d_model              bert                             max_encoder_position_embeddings  1                   position           led
            decoder         d_model              bert                             max_decoder_position_embeddings  1                   position           led
            encoder         d_model              marian                           max_position_embeddings          scale_embedding     -                  marian pegasus
            decoder         d_model              marian                           max_position_embeddings          scale_embedding     -                  marian pegasus
            encoder         d_model              pegasus_x                        max_position_embeddings          scale_embedding     -                  pegasus_x
            decoder         d_model              pegasus_x                        max_position_embeddings          scale_embedding     -                  pegasus_x
            encoder         d_model              fairseq?pad_token_id             max_position_embeddings          scale_embedding     -                  m2m_100 nllb-moe fsmt
            decoder         d_model              fairseq?pad_token_id             max_position_embeddings          scale_embedding     -                  m2m_100 nllb-moe fsmt
            encoder         hidden_size          prophetnet                       max_position_embeddings          1                   position           prophetnet xlm-prophetnet
            decoder         hidden_size          prophetnet                       max_position_embeddings          1                   position           prophetnet xlm-prophetnet
            encoder         d_model              fairseq_mask?pad_token_id        max_source_positions             scale_embedding     -                  speech_to_text
            decoder         d_model              fairseq?pad_token_id             max_target_positions             scale_embedding     -                  speech_to_text
            encoder         d_model              whisper                          max_source_positions             !scale_embedding    -                  whisper
            decoder         d_model              bert                             max_target_positions             !scale_embedding    position           whisper
            decoder@decoder  hidden_size=1024    musicgen                         max_position_embeddings=2048     !scale_embedding    -                  musicgen musicgen_melody
            decoder         hidden_size          musicgen                         max_position_embeddings          !scale_embedding    -                  musicgen_decoder musicgen_melody_decoder
            text-encoder    hidden_size          speecht5                         max_text_positions               1                   -                  speecht5
            speech-encoder  hidden_size          fairseq_mask?pad_token_id        max_speech_positions             1                   -                  speecht5
            text-decoder    hidden_size          fairseq?pad_token_id             max_text_positions               scale_embedding     -                  speecht5
            speech-decoder  hidden_size          speecht5                         max_speech_positions             1                   -                  speecht5
            encoder         hidden_size          fairseq?pad_token_id             max_position_embeddings          scale_embedding     -                  seamless_m4t
            decoder         hidden_size          fairseq?pad_token_id             max_position_embeddings          scale_embedding     -                  seamless_m4t
            unit-decoder    hidden_size          fairseq?t2u_pad_token_id         t2u_max_position_embeddings      scale_embedding     -                  seamless_m4t
            vision          hidden_size          patches                          1                                1                   position           vit vit_msn dinov2 dinov2_with_registers clip_vision_model
            vision          hidden_size          patches                          2                                1                   position           deit
            vision          hidden_size          patches                          0                                1                   position           ijepa siglip_vision_model
            vision          hidden_size          patches?use_absolute_position_embeddings  1                       1                   position           beit
            encoder         hidden_size          mae                              1                                1                   -                  vit_mae
            decoder         decoder_hidden_size  mae                              1                                1                   -                  vit_mae
            encoder         d_model              detr                             -                                1                   -                  detr table-transformer conditional_detr
            text@text_config      hidden_size=512  bert                           max_position_embeddings=77       1                   position           clip
            vision@vision_config  hidden_size=768  patches                        1/224/32                         1                   position           clip
            text@text_config      hidden_size=768  bert                           max_position_embeddings=64       1                   position           siglip
            vision@vision_config  hidden_size=768  patches                        0/224/16                         1                   position           siglip
            """;

    /** What no file says: types, a colon, the sentence. */
    private static final String NOTES = """
            visual_bert: visual tokens read row 0 of the position table of "vision"; those aligned with words add the mean of rows of "text"
            luke: entities take the mean of rows of a table of their own, which is not described
            prophetnet xlm-prophetnet: the decoder adds biases of distance buckets to its scores, too
            speecht5: rows of text-encoder and speech-decoder are multiplied by a learned number, "encode_positions.alpha" of the checkpoint; taken as 1
            speecht5: the speech encoder adds the output of a convolution first, and the encoder adds vectors of distances to its scores
            seamless_m4t: the speech encoder has positions of its own ("position_embeddings_type"), which are not described
            detr table-transformer conditional_detr: the rows are added to queries and keys of every attention, not once to embeddings
            conditional_detr: queries of the decoder take sinusoids of their reference points, which are not described
            musicgen musicgen_melody musicgen_decoder musicgen_melody_decoder: tokens are the sum of the embeddings of all codebooks
            """;

    /** Where the positions of other types enter, model types. */
    private static final String ELSEWHERE = """
            buckets      t5 mt5 umt5 longt5 switch_transformers pop2piano
            alibi        bloom mpt
            distances    deberta deberta-v2 xlnet transfo-xl
            windows      swin swinv2
            convolution  wav2vec2 hubert wavlm data2vec-audio
            none         mamba mamba2
            """;

    private static final Map<String, String> REASONS = Map.of(
            "buckets", "its positions enter the scores, as biases of distance buckets",
            "alibi", "its positions enter the scores, as linear biases (ALiBi)",
            "distances", "its positions enter the scores, as vectors of distances",
            "windows", "its positions enter the scores, as biases within windows",
            "convolution", "its positions come from a convolution",
            "none", "it has no encoding of positions");

    private static final Map<String, EmbeddingFamily> FAMILIES = families();
    private static final Map<String, String> REFUSALS = refusals();

    private EmbeddingFamilies() {}

    /** The family of a model type, or null. */
    static @Nullable EmbeddingFamily of(String type) {
        return FAMILIES.get(type);
    }

    /** Where the positions of a type enter that has none to add, or null. */
    static @Nullable String refusal(String type) {
        if (ModelFamilies.of(type) != null) {
            return "its positions rotate queries and keys (HfConfig reads it)";
        }
        return REFUSALS.get(type);
    }

    /** All types that can be read, in alphabetical order. */
    static String names() {
        return String.join(", ", new TreeSet<>(FAMILIES.keySet()));
    }

    private static Map<String, EmbeddingFamily> families() {
        Map<String, List<StackRule>> stacks = new LinkedHashMap<>();
        for (String line : KNOWN.lines().toList()) {
            String[] cells = line.split(" +");
            for (int i = 6; i < cells.length; i++) {
                stacks.computeIfAbsent(cells[i], t -> new ArrayList<>()).add(stack(cells));
            }
        }
        Map<String, EmbeddingFamily> families = new LinkedHashMap<>();
        stacks.forEach((type, rules) -> families.put(type, new EmbeddingFamily(type, List.copyOf(rules), notes(type))));
        return families;
    }

    private static StackRule stack(String[] cells) {
        String[] name = cells[0].split("@");
        String[] rule = cells[2].split("\\?");
        return new StackRule(name[0], name.length == 1 ? "" : name[1], cells[1],
                PositionRule.valueOf(rule[0].toUpperCase(Locale.ROOT)), rule.length == 1 ? "" : rule[1], cells[3],
                cells[4], cells[5].equals("-") ? List.of() : List.of(cells[5].split(",")));
    }

    private static List<String> notes(String type) {
        List<String> notes = new ArrayList<>();
        for (String line : NOTES.lines().toList()) {
            int colon = line.indexOf(": ");
            if (List.of(line.substring(0, colon).split(" ")).contains(type)) {
                notes.add(line.substring(colon + 2));
            }
        }
        return List.copyOf(notes);
    }

    private static Map<String, String> refusals() {
        Map<String, String> refusals = new LinkedHashMap<>();
        for (String line : ELSEWHERE.lines().toList()) {
            String[] cells = line.split(" +");
            for (int i = 1; i < cells.length; i++) {
                refusals.put(cells[i], REASONS.getOrDefault(cells[0], cells[0]));
            }
        }
        return refusals;
    }
}
