#pragma once

#include <cstdint>

#include "backend/cpu/kernels/dispatch.h"
#include "ops/activation.h"

namespace lw {

/// Which operand of a row is one value for the whole row.
enum class RowMode : uint8_t { kBoth = 0, kScalarB = 1, kScalarA = 2 };

struct BinaryKernels {
  /// n elements; out may be a (or b) when the types have the same size.
  using Row = void (*)(const void* a, const void* b, void* out, int64_t n);
  /// The row function of floats or (wide) doubles; comparisons write bytes. Logical functions have none: they
  /// take bytes, see logical.
  Row (*row)(BinaryFn fn, bool wide, RowMode mode);
  /// The row function of the logical functions over bytes that are 0 or 1.
  Row (*logical)(BinaryFn fn, RowMode mode);
  /// out = x * scale + shift for n floats: scale and shift per element, or (uniform) one value each.
  void (*scaleShift)(const float* x, const float* scale, const float* shift, float* out, int64_t n,
                     bool uniform);
};

}  // namespace lw

LW_KERNEL_FAMILY(BinaryKernels, binaryKernels)
