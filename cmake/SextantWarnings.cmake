# Warnings are errors: kernels are read by few and run by many. Stack frames have a limit because a Java thread that
# overruns its stack in native code dies without a word; sanitizers widen frames, so it holds without them.
function(sextant_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wvla -Werror)
  if(NOT SEXTANT_SANITIZE)
    target_compile_options(${target} PRIVATE -Wframe-larger-than=4096)
  endif()
endfunction()
