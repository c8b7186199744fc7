/** The audit: every known mistake planted in what real models' engines would show, and named. */
package dev.sextant.audit;
