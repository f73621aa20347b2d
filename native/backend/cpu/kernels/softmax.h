#pragma once

#include <cstdint>

#include "backend/cpu/kernels/dispatch.h"

namespace lw {

struct SoftmaxKernels {
  /// Softmax (or its logarithm) of each of `rows` contiguous rows of n > 0 floats.
  void (*rows)(bool logarithm, const float* x, float* out, int64_t rows, int64_t n);
  /// Softmax down each of `count` neighbouring columns of n > 0 values that are `stride` apart.
  void (*columns)(bool logarithm, const float* x, float* out, int64_t n, int64_t stride, int64_t count);
};

}  // namespace lw

LW_KERNEL_FAMILY(SoftmaxKernels, softmaxKernels)
