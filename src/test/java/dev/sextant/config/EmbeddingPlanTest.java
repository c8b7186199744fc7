package dev.sextant.config;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sextant.AdditivePlan;
import dev.sextant.Backend;
import dev.sextant.GatherPlan;
import dev.sextant.GatherPlanBuilder;
import dev.sextant.encoding.Additive;
import dev.sextant.encoding.GridCoordinates;
import dev.sextant.encoding.LearnedPositions;
import dev.sextant.encoding.PositionIds;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import dev.sextant.tensor.Table;
import dev.sextant.testkit.Backends;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** From a model's file to plans that run, with the rows that the reference classes have, and neighbours told apart. */
class EmbeddingPlanTest {

    /** Eight digits and a rounding; classes that work in float32 throughout are off by another one. */
    private static final double CLOSE = 1e-7;

    private static EmbeddingStack stack(String body, String name) {
        return HfEmbeddings.parse("{" + body + "}", "test").stack(name);
    }

    private static String fsmt(int width) {
        return "\"model_type\": \"fsmt\", \"d_model\": " + width
                + ", \"max_position_embeddings\": 32, \"scale_embedding\": true, \"pad_token_id\": 1";
    }

    private static float[] rows(Additive encoding, Positions positions, int count) {
        float[] first = new float[count * encoding.width()];
        AdditivePlan.builder(encoding, DType.F32).backend(Backend.java()).build()
                .fill(Rows.of(first, count, encoding.width()), positions);
        for (Backend backend : Backends.all()) {
            float[] got = new float[first.length];
            AdditivePlan.builder(encoding, DType.F32).backend(backend).build()
                    .fill(Rows.of(got, count, encoding.width()), positions);
            assertArrayEquals(first, got, backend.toString());
        }
        return first;
    }

    private static float[] row(EmbeddingStack stack, long position) {
        return rows(stack.encoding(), Positions.from(position), 1);
    }

    private static void assertClose(float[] got, double... wanted) {
        assertEquals(wanted.length, got.length);
        for (int i = 0; i < wanted.length; i++) {
            assertEquals(wanted[i], got[i], CLOSE, "column " + i);
        }
    }

    /** The row that FSMT's own tests have for id 2, and that of padding; M2M-100 has the same. */
    @Test
    void fsmtAndM2m100() {
        for (String body : List.of(fsmt(6), fsmt(6).replace("fsmt", "m2m_100"))) {
            EmbeddingStack encoder = stack(body, "encoder");
            assertClose(row(encoder, 2), .90929743, .01999867, .00020000, -.41614684, .99980001, .99999998);
            assertArrayEquals(new float[6], row(encoder, 1));
            int[] ids = PositionIds.afterPaddingId(new int[]{7, 8, 9, 1, 1}, 5,
                    encoder.generated().orElseThrow().paddingId().orElseThrow(), 0);
            assertArrayEquals(new int[]{2, 3, 4, 1, 1}, ids);
            float[] all = rows(encoder.encoding(), Positions.ids(ids), 5);
            assertArrayEquals(row(encoder, 2), Arrays.copyOf(all, 6));
            assertArrayEquals(new float[12], Arrays.copyOfRange(all, 18, 30));
        }
        assertClose(row(stack(fsmt(7).replace("\"pad_token_id\": 1", "\"pad_token_id\": 0"), "encoder"), 1), .84147098,
                .00999983, .00010000, .54030231, .99995000, 1, 0);
    }

    @Test
    void marian() {
        String body = fsmt(6).replace("fsmt", "marian");
        assertClose(row(stack(body, "decoder"), 2), .90929743, .09269850, .00430886, -.41614684, .99569422, .99999072);
        assertClose(row(stack(body.replace("6", "5"), "encoder"), 1), .84147098, .02511622, .00063096, .54030231,
                .99968454);
    }

    @Test
    void distilBert() {
        String body = "\"model_type\": \"distilbert\", \"dim\": 6, \"max_position_embeddings\": 32, "
                + "\"sinusoidal_pos_embds\": true";
        assertClose(row(stack(body, "text"), 2), .90929743, -.41614684, .09269850, .99569422, .00430886, .99999072);
    }

