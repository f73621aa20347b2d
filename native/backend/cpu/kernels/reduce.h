#pragma once

#include <cstdint>

#include "backend/cpu/kernels/dispatch.h"

namespace lw {

/// What is accumulated: x, x^2, x - center, (x - center)^2, or the largest or smallest x (NaN wins).
enum class Moment : uint8_t { kSum, kSquare, kDeviation, kCentered, kMax, kMin };

/// Sums run in float over at most 64 values and in double from there on: as accurate as doubles nearly, as
/// fast as floats. The order is given by the counts and by the width of a packet.
struct ReduceKernels {
  /// Over n floats. `center` is for kDeviation and kCentered.
  double (*row)(Moment moment, const float* x, int64_t n, float center);
  /// out[j] over the rows x[r * stride + j], j < n. `center` has n values, for kDeviation and kCentered. n is
  /// at most kMaxColumns.
  void (*columns)(Moment moment, const float* x, int64_t rows, int64_t stride, int64_t n, const float* center,
                  double* out);
  /// Position of the first largest (or smallest) of n > 0 floats; the first NaN wins.
  int64_t (*argRow)(bool isMax, const float* x, int64_t n);
  /// The same down every column; `best` is room for n floats.
  void (*argColumns)(bool isMax, const float* x, int64_t rows, int64_t stride, int64_t n, float* best,
                     int32_t* index);
  /// out = (x - (meanHigh + meanLow)) * scale: the mean in two floats, so that large means cost no accuracy.
  void (*standardizeRow)(const float* x, float* out, int64_t n, const float* meanHighLowScale);
  /// The same with values per column: three arrays of n, one after the other.
  void (*standardizeColumns)(const float* x, float* out, int64_t rows, int64_t stride, int64_t n,
                             const float* meanHighLowScale);
};
inline constexpr int64_t kMaxColumns = 1024;

}  // namespace lw

LW_KERNEL_FAMILY(ReduceKernels, reduceKernels)
