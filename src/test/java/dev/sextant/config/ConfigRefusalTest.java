package dev.sextant.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every way in which a configuration can be wrong gives a sentence that names it; nothing is replaced by a default. */
class ConfigRefusalTest {

    private static final String LLAMA = """
            "model_type": "llama", "hidden_size": 4096, "num_attention_heads": 32, "num_key_value_heads": 8""";

    private static String refusal(String json) {
        return assertThrows(ConfigException.class, () -> HfConfig.parse(json, "test")).getMessage();
    }

    /** What is added to a good configuration, and words of the refusal. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`',
            textBlock = """
                    "rope_scaling": {"rope_type": "warp", "factor": 2}             | rope type 'warp' is not known; known: default, dynamic, linear, llama3, longrope, proportional, yarn; known but not supported: axial
                    "rope_scaling": {"type": "su"}                                 | 'rope_scaling.long_factor': is missing; rope type 'longrope' needs it
                    "rope_scaling": {"type": "ntk"}                                | rope type 'ntk' is not supported; supported: default, dynamic
                    "rope_scaling": {"type": "mrope"}                              | 'rope_scaling.type': is 'mrope', positions of several axes, which is not known of model type 'llama'
                    "rope_scaling": {"type": "mrope", "mrope_section": [1, 2]}     | 'rope_scaling.mrope_section': shares pairs out between several axes
                    "rope_scaling": {"type": "linear", "rope_type": "default"}     | 'rope_scaling.type': is 'linear' but 'rope_type' is 'default'
                    "rope_scaling": {"type": "linear"}                             | 'rope_scaling.factor': is missing; rope type 'linear' needs it
                    "rope_scaling": {"type": "linear", "factor": 2, "beta": 1}     | 'rope_scaling.beta': is not a key of rope type 'linear'; its keys: factor, partial_rotary_factor, rope_theta, rope_type, type
                    "rope_scaling": {"factor": 2}                                  | 'rope_scaling.factor': is not a key of rope type 'default'
                    "rope_scaling": {"type": "linear", "factor": "2"}              | 'rope_scaling.factor': got "2", wanted a finite number
                    "rope_scaling": {"type": "linear", "factor": NaN}              | 'rope_scaling.factor': got NaN, wanted a finite number
                    "rope_scaling": {"type": "linear", "factor": 0}                | 'rope_scaling.factor': got 0, wanted a number above 0
                    "rope_scaling": [2]                                            | 'rope_scaling': got an array, wanted an object
                    "rope_scaling": {"type": "linear", "factor": 2}, "rope_parameters": {"type": "linear", "factor": 4} | differs from 'rope_parameters'
                    "rope_parameters": {"full_attention": {"rope_type": "default"}, "factor": 2} | 'rope_parameters': mixes keys of a rule with blocks of layer types: factor, full_attention
                    "rope_parameters": {"full_attention": {"rope_type": "warp"}}   | 'rope_parameters.full_attention.rope_type': rope type 'warp' is not known
                    "rope_parameters": {"full_attention": {"a": {}}}               | 'rope_parameters.full_attention.a': is not a key of rope type 'default'
                    "rope_theta": 1                                                | 'rope_theta': got 1, wanted a number above 1
                    "rope_theta": true                                             | 'rope_theta': got true, wanted a finite number
                    "rope_local_base_freq": 10000                                  | 'rope_local_base_freq': gives some layers a rotation of their own
                    "qk_rope_head_dim": 64                                         | multi-head latent attention, which is not known of model type 'llama'
                    "rope_interleaved": true                                       | 'rope_interleaved': is true
                    "alibi": true                                                  | no rotary embedding
                    "partial_rotary_factor": 0.102                                 | gives a rotary dim of 13, wanted an even number
                    "partial_rotary_factor": 1.5                                   | gives a rotary dim of 192, wanted an even number from 2 to the head dim 128
                    "rotary_dim": 33                                               | rotary dim of 33
                    "rotary_dim": 64, "partial_rotary_factor": 0.25                | 'rotary_dim': got 64, but the partial rotary factor 0.25 of head dim 128 gives 32
                    "head_dim": 12.5                                               | 'head_dim': got 12.5, wanted an integer
                    "max_position_embeddings": -1                                  | 'max_position_embeddings': got -1, wanted an integer
                    """)
    void badValues(String more, String words) {
        String message = refusal("{" + LLAMA + ", " + more + "}");
        assertTrue(message.contains(words), message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`',
            textBlock = """
                    {}                                                                      | 'model_type': is missing
                    {"model_type": 5}                                                       | 'model_type': got 5, wanted a string
                    {"model_type": "llama"}                                                 | 'num_attention_heads': is missing
                    {"model_type": "llama", "num_attention_heads": 32}                      | 'hidden_size': is missing
                    {"model_type": "llama", "num_attention_heads": 3, "hidden_size": 64}    | hidden size 64 is not a multiple of 3 heads
                    {"model_type": "mistral", "num_attention_heads": 4, "hidden_size": 64}  | 'num_key_value_heads': is missing
                    {"model_type": "llama", "num_attention_heads": 4, "num_key_value_heads": 3, "head_dim": 64} | got 3, wanted a divisor of the 4 query heads
                    {"model_type": "starcoder2", "num_attention_heads": 4, "num_key_value_heads": 4, "head_dim": 64} | 'rope_theta': is missing, and model type 'starcoder2' has no default known here
                    {"model_type": "minimax_m2", "num_attention_heads": 4, "num_key_value_heads": 4, "head_dim": 64} | 'rotary_dim': is missing
                    {"model_type": "apertus", "num_attention_heads": 4, "head_dim": 64, "rope_theta": 9} | the file must state the rule
                    {"model_type": "gptj", "n_head": 4, "n_embd": 64, "rotary_dim": 8, "rotary": false} | the model has no rotary embedding
                    {"text_config": {"hidden_size": 64}}                                    | 'text_config.model_type': is missing
                    {"text_config": 7}                                                      | 'text_config': got 7, wanted an object
                    """)
    void missingParts(String json, String words) {
        String message = refusal(json);
        assertTrue(message.contains(words), message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``                                          | is empty
            [1]                                         | test:1:1: starts with an array, wanted a JSON object
            {"a": 1                                     | is not valid JSON
            {"a": 1} {                                  | goes on after the end
            {"a": 1, "a": 2}                            | Duplicate field 'a'
            {"x": {"a": 1, "a": 2}}                     | Duplicate field 'a'
            {"a": [1, {"b": 1, "b": 2}]}                | Duplicate field 'b'
            {"a": tru}                                  | is not valid JSON
            {'a': 1}                                    | is not valid JSON
            {"a": 1,}                                   | is not valid JSON
            """)
    void brokenJson(String json, String words) {
        String message = refusal(json);
        assertTrue(message.contains(words), message);
    }

    @Test
    void pointsAtLineAndColumn() {
        ConfigException e = assertThrows(ConfigException.class, () -> HfConfig.parse("""
                {
                  "model_type": "llama", "num_attention_heads": 1, "head_dim": 64,
                  "rope_scaling": {
                    "rope_type": "yern"
                  }
                }
                """, "config.json"));
        assertEquals("config.json", e.source());
        assertEquals(4, e.line());
        assertEquals(18, e.column());
        assertTrue(e.getMessage().startsWith("config.json:4:18: 'rope_scaling.rope_type': "), e.getMessage());
    }

    @Test
    void nestingIsLimited() {
        String message = refusal("{\"a\": " + "[".repeat(100_000) + "]".repeat(100_000) + "}");
        assertTrue(message.contains("beyond the limits of a configuration"), message);
    }

    @Test
    void tokensAreLimited() {
        String message = refusal("{\"a\": [" + "1,".repeat(1_100_000) + "1]}");
        assertTrue(message.contains("beyond the limits of a configuration"), message);
    }

    @Test
    void fileSizeIsLimited(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("config.json");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[]{'{'}), 64L << 20); // a hole, then one byte too many
        }
        String message = assertThrows(ConfigException.class, () -> HfConfig.read(file)).getMessage();
        assertTrue(message.contains("wanted at most 67108864"), message);
    }

    @Test
    void invalidUnicode() {
        byte[] bytes = "{\"model_type\": \"ll?ma\"}".getBytes(StandardCharsets.ISO_8859_1);
        bytes[18] = (byte) 0xff;
        assertThrows(ConfigException.class, () -> HfConfig.read(new ByteArrayInputStream(bytes), "test"));
    }

    /** Published files hold Infinity in keys of other parts of the model. */
    @Test
    void infinityElsewhereIsNoneOfOurBusiness() {
        assertEquals(128, HfConfig.parse("{" + LLAMA + ", \"time_step_limit\": [0.0, Infinity]}", "test").headDim());
    }

    @Test
    void missingFileIsAnInputError(@TempDir Path folder) {
        assertThrows(NoSuchFileException.class, () -> HfConfig.read(folder.resolve("nowhere.json")));
    }
}
