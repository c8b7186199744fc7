/** Readers of reference data. */
package dev.sextant.cli.reference;
