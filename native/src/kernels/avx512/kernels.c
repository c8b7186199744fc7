/* The kernels of this instruction set: the algorithms over its vocabulary. */
#include "vec.h"

#include "kernels/phase.inl"

#include "kernels/rows.inl"

#include "kernels/step.inl"

#include "kernels/arrange.inl"

#include "kernels/rotary.inl"

#include "kernels/additive.inl"

#include "kernels/cast.inl"

#include "kernels/convert.inl"

#include "kernels/gather.inl"

#include "kernels/ceiling.inl"
