/** What stands beside a rotation: position ids, remapped positions, query factors, weights in another layout. */
package dev.sextant.companions;
