#pragma once

#include <cstdint>

#include "backend/cpu/kernels/dispatch.h"

namespace lw {

/// `count` neighbouring columns of n > 0 values that are `stride` apart; `room` holds n * 64 floats, four of
/// the widest packets of each row. Columns are worked on in there, because a stride that is a power of two
/// would have them evict each other from the caches.
struct SoftmaxColumns {
  const float* x;
  float* out;
  float* room;
  int64_t n, stride, count;
};

struct SoftmaxKernels {
  /// Softmax (or its logarithm) of each of `rows` contiguous rows of n > 0 floats.
  void (*rows)(bool logarithm, const float* x, float* out, int64_t rows, int64_t n);
  void (*columns)(bool logarithm, const SoftmaxColumns& columns);
};

}  // namespace lw

LW_KERNEL_FAMILY(SoftmaxKernels, softmaxKernels)
