/** The command line: exit codes, what it prints, the readers of reference data. */
package dev.sextant.cli;
