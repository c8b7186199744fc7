/* What isa.c learns of the CPU, and the judgement on it: apart, so that a test can judge CPUs it does not run on. */
#ifndef SX_ISA_H
#define SX_ISA_H

#include <stdint.h>

typedef struct sx_cpu {
    uint32_t leaf1_ecx;    /* CPUID 1 */
    uint32_t leaf7_ebx;    /* CPUID 7, subleaf 0 */
    uint32_t extended_ecx; /* CPUID 0x80000001 */
    uint32_t reserved;
    uint64_t xcr0; /* registers that the operating system saves; 0 without OSXSAVE */
} sx_cpu;

void sx_cpu_read(sx_cpu *cpu);

/* an empty string when `cpu` can run `isa`, else why not */
const char *sx_cpu_reason(const sx_cpu *cpu, int32_t isa);

#endif
