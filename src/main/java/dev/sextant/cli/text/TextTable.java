package dev.sextant.cli.text;

import java.util.ArrayList;
import java.util.List;

/** A table of plain text: columns as wide as their widest cell, two blanks between them. */
public final class TextTable {

    private final List<String> header;
    private final int leftAligned;
    private final List<List<String>> rows = new ArrayList<>();

    /** A table whose first {@code leftAligned} columns are aligned to the left, the others to the right. */
    public TextTable(int leftAligned, String... header) {
        this.leftAligned = leftAligned;
        this.header = List.of(header);
    }

    /** Adds a row of as many cells as the header has. */
    public void row(String... cells) {
        if (cells.length != header.size()) {
            throw new IllegalArgumentException("cells: got " + cells.length + ", wanted " + header.size());
        }
        rows.add(List.of(cells));
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        line(text, header);
        rows.forEach(row -> line(text, row));
        return text.toString();
    }

    private void line(StringBuilder text, List<String> cells) {
        StringBuilder line = new StringBuilder();
        for (int c = 0; c < cells.size(); c++) {
            String cell = cells.get(c);
            String padding = " ".repeat(width(c) - cell.length());
            line.append(c == 0 ? "" : "  ").append(c < leftAligned ? cell + padding : padding + cell);
        }
        text.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }

    private int width(int column) {
        int width = header.get(column).length();
        for (List<String> row : rows) {
            width = Math.max(width, row.get(column).length());
        }
        return width;
    }
}
