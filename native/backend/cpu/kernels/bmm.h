#pragma once

#include <cstdint>

#include "backend/cpu/kernels/dispatch.h"

namespace lw {

/// Many small products, none of which is worth packing: C(i) = min(max(A(i) [M, K] * B(i) [K, N] + bias, lo),
/// hi) for i < count, all plain row-major. Sums have the order of GemmPanel's.
struct SmallProducts {
  const float *a, *b;
  float* c;
  int64_t strideA, strideB;  // between matrices; 0 repeats one. C's matrices follow each other.
  int64_t count;
  int64_t M, N, K;
  const float* bias;  // readable up to whole packets beyond N
  float lo, hi;
  const float* endB;  // nothing from here on may be read
};

struct BmmKernels {
  void (*small)(const SmallProducts&);
};

}  // namespace lw

LW_KERNEL_FAMILY(BmmKernels, bmmKernels)
