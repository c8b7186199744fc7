/** What several test groups share: seeded cases, buffers, an independent oracle. Holds no tests. */
package dev.sextant.testkit;
