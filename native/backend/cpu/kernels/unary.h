#pragma once

#include <cstdint>

#include "backend/cpu/kernels/dispatch.h"
#include "ops/activation.h"

namespace lw {

struct UnaryKernels {
  /// out[i] = fn(in[i]) for n floats; in == out is allowed. Every element gets the same bits wherever it
  /// stands, so that a slice of a batch, or a tile of an epilogue, may begin and end anywhere.
  void (*apply)(UnaryFn fn, float alpha, float beta, const float* in, float* out, int64_t n);
};

}  // namespace lw

LW_KERNEL_FAMILY(UnaryKernels, unaryKernels)
