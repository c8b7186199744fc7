package dev.sextant.structure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/**
 * Who may know whom: leaves, form, kernel, backends, front end, command line. Catches the first import that turns
 * layers into a ball, a dependency that reaches users of the kernels, and native access from anywhere but its one
 * place.
 */
class LayerRuleTest {

    private static final String ROOT = "dev.sextant";

    /** What each package may import of this project, itself aside. */
    private static final Map<String, Set<String>> ALLOWED = Map.ofEntries(
            Map.entry("encoding", Set.of()),
            Map.entry("tensor", Set.of()),
            Map.entry("internal.form", Set.of("encoding", "tensor")),
            Map.entry("internal.kernel", Set.of("encoding", "tensor", "internal.form")),
            Map.entry("internal.java", Set.of("encoding", "tensor", "internal.form", "internal.kernel")),
            Map.entry("internal.ffi.gen", Set.of()),
            Map.entry("internal.ffi", Set.of("internal.ffi.gen")),
            Map.entry("internal.cpu",
                    Set.of("encoding", "tensor", "internal.form", "internal.kernel", "internal.ffi",
                            "internal.ffi.gen")),
            Map.entry("internal.audit", Set.of("encoding", "tensor", "internal.java")),
            Map.entry("",
                    Set.of("encoding", "tensor", "internal.form", "internal.kernel", "internal.java", "internal.ffi",
                            "internal.cpu", "internal.audit")),
            Map.entry("config", Set.of("encoding", "tensor")));

    @Test
    void packagesImportOnlyWhatLiesBelow() {
        TreeSet<String> faults = new TreeSet<>();
        for (JavaClass each : Classes.MAIN) {
            String from = layer(each.getPackageName());
            if (isCommandLine(from)) {
                continue;
            }
            Set<String> allowed = ALLOWED.get(from);
            if (allowed == null) {
                faults.add("package " + each.getPackageName() + " has no place in the layers");
                continue;
            }
            for (Dependency dependency : each.getDirectDependenciesFromSelf()) {
                String name = dependency.getTargetClass().getBaseComponentType().getPackageName();
                if (name.equals(ROOT) || name.startsWith(ROOT + ".")) {
                    String to = layer(name);
                    if (!to.equals(from) && !allowed.contains(to)) {
                        faults.add(dependency.getDescription());
                    }
                }
            }
        }
        assertEquals(Set.of(), faults);
    }

    private static String layer(String name) {
        return name.equals(ROOT) ? "" : name.substring(ROOT.length() + 1);
    }

    private static boolean isCommandLine(String layer) {
        return layer.equals("cli") || layer.startsWith("cli.");
    }

    private static boolean isOutsideCommandLine(JavaClass each) {
        return !isCommandLine(layer(each.getPackageName()));
    }

    /** Engines that use the kernels get no library with them; the reader of configurations brings its JSON parser. */
    @Test
    void kernelsNeedOnlyTheBaseModule() {
        Set<String> base = ModuleLayer.boot().findModule("java.base").orElseThrow().getPackages();
        TreeSet<String> faults = new TreeSet<>();
        for (JavaClass each : Classes.MAIN) {
            String from = layer(each.getPackageName());
            for (Dependency dependency : each.getDirectDependenciesFromSelf()) {
                String name = dependency.getTargetClass().getBaseComponentType().getPackageName();
                boolean fine = name.isEmpty() || base.contains(name) || name.equals(ROOT) || name.startsWith(ROOT + ".")
                        || name.equals("org.jspecify.annotations")
                        || from.equals("config") && name.startsWith("com.fasterxml.jackson.core");
                if (!fine && !isCommandLine(from)) {
                    faults.add(dependency.getDescription());
                }
            }
        }
        assertEquals(Set.of(), faults);
    }

    @Test
    void nativeAccessHasOnePlace() {
        TreeSet<String> faults = new TreeSet<>();
        for (JavaClass each : Classes.MAIN) {
            boolean place = layer(each.getPackageName()).startsWith("internal.ffi");
            for (Dependency dependency : each.getDirectDependenciesFromSelf()) {
                boolean linker = dependency.getTargetClass().isEquivalentTo(Linker.class)
                        || dependency.getTargetClass().isEquivalentTo(SymbolLookup.class)
                        || dependency.getTargetClass().isEquivalentTo(Linker.Option.class);
                if (linker && !place) {
                    faults.add(dependency.getDescription());
                }
            }
        }
        assertEquals(Set.of(), faults);
        assertEquals(List.of(), calls(Classes.MAIN, c -> true, "upcallStub"), "an exception in an upcall ends the JVM");
        List<String> elsewhere = calls(Classes.MAIN, c -> !layer(c.getPackageName()).startsWith("internal.ffi"),
                "reinterpret", "load", "loadLibrary");
        assertFalse(
                elsewhere.stream().anyMatch(s -> s.matches(".*<java\\.lang\\.(System|Runtime|foreign\\.\\w+)\\..*")),
                elsewhere.toString());
    }

    /** The caller owns the threads. */
    @Test
    void noThreadIsStarted() {
        List<String> starts = calls(Classes.MAIN, LayerRuleTest::isOutsideCommandLine, "start", "startVirtualThread",
                "newThread", "supplyAsync", "runAsync", "parallel", "parallelStream", "commonPool");
        assertFalse(starts.stream().anyMatch(s -> s.contains("java.lang.Thread") || s.contains("java.util.")),
                starts.toString());
    }

    private static List<String> calls(Collection<JavaClass> classes, Predicate<JavaClass> where, String... methods) {
        return classes.stream().filter(where).flatMap(c -> c.getAccessesFromSelf().stream())
                .filter(a -> a.getTarget() instanceof AccessTarget.CodeUnitCallTarget
                        && List.of(methods).contains(a.getTarget().getName()))
                .map(JavaAccess::getDescription).toList();
    }
}
