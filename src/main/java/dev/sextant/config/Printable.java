package dev.sextant.config;

import java.util.regex.Pattern;

/** Names from a file, made fit for a message. */
final class Printable {

    /** Longer than every key of the reference. */
    private static final int LONGEST = 40;

    /** Control characters, marks that turn the direction of writing, lone surrogates, line ends. */
    private static final Pattern HARMFUL = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]");

    private Printable() {}

    /** Short enough for a sentence and harmless on a terminal. */
    static String of(String name) {
        String text = name.length() > LONGEST ? name.substring(0, LONGEST) + "..." : name;
        return HARMFUL.matcher(text).replaceAll("?");
    }
}
