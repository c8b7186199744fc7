/* Attention of this instruction set. */
#include "vec.h"

#include "kernels/attention_tile.inl"

#include "kernels/attention_rows.inl"

#include "kernels/attention_few.inl"

#include "kernels/attention.inl"
