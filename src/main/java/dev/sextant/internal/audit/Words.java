package dev.sextant.internal.audit;

import java.util.Locale;

/** Numbers as a reader writes them. */
final class Words {

    private Words() {}

    /** Whole numbers without a point, others with up to seven digits. */
    static String number(double x) {
        if (x == Math.rint(x) && Math.abs(x) < 1e15) {
            return String.valueOf((long) x);
        }
        String text = String.format(Locale.ROOT, "%.7g", x);
        return text.contains("e") || !text.contains(".") ? text : text.replaceAll("0+$", "").replaceAll("\\.$", "");
    }
}
