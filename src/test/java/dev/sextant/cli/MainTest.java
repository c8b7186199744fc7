package dev.sextant.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Usage and help. */
class MainTest extends CommandLineTest {

    @Test
    void helpSaysTheExitCodes() {
        String help = sextant("--help").expect(Exit.OK).out();
        assertTrue(
                help.contains("Exit codes:") && help.contains("doctor") && help.contains("check")
                        && help.contains("conform"),
                help);
    }

    @ParameterizedTest
    @ValueSource(strings = {"doctor", "check", "inspect", "audit", "conform"})
    void everyCommandHasHelpAndJson(String command) {
        String help = sextant(command, "--help").expect(Exit.OK).out();
        assertTrue(help.contains("--json") && help.contains("Exit codes:"), help);
    }

    @Test
    void version() {
        assertTrue(sextant("--version").expect(Exit.OK).out().startsWith("sextant "));
    }

    @Test
    void wrongUsage() {
        sextant().expect(Exit.USAGE);
        sextant("dance").expect(Exit.USAGE);
        sextant("doctor", "--dance").expect(Exit.USAGE);
        sextant("doctor", "him").expect(Exit.USAGE);
        sextant("conform").expect(Exit.USAGE);
        sextant("check", "a.json", "b.json").expect(Exit.USAGE);
    }
}
