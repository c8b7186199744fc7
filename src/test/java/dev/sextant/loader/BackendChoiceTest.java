package dev.sextant.loader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sextant.Backend;
import dev.sextant.testkit.ChildJvm;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Who runs the plans. Catches a backend that was asked for by name and quietly replaced, and a cap that is not kept.
 */
class BackendChoiceTest extends LoaderTest {

    @Test
    void aNamedBackendIsTaken() throws Exception {
        for (Backend backend : Backend.available()) {
            ChildJvm.Result result = probe().property("backend", backend.name()).run();
            assertEquals(List.of(backend.name(), backend.name()), said(result, "best"), result::toString);
            assertEquals(0, result.logged(WARNING), result::toString);
        }
    }

    @Test
    void theBestIsTakenAndTold() throws Exception {
        assumeLibrary();
        ChildJvm.Result result = probe().run();
        String best = Backend.available().getFirst().name();
        assertEquals(best, first(result, "best"), result::toString);
        assertEquals(1, result.logged("Sextant uses " + best), result::toString);
    }

    @Test
    void aCapIsKeptAndTold() throws Exception {
        assumeLibrary();
        ChildJvm.Result result = probe().property("isa", "scalar").run();
        assertEquals("scalar", first(result, "best"), result::toString);
        assertEquals("scalar", first(result, "cpu"), result::toString);
        if (Backend.available().stream().anyMatch(b -> b.name().equals("avx2"))) {
            assertEquals(1, result.logged("not avx2: capped by -Dsextant.isa=scalar"), result::toString);
        }
        assertTrue(first(result, "available").contains(Backend.available().getFirst().name()),
                "the cap is of the choice only");
    }

    @Test
    void aNamedBackendThatIsNotThereIsAnError() throws Exception {
        for (String name : new String[]{"cpu", "scalar", "avx2", "avx512"}) {
            ChildJvm.Result result = probe().property("backend", name).property("native", "off").run();
            refused(result, "'" + name + "'", "switched off");
        }
    }

    @Test
    void unknownNamesAreErrors() throws Exception {
        ChildJvm.Result backend = probe().property("backend", "gpu").run();
        for (String best : said(backend, "best")) {
            holds(best, backend, "IllegalArgumentException", "'gpu'", "java, cpu, scalar, avx2, avx512");
        }
        assumeLibrary();
        ChildJvm.Result isa = probe().property("isa", "sse").run();
        for (String best : said(isa, "best")) {
            holds(best, isa, "IllegalArgumentException", "'sse'", "scalar, avx2, avx512");
        }
    }
}
