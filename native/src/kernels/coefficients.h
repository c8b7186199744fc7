/*
 * Sine and cosine of r turns, |r| <= 1/8, z = r * r. Fixed: every backend has these numbers and this order.
 *
 *   sine    q = S0_LOW + S1 z + S2 z^2 + ...;  S = fma(r, S0, r * q), the product rounded first
 *   cosine  w = C1 + C2 z + ...;               C = fma(z, w, 1)
 *
 * Sums by Horner's rule, a fused multiply-add a step. The leading coefficient of a sine has two words: as many
 * operations as one word, and about half the error. r = +0 gives S = +0, C = 1.
 */
#ifndef SX_COEFFICIENTS_H
#define SX_COEFFICIENTS_H

/* double: sine degree 13, cosine degree 12; at most 1.3e-16 and 1.5e-16 off, then rounded to float */
#define SX_S0 0x1.921fb54442d18p+2
#define SX_S0_LOW 0x1.02644e4bc9d13p-52
#define SX_S1 -0x1.4abbce625be41p+5
#define SX_S2 0x1.466bc67758780p+6
#define SX_S3 -0x1.32d2cce2dcd95p+6
#define SX_S4 0x1.50782fd0eb686p+5
#define SX_S5 -0x1.e3006923c11b7p+3
#define SX_S6 0x1.e3f08fcbd1d70p+1

#define SX_C1 -0x1.3bd3cc9be45a5p+4
#define SX_C2 0x1.03c1f081b14eap+6
#define SX_C3 -0x1.55d3c7dcb8acep+6
#define SX_C4 0x1.e1f4fbfe700aep+5
#define SX_C5 -0x1.a6ca019abf17fp+4
#define SX_C6 0x1.f3ef94dd7e16ep+2

/* float: sine degree 7, cosine degree 8; at most 7.1e-8 off */
#define SX_FS0 0x1.921fb6p+2f
#define SX_FS0_LOW -0x1.a32bdp-23f
#define SX_FS1 -0x1.4abbbap+5f
#define SX_FS2 0x1.465eeap+6f
#define SX_FS3 -0x1.2da11cp+6f

#define SX_FC1 -0x1.3bd3ccp+4f
#define SX_FC2 0x1.03c1aep+6f
#define SX_FC3 -0x1.55b146p+6f
#define SX_FC4 0x1.d47d7ep+5f

/* 1 / (2 pi) in two words */
#define SX_INV_2PI_HIGH 0x1.45f306dc9c883p-3
#define SX_INV_2PI_LOW -0x1.6b01ec5417056p-57

#endif
