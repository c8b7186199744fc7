package dev.sextant.config;

import java.util.List;

/** What published models say of their embeddings, one a line: name, configuration without its braces, stacks. */
final class EmbeddingModels {

    private static final String MODELS = """
            bert-base-uncased | "model_type": "bert", "hidden_size": 768, "max_position_embeddings": 512, "type_vocab_size": 2, "pad_token_id": 0, "position_embedding_type": "absolute" | text: width 768, tokens + segment[2 rows] + position[512 rows]
            megatron-bert | "model_type": "megatron-bert", "hidden_size": 1024, "max_position_embeddings": 512, "type_vocab_size": 2 | text: width 1024, tokens + segment[2 rows] + position[512 rows]
            bigbird-roberta-base | "model_type": "big_bird", "hidden_size": 768, "max_position_embeddings": 4096, "type_vocab_size": 2, "rescale_embeddings": false | text: width 768, tokens + segment[2 rows] + position[4096 rows]
            albert-base-v2 | "model_type": "albert", "embedding_size": 128, "hidden_size": 768, "max_position_embeddings": 512, "type_vocab_size": 2 | text: width 128, tokens + segment[2 rows] + position[512 rows]
            electra-small-discriminator | "model_type": "electra", "embedding_size": 128, "hidden_size": 256, "max_position_embeddings": 512, "type_vocab_size": 2 | text: width 128, tokens + segment[2 rows] + position[512 rows]
            roberta-base | "model_type": "roberta", "hidden_size": 768, "max_position_embeddings": 514, "type_vocab_size": 1, "pad_token_id": 1 | text: width 768, tokens + segment[1 rows] + position[514 rows, first 2, padding 1]
            camembert-base | "model_type": "camembert", "hidden_size": 768, "max_position_embeddings": 514, "type_vocab_size": 1, "pad_token_id": 1 | text: width 768, tokens + segment[1 rows] + position[514 rows, first 2, padding 1]
            xlm-roberta-base | "model_type": "xlm-roberta", "hidden_size": 768, "max_position_embeddings": 514, "type_vocab_size": 1, "pad_token_id": 1 | text: width 768, tokens + segment[1 rows] + position[514 rows, first 2, padding 1]
            efficient-mlm | "model_type": "roberta-prelayernorm", "hidden_size": 1024, "max_position_embeddings": 514, "type_vocab_size": 1, "pad_token_id": 1 | text: width 1024, tokens + segment[1 rows] + position[514 rows, first 2, padding 1]
            xlm-roberta-xl | "model_type": "xlm-roberta-xl", "hidden_size": 2560, "max_position_embeddings": 514, "type_vocab_size": 1, "pad_token_id": 1 | text: width 2560, tokens + segment[1 rows] + position[514 rows, first 2, padding 1]
            data2vec-text-base | "model_type": "data2vec-text", "hidden_size": 768, "max_position_embeddings": 514, "type_vocab_size": 1, "pad_token_id": 1 | text: width 768, tokens + segment[1 rows] + position[514 rows, first 2, padding 1]
            longformer-base-4096 | "model_type": "longformer", "hidden_size": 768, "max_position_embeddings": 4098, "type_vocab_size": 1, "pad_token_id": 1 | text: width 768, tokens + position[4098 rows, first 2, padding 1] + segment[1 rows]
            luke-base | "model_type": "luke", "hidden_size": 768, "max_position_embeddings": 514, "type_vocab_size": 1, "pad_token_id": 1 | text: width 768, tokens + position[514 rows, first 2, padding 1] + segment[1 rows]
            distilbert-base-uncased | "model_type": "distilbert", "dim": 768, "max_position_embeddings": 512, "sinusoidal_pos_embds": false | text: width 768, tokens + position[512 rows]
            distilbert-sinusoidal | "model_type": "distilbert", "dim": 768, "max_position_embeddings": 512, "sinusoidal_pos_embds": true | text: width 768, tokens + sinusoid vaswani INTERLEAVED, width 768, EXACT of positions from 0 (512)
            xlm-mlm-en-2048 | "model_type": "xlm", "emb_dim": 2048, "max_position_embeddings": 512, "sinusoidal_embeddings": false, "n_langs": 1, "use_lang_emb": true | text: width 2048, tokens + position[512 rows]
            xlm-mlm-tlm-xnli15-1024 | "model_type": "xlm", "emb_dim": 1024, "max_position_embeddings": 512, "sinusoidal_embeddings": false, "n_langs": 15, "use_lang_emb": true | text: width 1024, tokens + position[512 rows] + language[15 rows]
            xlm-sinusoidal | "model_type": "xlm", "emb_dim": 512, "max_position_embeddings": 512, "sinusoidal_embeddings": true, "n_langs": 2, "use_lang_emb": true | text: width 512, tokens + sinusoid vaswani INTERLEAVED, width 512, EXACT of positions from 0 (512) + language[2 rows]
            flaubert-base-cased | "model_type": "flaubert", "emb_dim": 768, "max_position_embeddings": 512, "sinusoidal_embeddings": false, "n_langs": 1, "use_lang_emb": true | text: width 768, tokens + position[512 rows]
            gpt2 | "model_type": "gpt2", "n_embd": 768, "n_positions": 1024, "n_ctx": 1024 | text: width 768, tokens + position[1024 rows]
            imagegpt-small | "model_type": "imagegpt", "n_embd": 512, "n_positions": 1024 | text: width 512, tokens + position[1024 rows]
            openai-gpt | "model_type": "openai-gpt", "n_embd": 768, "n_positions": 512 | text: width 768, tokens + position[512 rows]
            gpt_bigcode-santacoder | "model_type": "gpt_bigcode", "n_embd": 2048, "n_positions": 2048, "multi_query": true | text: width 2048, tokens + position[2048 rows]
            gpt-neo-1.3B | "model_type": "gpt_neo", "hidden_size": 2048, "max_position_embeddings": 2048 | text: width 2048, tokens + position[2048 rows]
            opt-125m | "model_type": "opt", "hidden_size": 768, "word_embed_proj_dim": 768, "max_position_embeddings": 2048, "pad_token_id": 1 | text: width 768, tokens + position[2050 rows, first 2, padding 1]
            biogpt | "model_type": "biogpt", "hidden_size": 1024, "max_position_embeddings": 1024, "scale_embedding": true, "pad_token_id": 1 | text: width 1024, 32.0 * tokens + position[1026 rows, first 2, padding 1]
            xglm-564M | "model_type": "xglm", "d_model": 1024, "max_position_embeddings": 2048, "scale_embedding": true, "pad_token_id": 1 | text: width 1024, 32.0 * tokens + sinusoid endpoint HALVES, width 1024, offset 2, zero row 1, HF_FLOAT32 of positions from 0 (2048)
            ctrl | "model_type": "ctrl", "n_embd": 1280, "n_positions": 50000, "n_ctx": 512 | text: width 1280, 35.77709 * tokens + sinusoid vaswani HALVES, width 1280, EXACT of positions from 0 (50000)
            layoutlm-base-uncased | "model_type": "layoutlm", "hidden_size": 768, "max_position_embeddings": 512, "max_2d_position_embeddings": 1024, "type_vocab_size": 2 | text: width 768, tokens + position[512 rows] + left[x, 1024 rows] + upper[y, 1024 rows] + right[x, 1024 rows] + lower[y, 1024 rows] + height[1024 rows] + width[1024 rows] + segment[2 rows]
            tapas-base | "model_type": "tapas", "hidden_size": 768, "max_position_embeddings": 1024, "type_vocab_sizes": [3, 256, 256, 2, 256, 256, 10], "reset_position_index_per_cell": true | text: width 768, tokens + position[1024 rows, CLAMP] + type 0[3 rows] + type 1[256 rows] + type 2[256 rows] + type 3[2 rows] + type 4[256 rows] + type 5[256 rows] + type 6[10 rows]
            visualbert-vqa | "model_type": "visual_bert", "hidden_size": 768, "max_position_embeddings": 512, "type_vocab_size": 2 | text: width 768, tokens + segment[2 rows] + position[512 rows]; vision: width 768, tokens + position[512 rows] + segment[2 rows]
            bart-large | "model_type": "bart", "d_model": 1024, "max_position_embeddings": 1024, "scale_embedding": false, "extra_pos_embeddings": 2, "static_position_embeddings": false | encoder: width 1024, tokens + position[1026 rows, first 2]; decoder: width 1024, tokens + position[1026 rows, first 2]
            mbart-large-cc25 | "model_type": "mbart", "d_model": 1024, "max_position_embeddings": 1024, "scale_embedding": true | encoder: width 1024, 32.0 * tokens + position[1026 rows, first 2]; decoder: width 1024, 32.0 * tokens + position[1026 rows, first 2]
            plbart-base | "model_type": "plbart", "d_model": 768, "max_position_embeddings": 1024, "scale_embedding": true | encoder: width 768, 27.712812 * tokens + position[1026 rows, first 2]; decoder: width 768, 27.712812 * tokens + position[1026 rows, first 2]
            mvp | "model_type": "mvp", "d_model": 1024, "max_position_embeddings": 1024, "scale_embedding": false | encoder: width 1024, tokens + position[1026 rows, first 2]; decoder: width 1024, tokens + position[1026 rows, first 2]
            blenderbot-3B | "model_type": "blenderbot", "d_model": 2560, "max_position_embeddings": 128, "scale_embedding": true, "extra_pos_embeddings": 0 | encoder: width 2560, 50.596443 * tokens + position[128 rows]; decoder: width 2560, 50.596443 * tokens + position[128 rows]
            blenderbot_small-90M | "model_type": "blenderbot-small", "d_model": 512, "max_position_embeddings": 512, "scale_embedding": true | encoder: width 512, 22.627417 * tokens + position[512 rows]; decoder: width 512, 22.627417 * tokens + position[512 rows]
            bigbird-pegasus-large-arxiv | "model_type": "bigbird_pegasus", "d_model": 1024, "max_position_embeddings": 4096, "scale_embedding": true | encoder: width 1024, 32.0 * tokens + position[4096 rows]; decoder: width 1024, 32.0 * tokens + position[4096 rows]
            led-base-16384 | "model_type": "led", "d_model": 768, "max_encoder_position_embeddings": 16384, "max_decoder_position_embeddings": 1024 | encoder: width 768, tokens + position[16384 rows]; decoder: width 768, tokens + position[1024 rows]
            opus-mt-en-de | "model_type": "marian", "d_model": 512, "max_position_embeddings": 512, "scale_embedding": true, "static_position_embeddings": true | encoder: width 512, 22.627417 * tokens + sinusoid vaswani HALVES, width 512, EXACT of positions from 0 (512); decoder: width 512, 22.627417 * tokens + sinusoid vaswani HALVES, width 512, EXACT of positions from 0 (512)
            pegasus-xsum | "model_type": "pegasus", "d_model": 1024, "max_position_embeddings": 512, "scale_embedding": true, "static_position_embeddings": true, "extra_pos_embeddings": 0 | encoder: width 1024, 32.0 * tokens + sinusoid vaswani HALVES, width 1024, EXACT of positions from 0 (512); decoder: width 1024, 32.0 * tokens + sinusoid vaswani HALVES, width 1024, EXACT of positions from 0 (512)
            pegasus-x-base | "model_type": "pegasus_x", "d_model": 768, "max_position_embeddings": 16384, "scale_embedding": true | encoder: width 768, 27.712812 * tokens + sinusoid endpoint HALVES, width 768, HF_FLOAT32 of positions from 0 (16384); decoder: width 768, 27.712812 * tokens + sinusoid endpoint HALVES, width 768, HF_FLOAT32 of positions from 0 (16384)
            m2m100_418M | "model_type": "m2m_100", "d_model": 1024, "max_position_embeddings": 1024, "scale_embedding": true, "pad_token_id": 1 | encoder: width 1024, 32.0 * tokens + sinusoid endpoint HALVES, width 1024, zero row 1, HF_FLOAT32 of positions from 2 (1024); decoder: width 1024, 32.0 * tokens + sinusoid endpoint HALVES, width 1024, zero row 1, HF_FLOAT32 of positions from 2 (1024)
            nllb-moe-54b | "model_type": "nllb-moe", "d_model": 2048, "max_position_embeddings": 1024, "scale_embedding": true, "pad_token_id": 1 | encoder: width 2048, 45.254833 * tokens + sinusoid endpoint HALVES, width 2048, zero row 1, HF_FLOAT32 of positions from 2 (1024); decoder: width 2048, 45.254833 * tokens + sinusoid endpoint HALVES, width 2048, zero row 1, HF_FLOAT32 of positions from 2 (1024)
            wmt19-en-de | "model_type": "fsmt", "d_model": 1024, "max_position_embeddings": 1024, "scale_embedding": true, "pad_token_id": 1 | encoder: width 1024, 32.0 * tokens + sinusoid endpoint HALVES, width 1024, zero row 1, HF_FLOAT32 of positions from 2 (1024); decoder: width 1024, 32.0 * tokens + sinusoid endpoint HALVES, width 1024, zero row 1, HF_FLOAT32 of positions from 2 (1024)
            prophetnet-large-uncased | "model_type": "prophetnet", "hidden_size": 1024, "max_position_embeddings": 512, "pad_token_id": 0 | encoder: width 1024, tokens + position[512 rows, first 1, CLAMP]; decoder: width 1024, tokens + position[512 rows, first 1, CLAMP]
            xprophetnet-large | "model_type": "xlm-prophetnet", "hidden_size": 1024, "max_position_embeddings": 514, "pad_token_id": 1 | encoder: width 1024, tokens + position[514 rows, first 2, CLAMP]; decoder: width 1024, tokens + position[514 rows, first 2, CLAMP]
            s2t-small-librispeech-asr | "model_type": "speech_to_text", "d_model": 256, "max_source_positions": 6000, "max_target_positions": 1024, "scale_embedding": true, "pad_token_id": 1 | encoder: width 256, 16.0 * tokens + sinusoid endpoint HALVES, width 256, zero row 1, HF_FLOAT32 of positions from 2 (6000); decoder: width 256, 16.0 * tokens + sinusoid endpoint HALVES, width 256, zero row 1, HF_FLOAT32 of positions from 2 (1024)
            whisper-tiny | "model_type": "whisper", "d_model": 384, "max_source_positions": 1500, "max_target_positions": 448, "scale_embedding": false, "pad_token_id": 50257 | encoder: width 384, tokens + sinusoid endpoint HALVES, width 384, HF_FLOAT32 of positions from 0 (1500); decoder: width 384, tokens + position[448 rows]
            musicgen-small | "model_type": "musicgen", "decoder": {"model_type": "musicgen_decoder", "hidden_size": 1024, "max_position_embeddings": 2048, "scale_embedding": false}, "text_encoder": {"model_type": "t5"} | decoder: width 1024, tokens + sinusoid endpoint HALVES_FLIPPED, width 1024, HF_FLOAT32 of positions from 0 (2048)
            musicgen-melody | "model_type": "musicgen_melody", "decoder": {"model_type": "musicgen_melody_decoder", "hidden_size": 1536} | decoder: width 1536, tokens + sinusoid endpoint HALVES_FLIPPED, width 1536, HF_FLOAT32 of positions from 0 (2048)
            musicgen-decoder | "model_type": "musicgen_decoder", "hidden_size": 1024, "max_position_embeddings": 2048 | decoder: width 1024, tokens + sinusoid endpoint HALVES_FLIPPED, width 1024, HF_FLOAT32 of positions from 0 (2048)
            musicgen-melody-decoder | "model_type": "musicgen_melody_decoder", "hidden_size": 1024, "max_position_embeddings": 2048 | decoder: width 1024, tokens + sinusoid endpoint HALVES_FLIPPED, width 1024, HF_FLOAT32 of positions from 0 (2048)
            speecht5_tts | "model_type": "speecht5", "hidden_size": 768, "max_text_positions": 600, "max_speech_positions": 1876, "scale_embedding": false, "pad_token_id": 1 | text-encoder: width 768, tokens + sinusoid vaswani INTERLEAVED, width 768, HF_FLOAT32 of positions from 0 (600); speech-encoder: width 768, tokens + sinusoid endpoint HALVES, width 768, zero row 1, HF_FLOAT32 of positions from 2 (1876); text-decoder: width 768, tokens + sinusoid endpoint HALVES, width 768, zero row 1, HF_FLOAT32 of positions from 2 (600); speech-decoder: width 768, tokens + sinusoid vaswani INTERLEAVED, width 768, HF_FLOAT32 of positions from 0 (1876)
            hf-seamless-m4t-medium | "model_type": "seamless_m4t", "hidden_size": 1024, "max_position_embeddings": 1024, "t2u_max_position_embeddings": 2048, "scale_embedding": true, "pad_token_id": 0, "t2u_pad_token_id": 1 | encoder: width 1024, 32.0 * tokens + sinusoid endpoint HALVES, width 1024, zero row 0, HF_FLOAT32 of positions from 1 (1024); decoder: width 1024, 32.0 * tokens + sinusoid endpoint HALVES, width 1024, zero row 0, HF_FLOAT32 of positions from 1 (1024); unit-decoder: width 1024, 32.0 * tokens + sinusoid endpoint HALVES, width 1024, zero row 1, HF_FLOAT32 of positions from 2 (2048)
            vit-base-patch16-224 | "model_type": "vit", "hidden_size": 768, "image_size": 224, "patch_size": 16 | vision: width 768, tokens + position[197 rows], patches 14 x 14 after 1
            vit-wide | "model_type": "vit", "hidden_size": 768, "image_size": [224, 448], "patch_size": [16, 32] | vision: width 768, tokens + position[197 rows], patches 14 x 14 after 1
            vit-msn-small | "model_type": "vit_msn", "hidden_size": 384, "image_size": 224, "patch_size": 16 | vision: width 384, tokens + position[197 rows], patches 14 x 14 after 1
            dinov2-base | "model_type": "dinov2", "hidden_size": 768, "image_size": 518, "patch_size": 14 | vision: width 768, tokens + position[1370 rows], patches 37 x 37 after 1
            dinov2-with-registers-base | "model_type": "dinov2_with_registers", "hidden_size": 768, "image_size": 518, "patch_size": 14, "num_register_tokens": 4 | vision: width 768, tokens + position[1370 rows], patches 37 x 37 after 1
            deit-base-distilled-patch16-224 | "model_type": "deit", "hidden_size": 768, "image_size": 224, "patch_size": 16 | vision: width 768, tokens + position[198 rows], patches 14 x 14 after 2
            ijepa-vith14-1k | "model_type": "ijepa", "hidden_size": 1280, "image_size": 224, "patch_size": 14 | vision: width 1280, tokens + position[256 rows], patches 16 x 16 after 0
            beit-absolute | "model_type": "beit", "hidden_size": 768, "image_size": 224, "patch_size": 16, "use_absolute_position_embeddings": true | vision: width 768, tokens + position[197 rows], patches 14 x 14 after 1
            clip-vit-base-patch32 | "model_type": "clip", "text_config": {"model_type": "clip_text_model", "hidden_size": 512, "max_position_embeddings": 77}, "vision_config": {"model_type": "clip_vision_model", "hidden_size": 768, "image_size": 224, "patch_size": 32} | text: width 512, tokens + position[77 rows]; vision: width 768, tokens + position[50 rows], patches 7 x 7 after 1
            clip-vit-large-patch14 | "model_type": "clip", "text_config": {"hidden_size": 768}, "vision_config": {"hidden_size": 1024, "patch_size": 14} | text: width 768, tokens + position[77 rows]; vision: width 1024, tokens + position[257 rows], patches 16 x 16 after 1
            clip-text | "model_type": "clip_text_model", "hidden_size": 512, "max_position_embeddings": 77 | text: width 512, tokens + position[77 rows]
            clip-vision | "model_type": "clip_vision_model", "hidden_size": 768, "image_size": 224, "patch_size": 32 | vision: width 768, tokens + position[50 rows], patches 7 x 7 after 1
            siglip-base-patch16-224 | "model_type": "siglip", "text_config": {"model_type": "siglip_text_model"}, "vision_config": {"model_type": "siglip_vision_model"} | text: width 768, tokens + position[64 rows]; vision: width 768, tokens + position[196 rows], patches 14 x 14 after 0
            siglip-text | "model_type": "siglip_text_model", "hidden_size": 768, "max_position_embeddings": 64 | text: width 768, tokens + position[64 rows]
            siglip-vision | "model_type": "siglip_vision_model", "hidden_size": 1152, "image_size": 384, "patch_size": 14 | vision: width 1152, tokens + position[729 rows], patches 27 x 27 after 0
            """;

