/**
 * The command line: {@code doctor}, {@code check}, {@code conform}. Commands parse their options and print; the work is
 * done in the packages below. Not exported; needs the libraries bundled in the executable jar.
 */
@NullMarked
package dev.sextant.cli;

import org.jspecify.annotations.NullMarked;
