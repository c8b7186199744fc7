/* The only file that asks the CPU. Nothing is kept: the answer is computed whenever a plan is bound. */
#include "isa.h"

#include <cpuid.h>
#include <stddef.h>

#include "sextant.h"

enum { LEAF1_ECX, LEAF7_EBX, EXTENDED_ECX };

typedef struct feature {
    int32_t isa; /* the weakest instruction set that needs it */
    int32_t where;
    int32_t bit;
    const char *lacking;
} feature;

/* x86-64-v3 beyond what every x86-64 has, then what the AVX-512 kernels are compiled for */
static const feature FEATURES[] = {
    {SX_ISA_SCALAR, LEAF1_ECX, 0, "this CPU lacks SSE3"},
    {SX_ISA_SCALAR, LEAF1_ECX, 9, "this CPU lacks SSSE3"},
    {SX_ISA_SCALAR, LEAF1_ECX, 13, "this CPU lacks CMPXCHG16B"},
    {SX_ISA_SCALAR, LEAF1_ECX, 19, "this CPU lacks SSE4.1"},
    {SX_ISA_SCALAR, LEAF1_ECX, 20, "this CPU lacks SSE4.2"},
    {SX_ISA_SCALAR, LEAF1_ECX, 23, "this CPU lacks POPCNT"},
    {SX_ISA_SCALAR, EXTENDED_ECX, 0, "this CPU lacks LAHF in 64-bit mode"},
    {SX_ISA_SCALAR, LEAF1_ECX, 28, "this CPU lacks AVX"},
    {SX_ISA_SCALAR, LEAF7_EBX, 5, "this CPU lacks AVX2"},
    {SX_ISA_SCALAR, LEAF1_ECX, 12, "this CPU lacks FMA"},
    {SX_ISA_SCALAR, LEAF1_ECX, 29, "this CPU lacks F16C"},
    {SX_ISA_SCALAR, LEAF1_ECX, 22, "this CPU lacks MOVBE"},
    {SX_ISA_SCALAR, LEAF7_EBX, 3, "this CPU lacks BMI1"},
    {SX_ISA_SCALAR, LEAF7_EBX, 8, "this CPU lacks BMI2"},
    {SX_ISA_SCALAR, EXTENDED_ECX, 5, "this CPU lacks LZCNT"},
    {SX_ISA_AVX512, LEAF7_EBX, 16, "this CPU lacks AVX-512 F"},
    {SX_ISA_AVX512, LEAF7_EBX, 17, "this CPU lacks AVX-512 DQ"},
    {SX_ISA_AVX512, LEAF7_EBX, 30, "this CPU lacks AVX-512 BW"},
    {SX_ISA_AVX512, LEAF7_EBX, 31, "this CPU lacks AVX-512 VL"},
};

#define XCR0_AVX UINT64_C(0x06)    /* XMM and upper halves of YMM */
#define XCR0_AVX512 UINT64_C(0xe6) /* also the masks, upper halves of ZMM 0-15, ZMM 16-31 */

static uint64_t read_xcr0(void)
{
    uint32_t low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (uint64_t)high << 32 | low;
}

void sx_cpu_read(sx_cpu *cpu)
{
    uint32_t a, b, c, d;
    *cpu = (sx_cpu){0, 0, 0, 0, 0};
    uint32_t basic = __get_cpuid_max(0, NULL);
    if (basic >= 1) {
        __cpuid(1, a, b, c, d);
        cpu->leaf1_ecx = c;
        if (c >> 27 & 1) /* OSXSAVE: without it XGETBV faults */
            cpu->xcr0 = read_xcr0();
    }
    if (basic >= 7) {
        __cpuid_count(7, 0, a, b, c, d);
        cpu->leaf7_ebx = b;
    }
    if (__get_cpuid_max(0x80000000u, NULL) >= 0x80000001u) {
        __cpuid(0x80000001u, a, b, c, d);
        cpu->extended_ecx = c;
    }
}

const char *sx_cpu_reason(const sx_cpu *cpu, int32_t isa)
{
    if (isa < SX_ISA_SCALAR || isa > SX_ISA_AVX512)
        return "there is no such instruction set";
    const uint32_t words[] = {cpu->leaf1_ecx, cpu->leaf7_ebx, cpu->extended_ecx};
    for (size_t i = 0; i < sizeof FEATURES / sizeof FEATURES[0]; i++) {
        const feature *f = &FEATURES[i];
        if (f->isa <= isa && !(words[f->where] >> f->bit & 1))
            return f->lacking;
    }
    if ((cpu->xcr0 & XCR0_AVX) != XCR0_AVX)
        return "the operating system does not save the AVX registers";
    if (isa == SX_ISA_AVX512 && (cpu->xcr0 & XCR0_AVX512) != XCR0_AVX512)
        return "the operating system does not save the AVX-512 registers";
    return "";
}

const char *sx_isa_reason(int32_t isa)
{
    sx_cpu cpu;
    sx_cpu_read(&cpu);
    return sx_cpu_reason(&cpu, isa);
}

int32_t sx_isa_best(void)
{
    sx_cpu cpu;
    sx_cpu_read(&cpu);
    for (int32_t isa = SX_ISA_AVX512; isa > SX_ISA_NONE; isa--)
        if (sx_cpu_reason(&cpu, isa)[0] == '\0')
            return isa;
    return SX_ISA_NONE;
}

const char *sx_isa_name(int32_t isa)
{
    switch (isa) {
    case SX_ISA_NONE: return "none";
    case SX_ISA_SCALAR: return "scalar";
    case SX_ISA_AVX2: return "avx2";
    case SX_ISA_AVX512: return "avx512";
    default: return "unknown";
    }
}
