package dev.sextant.config;

/**
 * A model configuration that cannot be used: a broken file, a missing key, or a method that is not understood. The
 * message names the source, the place in it and what is wrong; nothing is ever replaced by a default instead.
 */
public final class ConfigException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String source;
    private final int line;
    private final int column;

    private final long offset;

    /** A fault in a text. */
    ConfigException(String source, int line, int column, String problem) {
        super(source + (line > 0 ? ":" + line + ":" + column : "") + ": " + problem);
        this.source = source;
        this.line = line;
        this.column = column;
        this.offset = -1;
    }

    /** A fault in a binary file, at a byte. */
    ConfigException(String source, long offset, String problem) {
        super(source + " at byte " + offset + ": " + problem);
        this.source = source;
        this.line = 0;
        this.column = 0;
        this.offset = offset;
    }

    /** A fault without a place. */
    static ConfigException of(String source, String problem) {
        return new ConfigException(source, 0, 0, problem);
    }

    /** The file or the name given by the caller. */
    public String source() {
        return source;
    }

    /** Line of the fault, counted from 1; 0 when it has no place (a missing key, a file too large). */
    public int line() {
        return line;
    }

    /** Column of the fault, counted from 1; 0 when it has no place. */
    public int column() {
        return column;
    }

    /** Byte of the fault in a binary file; -1 when it has none or the file is a text. */
    public long offset() {
        return offset;
    }
}
