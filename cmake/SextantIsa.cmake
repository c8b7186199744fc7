# One object library an instruction set. No inline function is shared between two of them in a way the linker could
# merge (everything shared is `static`), so a kernel compiled for AVX-512 can never stand in for a plainer one.

set(SEXTANT_ISAS scalar avx2 avx512)

# -march=native is never used: what a kernel may use is written here, and isa.c asks the CPU for exactly that.
set(SEXTANT_ISA_FLAGS_scalar -march=x86-64-v3)
set(SEXTANT_ISA_FLAGS_avx2 -march=x86-64-v3)
set(SEXTANT_ISA_FLAGS_avx512
  -march=x86-64-v3 -mavx512f -mavx512bw -mavx512dq -mavx512vl -mprefer-vector-width=512)

# How every file of the library is compiled, and why:
#   -ffp-contract=off                    a fused multiply-add only where the recipe writes one
#   -ffreestanding, -fno-stack-protector, -fno-tree-loop-distribute-patterns
#                                        no call into libc, not even a memcpy that the compiler made of a loop
#   -ffile-prefix-map                    the same bytes from any build folder
function(sextant_library_options target)
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src)
  target_compile_options(${target} PRIVATE
    -std=c11 -O3 -fPIC -ffp-contract=off -fvisibility=hidden -ffile-prefix-map=${PROJECT_SOURCE_DIR}=native)
  if(SEXTANT_SANITIZE)
    target_compile_options(${target} PRIVATE ${SEXTANT_SANITIZE_FLAGS})
  else()
    target_compile_options(${target} PRIVATE
      -ffreestanding -fno-stack-protector -fno-tree-loop-distribute-patterns)
  endif()
  sextant_warnings(${target})
endfunction()

function(sextant_isa_kernels isa)
  add_library(sextant_${isa} OBJECT src/kernels/${isa}/kernels.c src/kernels/${isa}/attention.c)
  sextant_library_options(sextant_${isa})
  target_compile_options(sextant_${isa} PRIVATE ${SEXTANT_ISA_FLAGS_${isa}})
endfunction()