    @Test
    void whisper() {
        String body = "\"model_type\": \"whisper\", \"d_model\": 6, \"max_source_positions\": 32, "
                + "\"max_target_positions\": 16";
        assertClose(row(stack(body, "encoder"), 2), .90929743, .01999867, .00020000, -.41614684, .99980001, .99999998);
        assertEquals(LearnedPositions.bert(16), stack(body, "decoder").positions());
        float[] cosFirst = row(stack("\"model_type\": \"musicgen_decoder\", \"hidden_size\": 6, "
                + "\"max_position_embeddings\": 32", "decoder"), 2);
        assertClose(cosFirst, -.41614684, .99980001, .99999998, .90929743, .01999867, .00020000);
    }

    /** A quarter of the columns an axis and function; the class token at -1, -1 has zeros. */
    @Test
    void maeHasTheColumnFirst() {
        EmbeddingStack encoder = stack("\"model_type\": \"vit_mae\", \"hidden_size\": 8, \"decoder_hidden_size\": 4, "
                + "\"image_size\": 32, \"patch_size\": 16", "encoder");
        float[] got = rows(encoder.encoding(), Positions.axes(2, -1, 0, 1, -1, 1, 0), 3);
        double[] one = {.841471, .00999983, .540302, .99995};
        for (int i = 0; i < 4; i++) {
            assertEquals(0, got[i] + got[i + 4]);
            assertEquals(one[i], got[8 + i], 1e-6, "column 1 in the first half");
            assertEquals(one[i], got[20 + i], 1e-6, "row 1 in the second half");
        }
    }

    @Test
    void detr() {
        EmbeddingStack encoder = stack(
                "\"model_type\": \"detr\", \"d_model\": 8, \"position_embedding_type\": \"sine\"",
                "encoder");
        boolean[] valid = new boolean[6];
        Arrays.fill(valid, true);
        double[] cells = GridCoordinates.normalised(valid, 3, 2 * Math.PI);
        float[] got = new float[6 * 8];
        AdditivePlan.builder(encoder.encoding(), DType.F32).realCoordinates().build().fill(Rows.of(got, 6, 8),
                Positions.coordinates(2, cells));
        double[] wanted = {1.34e-6, -1, .03141075, .99950653, .86602575, -.49999943, .02094241, .99978065};
        for (int i = 0; i < 8; i++) {
            assertEquals(wanted[i], got[i], 2e-6, "column " + i);
        }
    }

    static List<EmbeddingModels.Entry> models() {
        return EmbeddingModels.all();
    }

    /** Every stack of every model: its sum is the scaled token, the generated row and one row of each table. */
    @ParameterizedTest
    @MethodSource("models")
    void everyStackRuns(EmbeddingModels.Entry model) {
        for (EmbeddingStack stack : model.read().stacks()) {
            int width = stack.width();
            float[] x = new float[2 * width];
            Arrays.fill(x, 0.5f);
            float[] wanted = x.clone();
            float scale = (float) stack.tokenScale();
            if (stack.generated().isPresent()) {
                int axes = stack.encoding().axes();
                Positions at = axes == 1 ? Positions.from(3) : Positions.axes(2, 3, 4, 5, 6);
                float[] e = rows(stack.encoding(), at, 2);
                AdditivePlan.of(stack.encoding(), DType.F32).add(Rows.of(x, 2, width), scale, at);
                for (int i = 0; i < wanted.length; i++) {
                    wanted[i] = scale * wanted[i] + e[i];
                }
                scale = 1;
            }
            gather(stack, x, wanted, scale);
            assertArrayEquals(wanted, x, stack::toString);
        }
    }

    private static void gather(EmbeddingStack stack, float[] x, float[] wanted, float scale) {
        if (stack.tables().isEmpty()) {
            return;
        }
        int width = stack.width();
        GatherPlanBuilder builder = GatherPlan.builder(width, DType.F32).inputScale(scale);
        for (int i = 0; i < wanted.length; i++) {
            wanted[i] *= scale;
        }
        Positions[] ids = new Positions[stack.tables().size()];
        for (int k = 0; k < ids.length; k++) {
            EmbeddingTable table = stack.tables().get(k);
            int all = table.rows().rows();
            float[] numbers = new float[all * table.width()];
            for (int r = 0; r < all; r++) {
                Arrays.fill(numbers, r * table.width(), (r + 1) * table.width(), r + 1f / (k + 2));
            }
            Table rows = Table.of(numbers, table.width());
            if (table.width() == width) {
                builder.add(rows, table.rows());
            } else {
                builder.addAt(table.column(), rows);
            }
            int last = table.rows().positions() - 1;
            ids[k] = Positions.ids(0, last);
            for (int t = 0; t < 2; t++) {
                int row = table.rows().row(t == 0 ? 0 : last);
                for (int c = 0; c < table.width(); c++) {
                    wanted[t * width + table.column() + c] += row + 1f / (k + 2);
                }
            }
        }
        builder.build().add(Rows.of(x, 2, width), ids);
    }

