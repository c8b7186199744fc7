/** Pictures of encodings, and the numbers behind them. */
@NullMarked
package dev.sextant.cli.plot;

import org.jspecify.annotations.NullMarked;
