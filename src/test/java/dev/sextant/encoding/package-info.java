/** Definitions: the traps of each frequency rule. */
package dev.sextant.encoding;
