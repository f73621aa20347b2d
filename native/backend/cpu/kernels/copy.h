#pragma once

#include <cstddef>
#include <cstdint>

#include "backend/cpu/kernels/dispatch.h"

namespace lw {

/// counts[0] times counts[1] runs of `bytes`; strides in bytes, those of counts[1] inside.
struct CopyRuns {
  const std::byte* x;
  std::byte* out;
  int64_t bytes;
  int64_t counts[2], xStrides[2], outStrides[2];
};

/// Elements of 1, 4 or 8 bytes are moved as bits, whatever they mean.
struct CopyKernels {
  /// Short runs by packets, where a call of memcpy each would cost more than the bytes.
  void (*runs)(const CopyRuns& runs);
  /// out[i] = x[i * stride], i < n; the stride is in elements and may be 0 or negative.
  void (*strided)(int elementBytes, const void* x, int64_t stride, void* out, int64_t n);
  /// out[r * outStride + c] = x[c * xStride + r], r < rows, c < columns.
  void (*transpose)(int elementBytes, const void* x, int64_t xStride, void* out, int64_t outStride,
                    int64_t rows, int64_t columns);
  /// out[i] = condition[i] ? a[i] : b[i], i < n; an operand whose step is 0 stands still, else its step is 1.
  void (*select)(int elementBytes, const uint8_t* condition, const void* a, const void* b, void* out,
                 int64_t n, const int* steps);
};

}  // namespace lw

LW_KERNEL_FAMILY(CopyKernels, copyKernels)