    /** Pairs of types whose files look alike and whose stacks do not behave alike. */
    @ParameterizedTest
    @CsvSource({"marian, pegasus_x", "marian, m2m_100", "m2m_100, pegasus_x", "bart, blenderbot", "bart, marian"})
    void filesThatLookAlike(String one, String other) {
        String body = fsmt(16);
        EmbeddingStack a = stack(body.replace("fsmt", one), "encoder");
        EmbeddingStack b = stack(body.replace("fsmt", other), "encoder");
        if (a.generated().isPresent() && b.generated().isPresent()) {
            double most = IntStream.of(0, 1, 3).mapToDouble(p -> distance(row(a, p), row(b, p))).max().orElseThrow();
            assertTrue(most > 1e-3, one + " and " + other);
        }
        assertTrue(!a.generated().equals(b.generated()) || !a.tables().equals(b.tables()), one + " and " + other);
    }

    private static double distance(float[] a, float[] b) {
        return IntStream.range(0, a.length).mapToDouble(i -> Math.abs(a[i] - b[i])).max().orElseThrow();
    }

    /** Padding on the left: five rules, five lists of rows. */
    @Test
    void paddedRowsOfNeighbours() {
        boolean[] left = {false, false, true, true, true};
        assertArrayEquals(new int[]{0, 1, 2, 3, 4}, learned("blenderbot-3B", "encoder").rows(left, 5, 0));
        assertArrayEquals(new int[]{2, 3, 4, 5, 6}, learned("bart-large", "encoder").rows(left, 5, 0));
        assertArrayEquals(new int[]{1, 1, 2, 3, 4}, learned("opt-125m", "text").rows(left, 5, 0));
        assertArrayEquals(new int[]{1, 1, 2, 3, 4}, learned("roberta-base", "text").rows(left, 5, 0));
        assertArrayEquals(new int[]{1, 2, 3, 4, 5}, learned("prophetnet-large-uncased", "encoder").rows(left, 5, 0));
        // OPT and RoBERTa differ in how many positions a file's number gives
        assertEquals(2048, learned("opt-125m", "text").positions());
        assertEquals(512, learned("roberta-base", "text").positions());
        assertEquals(511, learned("prophetnet-large-uncased", "decoder").row(1L << 30));
        assertThrows(IndexOutOfBoundsException.class, () -> learned("roberta-base", "text").row(512));
    }

    private static LearnedPositions learned(String model, String stack) {
        return EmbeddingModels.of(model).read().stack(stack).positions();
    }

    /** XGLM counts padding from row 2 on, M2M-100 gives it the row of zeros; real tokens alone are alike. */
    @Test
    void xglmIsNotM2m100() {
        EmbeddingStack xglm = stack(fsmt(8).replace("fsmt", "xglm"), "text");
        EmbeddingStack m2m = stack(fsmt(8).replace("fsmt", "m2m_100"), "encoder");
        assertArrayEquals(row(m2m, 2), row(xglm, 0));
        assertArrayEquals(row(m2m, 9), row(xglm, 7));
        assertEquals(GeneratedPositions.Origin.COUNTED, xglm.generated().orElseThrow().origin());
        assertEquals(GeneratedPositions.Origin.AFTER_PADDING, m2m.generated().orElseThrow().origin());
    }

    /** One file, two conventions. */
    @Test
    void speechT5HasTwo() {
        EmbeddingConfig speech = EmbeddingModels.of("speecht5_tts").read();
        assertTrue(distance(row(speech.stack("text-encoder"), 2), row(speech.stack("text-decoder"), 2)) > 0.1);
        assertArrayEquals(row(speech.stack("text-encoder"), 5), row(speech.stack("speech-decoder"), 5));
    }
}