    /** Models of positions in a grid, whose stacks are looked at in the test. */
    private static final String GRIDS = """
            vit-mae-base | "model_type": "vit_mae", "hidden_size": 768, "decoder_hidden_size": 512, "image_size": 224, "patch_size": 16 | grid
            detr-resnet-50 | "model_type": "detr", "d_model": 256, "position_embedding_type": "sine" | grid
            table-transformer-detection | "model_type": "table-transformer", "d_model": 256, "position_embedding_type": "sine" | grid
            conditional-detr-resnet-50 | "model_type": "conditional_detr", "d_model": 256, "position_embedding_type": "sine" | grid
            detr-learned | "model_type": "detr", "d_model": 256, "position_embedding_type": "learned" | encoder: width 256, tokens + column[50 rows] + row[50 rows, from column 128]
            """;

    /** One model. */
    record Entry(String name, String json, String stacks) {

        EmbeddingConfig read() {
            return HfEmbeddings.parse(json, name);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private EmbeddingModels() {}

    static List<Entry> all() {
        return (MODELS + GRIDS).lines().map(line -> line.split(" \\| "))
                .map(cells -> new Entry(cells[0], "{" + cells[1] + "}", cells[2])).toList();
    }

    static Entry of(String name) {
        return all().stream().filter(e -> e.name().equals(name)).findFirst().orElseThrow();
    }
}
