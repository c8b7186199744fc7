/** Figures that this library did not compute itself; see the notes beside them in the test resources. */
package dev.sextant.goldens;
