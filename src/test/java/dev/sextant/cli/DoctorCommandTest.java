package dev.sextant.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sextant.Backend;
import dev.sextant.Doctor;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the doctor says. */
class DoctorCommandTest extends CommandLineTest {

    @Test
    void text() {
        String page = sextant("doctor").expect(Exit.OK).out();
        assertTrue(
                page.contains("backend java") && page.contains("self-check java")
                        && page.contains("not part of this build"),
                page);
        assertFalse(page.contains("FAILED"), page);
    }

    @Test
    void json() throws IOException {
        Map<?, ?> report = sextant("doctor", "--json").expect(Exit.OK).json();
        assertEquals("doctor", report.get("command"));
        assertEquals(true, report.get("healthy"));
        assertEquals(Backend.best().name(), report.get("chosen"));
        assertEquals(4, ((List<?>) report.get("backends")).size());
        assertEquals(Backend.available().size(), ((List<?>) report.get("selfCheck")).size());
    }

    /** A backend is available, or it has a reason; never both, never neither. */
    @Test
    void everyBackendIsThereOrHasAReason() {
        for (Doctor.BackendState backend : Doctor.examine().backends()) {
            assertEquals(backend.available(), backend.reason().isEmpty(), backend::toString);
        }
    }

    @Test
    void aBackendThatIsWrongMakesTheReportUnhealthy() {
        Doctor.Report good = Doctor.examine();
        assertTrue(good.isHealthy());
        Doctor.Report bad = new Doctor.Report(good.jvm(), good.system(), good.nativeAccess(), good.library(),
                good.backends(),
                good.choice(), List.of(new Doctor.SelfCheck("avx2", false, "F32 differs from Java")), good.cuda());
        assertFalse(bad.isHealthy());
        assertTrue(bad.toString().contains("FAILED: F32 differs from Java"));
    }
}
