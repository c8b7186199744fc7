package dev.sextant.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sextant.encoding.PairLayout;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Attributes of the ONNX node: 0 means "the whole head" and "not stated". */
class OnnxRotaryTest {

    @Test
    void attributes() {
        OnnxRotary plain = OnnxRotary.of(Map.of());
        assertEquals(new OnnxRotary(false, 0, 0), plain);
        assertEquals(PairLayout.HALF_SPLIT, plain.layout());
        assertEquals(8, plain.rotaryDim(8, 4));
        OnnxRotary node = OnnxRotary
                .of(Map.of("interleaved", 1L, "rotary_embedding_dim", 4L, "num_heads", 3, "scale", 1f));
        assertEquals(PairLayout.INTERLEAVED, node.layout());
        assertEquals(4, node.rotaryDim(8, 2));
        assertEquals(8, node.headDim(24));
    }

    @Test
    void refusals() {
        for (Map<String, Number> attributes : List.<Map<String, Number>>of(Map.of("interleaved", 2), Map.of("mode", 1),
                Map.of("rotary_embedding_dim", 3), Map.of("rotary_embedding_dim", -2), Map.of("num_heads", 0.5),
                Map.of("scale", 2), Map.of("is_packed_batching", 1), Map.of("num_heads", 1L << 40))) {
            assertThrows(IllegalArgumentException.class, () -> OnnxRotary.of(attributes), attributes::toString);
        }
        OnnxRotary node = new OnnxRotary(false, 4, 3);
        assertThrows(IllegalArgumentException.class, () -> node.rotaryDim(2, 2));
        assertThrows(IllegalArgumentException.class, () -> node.rotaryDim(8, 4));
        assertThrows(IllegalArgumentException.class, () -> node.headDim(25));
        assertThrows(IllegalArgumentException.class, () -> new OnnxRotary(false, 0, 0).headDim(24));
    }
}
