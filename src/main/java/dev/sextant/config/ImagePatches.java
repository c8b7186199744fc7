package dev.sextant.config;

import dev.sextant.encoding.PatchGrid;
import java.util.Objects;

/**
 * Patches of an image and the tokens before them: what a resizing of a table of positions needs to know
 * ({@link dev.sextant.encoding.TableResize#grid}).
 *
 * @param grid the patches, counted row by row
 * @param prefix rows of the table before the first patch: class and distillation tokens
 */
public record ImagePatches(PatchGrid grid, int prefix) {

    /** Refuses a missing grid and a negative prefix. */
    public ImagePatches {
        Objects.requireNonNull(grid, "grid");
        if (prefix < 0) {
            throw new IllegalArgumentException("prefix: got " + prefix + ", wanted at least 0");
        }
    }

    @Override
    public String toString() {
        return "patches " + grid.rows() + " x " + grid.columns() + " after " + prefix;
    }
}
