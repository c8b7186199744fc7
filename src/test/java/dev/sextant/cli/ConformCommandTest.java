package dev.sextant.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sextant.Backend;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exit codes and reports of {@code conform}, on the real reference data and on small files made for the purpose. */
class ConformCommandTest extends CommandLineTest {

    @TempDir
    private Path folder;

    @Test
    void sincosIsCompleteOnEveryBackend() throws Exception {
        Map<?, ?> report = sextant("conform", reference(), "--family", "sincos-exact", "--strict", "--json")
                .expect(Exit.OK).json();
        List<?> lines = (List<?>) report.get("results");
        assertEquals(3 * Backend.available().size(), lines.size());
        for (Object line : lines) {
            Map<?, ?> l = (Map<?, ?>) line;
            assertEquals(l.get("cases"), l.get("passed"), l::toString);
            assertEquals(l.get("values"), l.get("equalBits"), "every value has the bits it must have");
            assertEquals(l.get("kind").equals("exact") ? 3063L : 0L, l.get("refused"), l::toString);
        }
        assertEquals(List.of(), report.get("skipped"));
    }

    @Test
    void ropeModelsAreCompleteOnEveryBackend() throws Exception {
        Outcome all = sextant("conform", reference(), "--family", "rope-models", "--strict").expect(Exit.OK);
        assertTrue(all.out().contains("75/75") && all.out().contains("7/7") && all.out().contains("1/1"), all.out());
        assertTrue(all.out().contains("frequencies of 73 cases from the model's configuration"), all.out());
    }

    @Test
    void nodesOfOnnxAreCompleteOnEveryBackend() throws Exception {
        Outcome all = sextant("conform", reference(), "--family", "attention", "--kind", "onnx-RotaryEmbedding",
                "--strict").expect(Exit.OK);
        assertTrue(all.out().contains("10/10"), all.out());
    }

    /** Definitions of biases and structures; other kinds of the family need what is no bias by distance. */
    @Test
    void biasesByDistanceAndStructuresAreComplete() throws Exception {
        String kinds = "alibi,alibi-slopes,alibi-bloom,alibi-mpt,t5-buckets,t5-bias,clipped-scalar,kerple-log,"
                + "kerple-power,sandwich,dynamic-bias,query-temperature,swin-bias,levit-bias,beit-bias,softcap,sink,"
                + "structure-causal,structure-window,structure-window-causal,structure-chunk,structure-documents,"
                + "structure-blockwise,structure-padding,structure-prefix,structure-keep-first,structure-dilated,"
                + "structure-regions";
        Map<?, ?> report = sextant("conform", reference(), "--family", "bias", "--kind", kinds, "--backend", "java",
                "--strict", "--json").expect(Exit.OK).json();
        assertEquals(28, ((List<?>) report.get("results")).size());
        assertEquals(53L, ((List<?>) report.get("results")).stream()
                .mapToLong(l -> (Long) ((Map<?, ?>) l).get("passed")).sum());
    }

    @Test
    void everyAdditiveCasePassesOnEveryBackend() throws Exception {
        Map<?, ?> report = sextant("conform", reference(), "--family", "additive", "--strict",
                "--json")
                .expect(Exit.OK).json();
        List<?> lines = (List<?>) report.get("results");
        for (Object line : lines) {
            Map<?, ?> l = (Map<?, ?>) line;
            assertEquals(l.get("cases"), l.get("passed"), l::toString);
            if (String.valueOf(l.get("kind")).startsWith("merge")) {
                assertEquals(l.get("values"), l.get("equalBits"), l::toString);
            }
        }
        assertEquals(21 * Backend.available().size(), lines.size());
        assertEquals(List.of(), report.get("skipped"));
    }

    @Test
    void selections() throws Exception {
        Map<?, ?> one = sextant("conform", reference(), "--kind", "given,hf-float32", "--case", "p-hf-*2p2?",
                "--backend", "java",
                "--json").expect(Exit.OK).json();
        List<?> lines = (List<?>) one.get("results");
        assertEquals(1, lines.size());
        assertEquals(1L, ((Map<?, ?>) lines.getFirst()).get("cases"));
    }

