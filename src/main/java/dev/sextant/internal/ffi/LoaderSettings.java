package dev.sextant.internal.ffi;

import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How the native library is to be found. Read once from system properties.
 *
 * @param mode {@code sextant.native}: whether the library is wanted, required or not to be touched
 * @param explicitPath {@code sextant.library.path}: load exactly this file, never anything else
 * @param extraction {@code sextant.extract}: where the bundled library is put to be opened
 * @param cacheRoot {@code sextant.cache.dir}, else the user's cache folder: parent of the private folder of extracted libraries
 */
record LoaderSettings(Mode mode, @Nullable Path explicitPath, Extraction extraction, @Nullable Path cacheRoot) {

    /** Whether the native library is wanted. */
    enum Mode {
        /** Use it when it can be had, else Java with one warning. */
        AUTO,
        /** Not having it is an error. */
        REQUIRE,
        /** Do not look for it. */
        OFF
    }

    /** Where the bundled library is put to be opened. */
    enum Extraction {
        /** A sealed in-memory file, else the cache folder. */
        AUTO,
        /** Only a sealed in-memory file. */
        MEMORY,
        /** Only the cache folder. */
        DIRECTORY
    }

    static LoaderSettings fromSystem() {
        return from(System::getProperty, System::getenv);
    }

    static LoaderSettings from(Function<String, @Nullable String> property,
            Function<String, @Nullable String> environment) {
        String path = property.apply("sextant.library.path");
        return new LoaderSettings(choice(Mode.class, "sextant.native", property.apply("sextant.native")),
                path == null ? null : Path.of(path),
                choice(Extraction.class, "sextant.extract", property.apply("sextant.extract")),
                cacheRoot(property, environment));
    }

    private static @Nullable Path cacheRoot(Function<String, @Nullable String> property,
            Function<String, @Nullable String> environment) {
        String named = property.apply("sextant.cache.dir");
        if (named != null) {
            return Path.of(named);
        }
        String cache = environment.apply("XDG_CACHE_HOME");
        if (cache != null && Path.of(cache).isAbsolute()) {
            return Path.of(cache);
        }
        String home = property.apply("user.home");
        return home == null || !Path.of(home).isAbsolute() ? null : Path.of(home, ".cache");
    }

    private static <E extends Enum<E>> E choice(Class<E> type, String name, @Nullable String value) {
        E[] known = type.getEnumConstants();
        if (value == null) {
            return known[0];
        }
        for (E e : known) {
            if (e.name().toLowerCase(Locale.ROOT).equals(value)) {
                return e;
            }
        }
        throw new IllegalArgumentException(
                "property " + name + ": got '" + value + "', wanted one of "
                        + java.util.Arrays.toString(known).toLowerCase(Locale.ROOT));
    }
}
