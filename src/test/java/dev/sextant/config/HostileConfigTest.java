package dev.sextant.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sextant.encoding.LinearFrequencies;
import dev.sextant.encoding.ProportionalFrequencies;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that say two things at once, or one thing where another is read. Each would once have given a rotation in silence. */
class HostileConfigTest {

    private static final String LLAMA = """
            {"model_type": "llama", "num_attention_heads": 32, "num_key_value_heads": 8, "head_dim": 128, %s}""";

    private static ModelConfig llama(String more) {
        return HfConfig.parse(LLAMA.formatted(more), "test");
    }

    private static String refusal(String more) {
        return assertThrows(ConfigException.class, () -> llama(more)).getMessage();
    }

    /** Numbers that are none, numbers as texts, keys twice. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`',
            textBlock = """
                    "rope_theta": 1e400                                                       | 'rope_theta': got Infinity, wanted a finite number
                    "rope_theta": -1e400                                                      | 'rope_theta': got -Infinity, wanted a finite number
                    "rope_theta": NaN                                                         | 'rope_theta': got NaN, wanted a finite number
                    "rope_theta": "10000"                                                     | 'rope_theta': got "10000", wanted a finite number
                    "rope_theta": [10000]                                                     | 'rope_theta': got an array, wanted a finite number
                    "rope_theta": 0x2710                                                      | is not valid JSON
                    "rope_theta": 010000                                                      | is not valid JSON
                    "rope_theta": 10000, "rope_theta": 500000                                 | Duplicate
                    "rope_theta": 10000, "rope_\\u0074heta": 500000                           | Duplicate
                    "rope_scaling": {"type": "linear", "factor": 2, "factor": 4}              | Duplicate
                    "rope_scaling": {"type": "linear", "factor": 1e-400}                      | 'rope_scaling.factor': got 0.0, wanted a number above 0
                    "rope_scaling": "linear"                                                  | 'rope_scaling': got "linear", wanted an object
                    "rope_scaling": {"rope_type": ["linear"], "factor": 2}                    | 'rope_scaling.rope_type': got an array, wanted a string
                    "rope_scaling": {"rope_type": "lin\\u0435ar", "factor": 2}                | is not known
                    "rope_scaling": {"type": "dynamic", "alpha": 1000, "factor": 2}           | 'rope_scaling.factor': got 2, wanted 1 beside an alpha
                    "rope_parameters": {"vision": {"rope_theta": 100}}                        | 'rope_parameters.vision': is not a known type of layer; known: attention, chunked_attention, full_attention, sliding_attention
                    "rope_parameters": {"full_attention": null, "sliding_attention": {}}      | 'rope_parameters.full_attention': is null, wanted the block of a layer type
                    "partial_rotary_factor": 1.5, "rope_scaling": {"type": "proportional"}    | 'rope_scaling.partial_rotary_factor': got 1.5, wanted at most 1
                    """)
    void badValues(String more, String words) {
        String message = refusal(more);
        assertTrue(message.contains(words), message);
    }

    @Test
    void nestingHasALimit() {
        assertTrue(refusal("\"x\": " + "[".repeat(5000)).contains("beyond the limits"));
        assertTrue(
                refusal("\"rope_parameters\": " + "{\"full_attention\": ".repeat(5000)).contains("beyond the limits"));
    }

    @Test
    void listsHaveALimit() {
        String many = "1" + ",1".repeat(70_000);
        assertTrue(refusal("\"rope_scaling\": {\"type\": \"longrope\", \"short_factor\": [" + many + "]}")
                .contains("'short_factor' has more than 65536 elements"));
        assertTrue(refusal("\"x\": [" + many.repeat(1).concat(",1".repeat(1_000_000)) + "]")
                .contains("beyond the limits"));
    }

    /** A key or a name from a file must not fill the screen, nor move its cursor, nor turn its text. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "rope_scaling": {"%s": 1}
            "rope_scaling": {"type": "%s"}
            "rope_scaling": {"type": "linear", "factor": "%s"}
            "rope_parameters": {"%s": {"rope_theta": 100}}
            "rope_parameters": {"full_attention": {"%s": {"a": 1}}}
            "layer_types": ["%s"]
            "rope_theta": {"%s": 1}
            """)
    void messagesAreShortAndHarmless(String more) {
        for (String name : List.of("\\u001b[2J\\r\\n", "\\u202e\\u2066\\u200b", "\\ud800x", "w".repeat(40_000))) {
            String message = refusal(more.formatted(name));
            assertTrue(message.length() < 1000, () -> "message of " + message.length() + " characters");
            assertTrue(message.chars().noneMatch(c -> Character.isISOControl(c)
                    || Character.getType(c) == Character.FORMAT || Character.isSurrogate((char) c)), message);
        }
    }

    /** The part stands at the top of older files. */
    @Test
    void partOfProportional() {
        assertEquals(new ProportionalFrequencies(10_000, 0.25, 1),
                llama("\"partial_rotary_factor\": 0.25, \"rope_scaling\": {\"rope_type\": \"proportional\"}").rope()
                        .frequencies());
        assertEquals(new ProportionalFrequencies(10_000, 0.5, 1), llama("\"partial_rotary_factor\": 0.25, "
                + "\"rope_scaling\": {\"rope_type\": \"proportional\", \"partial_rotary_factor\": 0.5}").rope()
                .frequencies(), "the block counts");
    }