    @Test
    void wrongUsage() throws Exception {
        sextant("conform", reference(), "--case", "no such case").expect(Exit.USAGE);
        sextant("conform", reference(), "--backend", "java", "--isa", "avx2").expect(Exit.USAGE);
        sextant("conform", reference(), "--backend", "gpu").expect(Exit.USAGE);
        sextant("conform", reference(), "--isa", "sse").expect(Exit.USAGE);
    }

    /** Asked for by name: it runs, or its absence is an error with a reason, never another backend. */
    @Test
    void cpuIsNeverReplaced() throws Exception {
        boolean there = Backend.available().size() > 1;
        Outcome outcome = sextant("conform", reference(), "--kind", "given", "--backend", "cpu")
                .expect(there ? Exit.OK : Exit.USAGE);
        assertTrue(there || outcome.err().contains("backend 'cpu' is not available: "), outcome.err());
    }

    @Test
    void unreadable() throws Exception {
        sextant("conform", folder.resolve("nowhere")).expect(Exit.UNREADABLE);
        sextant("conform", folder).expect(Exit.UNREADABLE);
        sextant("conform", reference(), "--family", "nosuch").expect(Exit.UNREADABLE);
    }

    @Test
    void damagedDataIsNotUsed() throws Exception {
        new TinyFamily().write(folder);
        sextant("conform", folder).expect(Exit.OK);
        Path data = folder.resolve("tiny.safetensors");
        byte[] bytes = Files.readAllBytes(data);
        bytes[bytes.length - 1] ^= 1;
        Files.write(data, bytes);
        Outcome outcome = sextant("conform", folder, "--json").expect(Exit.UNREADABLE);
        assertTrue(outcome.err().contains("got sha256"), outcome.err());
        assertEquals(3L, outcome.json().get("exit"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[]", "{\"family\": \"tiny\"}",
            "{\"family\": 5, \"data\": \"tiny.safetensors\", \"sha256\": \"\"}",
            "{\"family\": \"tiny\", \"data\": \"../tiny.safetensors\", \"sha256\": \"\"}"})
    void damagedManifest(String manifest) throws Exception {
        new TinyFamily().write(folder);
        Files.writeString(folder.resolve("tiny.json"), manifest);
        sextant("conform", folder).expect(Exit.UNREADABLE);
    }

    /** One bit of one expected value is wrong. */
    @Test
    void aMismatchIsNamedWithItsErrorAndItsRerun() throws Exception {
        TinyFamily family = new TinyFamily();
        family.cos[1] = Math.nextUp(family.cos[1]);
        family.write(folder);
        Outcome outcome = sextant("conform", folder, "--backend", "java").expect(Exit.MISMATCH);
        assertTrue(outcome.out().contains("FAILED: tiny exact two-values on java"), outcome.out());
        assertTrue(outcome.out().contains("cos_f32: 1 of 2 values; worst at 1 (position 3)"), outcome.out());
        assertTrue(outcome.out()
                .contains("rerun: sextant conform " + folder + " --family tiny --kind exact --case two-values "
                        + "--backend java"),
                outcome.out());
        assertEquals(1L, sextant("conform", folder, "--json").expect(Exit.MISMATCH).json().get("exit"));
    }

    /** Beyond 2^32 the only right answer is the documented refusal. */
    @Test
    void farPositionsAreRefusedNotSkipped() throws Exception {
        TinyFamily family = new TinyFamily();
        family.positions[1] = 1L << 32;
        family.cos[1] = 0.5f; // whatever is expected there
        family.write(folder);
        Map<?, ?> report = sextant("conform", folder, "--strict", "--backend", "java", "--json").expect(Exit.OK).json();
        Map<?, ?> line = (Map<?, ?>) ((List<?>) report.get("results")).getFirst();
        assertEquals(1L, line.get("refused"));
        assertEquals(2L, line.get("values"));
    }

    @Test
    void unknownKindIsASkip() throws Exception {
        TinyFamily family = new TinyFamily();
        family.kind = "dance";
        family.write(folder);
        assertTrue(sextant("conform", folder).expect(Exit.OK).out().contains("kinds not supported yet: dance (1)"));
        sextant("conform", folder, "--strict").expect(Exit.SKIPPED);
    }
}
