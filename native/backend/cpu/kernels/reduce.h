#pragma once

#include <cstdint>

#include "backend/cpu/kernels/dispatch.h"

namespace lw {

/// What is accumulated: x, x^2, x - center, (x - center)^2, or the largest or smallest x (NaN wins).
enum class Moment : uint8_t { kSum, kSquare, kDeviation, kCentered, kMax, kMin };

/// Rows of n floats, `stride` apart. `center`, for kDeviation and kCentered: row r has center[r *
/// centerStep].
struct ReduceRows {
  const float* x;
  int64_t rows, stride, n;
  const float* center;
  int64_t centerStep;
};
/// Blocks of `rows` rows of n floats: block g begins at x + g * blockStride, its rows are `stride` apart.
/// `center`, for kDeviation and kCentered: n values per block.
struct ReduceColumns {
  const float* x;
  int64_t blocks, blockStride, rows, stride, n;
  const float* center;
};
/// The mean in two floats, so that large means cost no accuracy: one of each per row, or per column.
struct Standard {
  const float *meanHigh, *meanLow, *scale;
};

/// Sums run in float over at most 64 values and in double from there on: as accurate as doubles nearly, as
/// fast as floats. The order is given by the counts of one output and by the width of a packet.
struct ReduceKernels {
  /// out[r] over row r.
  void (*rows)(Moment moment, const ReduceRows& rows, double* out);
  /// out[g * n + j] over column j of block g. n is at most kMaxColumns.
  void (*columns)(Moment moment, const ReduceColumns& columns, double* out);
  /// out = totals * factor.
  void (*finish)(const double* totals, double factor, float* out, int64_t n);
  /// high += totals * factor, in two floats.
  void (*shift)(const double* totals, double factor, float* high, float* low, int64_t n);
  /// Position of the first largest (or smallest) of n > 0 floats; the first NaN wins.
  int64_t (*argRow)(bool isMax, const float* x, int64_t n);
  /// The same down every column; `best` is room for n floats.
  void (*argColumns)(bool isMax, const float* x, int64_t rows, int64_t stride, int64_t n, float* best,
                     int32_t* index);
  /// out = (x - (meanHigh + meanLow)) * scale.
  void (*standardizeRow)(const float* x, float* out, int64_t n, const Standard& standard);
  /// The same down the columns of rows that are `stride` apart.
  void (*standardizeColumns)(const float* x, float* out, int64_t rows, int64_t stride, int64_t n,
                             const Standard& standard);
};
inline constexpr int64_t kMaxColumns = 1024;

}  // namespace lw

LW_KERNEL_FAMILY(ReduceKernels, reduceKernels)
