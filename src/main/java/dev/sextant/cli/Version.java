package dev.sextant.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version, from the build's own record of it. */
final class Version implements IVersionProvider {

    private static final String RECORD = "/META-INF/maven/dev.sextant/sextant/pom.properties";

    @Override
    public String[] getVersion() {
        return new String[]{"sextant " + number(), "java " + Runtime.version()};
    }

    /** The version number; "unreleased" when the classes were not packed by the build. */
    static String number() {
        try (InputStream in = Version.class.getResourceAsStream(RECORD)) {
            if (in == null) {
                return "unreleased";
            }
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version", "unreleased");
        } catch (IOException e) {
            return "unreleased";
        }
    }
}
