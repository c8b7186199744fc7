package dev.sextant.structure;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.sextant.RotaryPlan;
import java.net.URISyntaxException;
import java.nio.file.Path;

/** The library's own classes, tests and benchmarks left out. */
final class Classes {

    static final JavaClasses MAIN = read();

    private Classes() {}

    private static JavaClasses read() {
        try {
            return new ClassFileImporter().importPath(
                    Path.of(RotaryPlan.class.getProtectionDomain().getCodeSource().getLocation().toURI()));
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
