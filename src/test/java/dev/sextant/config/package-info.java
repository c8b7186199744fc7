/** Configurations of published models, and files that must be refused. */
package dev.sextant.config;
