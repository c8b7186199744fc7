/**
 * Positional-encoding kernels for the JVM. Kernel packages need {@code java.base} only; {@code dev.sextant.config} reads
 * model files with a streaming JSON parser; what only the command line needs is {@code static}.
 */
module dev.sextant {
    requires static transitive org.jspecify;
    requires com.fasterxml.jackson.core;
    requires static info.picocli;
    requires static me.tongfei.progressbar;
    requires static java.logging;
    requires static java.desktop;

    exports dev.sextant;
    exports dev.sextant.encoding;
    exports dev.sextant.tensor;
    exports dev.sextant.config;

    opens dev.sextant.cli to
            info.picocli;
}
