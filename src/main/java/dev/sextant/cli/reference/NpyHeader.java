package dev.sextant.cli.reference;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The header of a .npy file: a Python dictionary of {@code descr}, {@code fortran_order} and {@code shape} and nothing else.
 */
final class NpyHeader {

    private static final int MAX_DIMENSIONS = 16;
    private static final long MAX_SIZE = 1L << 40;

    private final DataFile file;
    private final String text;
    private final long begin;
    private int at;

    private @Nullable String descr;
    private @Nullable Boolean fortranOrder;
    private long @Nullable [] shape;

    NpyHeader(DataFile file, String text, long begin) throws UnreadableException {
        this.file = file;
        this.text = text;
        this.begin = begin;
        expect('{');
        while (!accept('}')) {
            entry();
            if (!accept(',')) {
                expect('}');
                break;
            }
        }
        skipBlanks();
        if (at < text.length()) {
            throw fault("goes on after its end");
        }
        if (descr == null || fortranOrder == null || shape == null) {
            throw fault("wanted 'descr', 'fortran_order' and 'shape'");
        }
    }

    private void entry() throws UnreadableException {
        String key = quoted();
        expect(':');
        switch (key) {
            case "descr" -> {
                once(descr, key);
                skipBlanks();
                if (at < text.length() && text.charAt(at) == '[') {
                    throw fault("descr: got a structured type, wanted one of f2, f4, f8, i4, i8");
                }
                descr = quoted();
            }
            case "fortran_order" -> {
                once(fortranOrder, key);
                fortranOrder = flag();
            }
            case "shape" -> {
                once(shape, key);
                shape = tuple();
            }
            default -> throw fault("got key '" + key + "', wanted 'descr', 'fortran_order' and 'shape'");
        }
    }

    private void once(@Nullable Object value, String key) throws UnreadableException {
        if (value != null) {
            throw fault("key '" + key + "' is there twice");
        }
    }

    private String quoted() throws UnreadableException {
        skipBlanks();
        char quote = at < text.length() ? text.charAt(at) : ' ';
        int end = quote == '\'' || quote == '"' ? text.indexOf(quote, at + 1) : -1;
        if (end < 0 || end - at > 64) {
            throw fault("wanted a short text in quotes");
        }
        String value = text.substring(at + 1, end);
        at = end + 1;
        return value;
    }

    private boolean flag() throws UnreadableException {
        skipBlanks();
        for (boolean value : new boolean[]{true, false}) {
            String word = value ? "True" : "False";
            if (text.startsWith(word, at)) {
                at += word.length();
                return value;
            }
        }
        throw fault("wanted True or False");
    }

    private long[] tuple() throws UnreadableException {
        List<Long> sizes = new ArrayList<>();
        expect('(');
        while (!accept(')')) {
            sizes.add(integer());
            if (sizes.size() > MAX_DIMENSIONS) {
                throw fault("shape: wanted at most " + MAX_DIMENSIONS + " sizes");
            }
            if (!accept(',')) {
                expect(')');
                break;
            }
        }
        return sizes.stream().mapToLong(Long::longValue).toArray();
    }

    private long integer() throws UnreadableException {
        skipBlanks();
        int start = at;
        long value = 0;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9' && value <= MAX_SIZE) {
            value = 10 * value + text.charAt(at++) - '0';
        }
        if (at == start || value > MAX_SIZE) {
            throw fault("shape: wanted integers of at least 0 and at most " + MAX_SIZE);
        }
        accept('L'); // as Python 2 wrote them
        return value;
    }

    private void skipBlanks() {
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\n' || text.charAt(at) == '\t')) {
            at++;
        }
    }

    private boolean accept(char c) {
        skipBlanks();
        if (at < text.length() && text.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(char c) throws UnreadableException {
        if (!accept(c)) {
            throw fault("wanted '" + c + "'");
        }
    }

    private UnreadableException fault(String problem) {
        return file.fault(begin + at, "its header: " + problem);
    }

    /** The byte where the header stands. */
    long begin() {
        return begin;
    }

    String descr() {
        return descr == null ? "" : descr;
    }

    boolean fortranOrder() {
        return fortranOrder != null && fortranOrder;
    }

    long[] shape() {
        return shape == null ? new long[0] : shape;
    }
}