    private static String multimodal(String whole, String text) {
        return "{\"model_type\": \"qwen2_5_vl\", " + whole
                + " \"text_config\": " + LLAMA.formatted("\"rope_theta\": 500000" + text) + "}";
    }

    /** What stands beside the part for text counts for nothing, so it must not say anything else. */
    @Test
    void rotationBesideTheTextModel() {
        assertEquals("llama", HfConfig.parse(multimodal("\"rope_theta\": 5e5,", ""), "test").modelType());
        for (String whole : List.of("\"rope_theta\": 10000,",
                "\"rope_scaling\": {\"type\": \"linear\", \"factor\": 2},",
                "\"rope_parameters\": {\"rope_type\": \"default\"},", "\"partial_rotary_factor\": 0.5,")) {
            String json = multimodal(whole, "");
            String message = assertThrows(ConfigException.class, () -> HfConfig.parse(json, "test")).getMessage();
            assertTrue(message.contains("': is not what 'text_config' says, which is what counts"), message);
            ModelConfig lenient = HfConfig.parse(json, "test", Strictness.LENIENT);
            assertEquals(128, lenient.rope().rotaryDim());
            assertTrue(lenient.warnings().getFirst().endsWith("which is what counts; ignored"));
        }
    }

    @Test
    void equalNumbersAreEqual() {
        ModelConfig model = llama("\"rope_parameters\": {\"rope_type\": \"linear\", \"factor\": 8}, "
                + "\"rope_scaling\": {\"rope_type\": \"linear\", \"factor\": 8.0}");
        assertEquals(new LinearFrequencies(10_000, 8), model.rope().frequencies());
    }

    /** A key that looks as if it mattered and is not read. */
    @Test
    void unreadKeysAreToldOf() {
        assertEquals(List.of("'rotary_scaling_factor' is not read", "'rope_dim' is not read"),
                llama("\"rotary_scaling_factor\": 2, \"property\": 3, \"rope_dim\": 64, \"rope_mirrored\": false, "
                        + "\"rope_shift\": null").warnings());
    }

    @Test
    void unreadKeysOfGgufAreToldOf() throws IOException {
        assertEquals(List.of("'llama.rope.mirror' is not read", "'llama.rope.scaling.stretch' is not read"),
                TinyGguf.of("llama").put("llama.rope.scaling.stretch", 2).put("llama.rope.mirror", true)
                        .put("llama.rope.freq_base", 20_000f).put("other.rope.mirror", 1).read().model().warnings());
    }

    private static String refusal(byte[] bytes) {
        return assertThrows(ConfigException.class, () -> TinyGguf.read(bytes).model()).getMessage();
    }

    @Test
    void aTensorTwiceIsRefused() {
        byte[] bytes = TinyGguf.of("llama").tensor("rope_freqs.weight", new float[64])
                .tensor("rope_freqs.weighs", new float[64]).bytes();
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("weighs");
        bytes[at + 5] = 't';
        assertTrue(refusal(bytes).contains("tensor 'rope_freqs.weight' is there twice"), refusal(bytes));
    }

    /** A list of layers that is too short does not mean that the others stand still. */
    @Test
    void keyHeadsOfEveryLayer() throws IOException {
        TinyGguf file = TinyGguf.of("lfm2").put("lfm2.block_count", 4);
        assertTrue(file.put("lfm2.attention.head_count_kv", new int[]{8, 0, 8, 0}).read().model().layer(1).isEmpty());
        for (int[] wrong : new int[][]{{8, 0}, {8, 0, 8, 0, 8}, {}}) {
            String message = refusal(file.put("lfm2.attention.head_count_kv", wrong).bytes());
            assertTrue(message.contains("'lfm2.attention.head_count_kv': lists " + wrong.length + " layers of 4"),
                    message);
        }
    }

    /** Lengths that lie: the file is as long as it is. */
    @Test
    void lyingLengths() {
        byte[] good = TinyGguf.of("llama").put("a.text", "hello").put("a.array", new int[]{1, 2, 3}).bytes();
        ByteBuffer bytes = ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN);
        String text = new String(good, StandardCharsets.ISO_8859_1);
        for (int at : new int[]{text.indexOf("hello") - 8, text.indexOf("a.array") + 7 + 8}) {
            long right = bytes.getLong(at);
            for (long lie : new long[]{right + good.length, Integer.MAX_VALUE, 1L << 32, Long.MAX_VALUE, -1}) {
                bytes.putLong(at, lie);
                assertTrue(refusal(good).contains("got " + Long.toUnsignedString(lie)), refusal(good));
            }
            bytes.putLong(at, right);
        }
        bytes.putLong(16, bytes.getLong(16) + 1);
        assertTrue(refusal(good).contains("ends, wanted 8 more bytes, has 0"), "a key that is not there");
    }

    @Test
    void numbersOfAnyWidth() {
        BigInteger wide = BigInteger.ONE.shiftLeft(64);
        assertThrows(IllegalArgumentException.class, () -> OnnxRotary.of(Map.of("interleaved", wide)));
        assertThrows(IllegalArgumentException.class,
                () -> OnnxRotary.of(Map.of("num_heads", wide.add(BigInteger.TWO))));
        assertThrows(IllegalArgumentException.class, () -> OnnxRotary.of(Map.of("num_heads", Double.NaN)));
    }
}
