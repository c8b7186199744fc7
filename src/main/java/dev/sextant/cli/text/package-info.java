/** What the commands speak: JSON, plain-text tables, progress. */
@NullMarked
package dev.sextant.cli.text;

import org.jspecify.annotations.NullMarked;
