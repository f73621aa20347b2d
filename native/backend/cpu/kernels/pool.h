#pragma once

#include <cstdint>

#include "backend/cpu/kernels/dispatch.h"

namespace lw {

/// The taps of one output along an axis: positions begin, begin + dilation, ... of the input, `count` of
/// them, and what the axis gives to the divisor of an average.
struct PoolTap {
  int32_t begin, count;
  float divisor;
};

/// One row of outputs [oW, C] from the `rows` input rows [W, C] that its windows meet.
struct PoolRow {
  const float* const* rows;
  int64_t rowCount;
  int64_t channels, outWidth, dilation;
  float divisor;        ///< of the other axes
  const PoolTap* taps;  ///< along W, one per output
  float* out;
};

/// The horizontal half of a large window: x is one padded row, [.., channels], in which every window has all
/// its `window` taps, `step` floats apart; windows begin `stride` floats apart. What x held is lost.
struct PoolSweep {
  float* x;
  int64_t length, window, step, stride;
  int64_t channels, outWidth;
  float divisor;        ///< of the other axes
  const PoolTap* taps;  ///< along W, one per output: their divisors
  float* out;
};

struct PoolKernels {
  int lanes;  ///< floats of a packet; from 8 on a part of one costs no more than all of it
  /// Packets along the channels, straight from the input rows.
  void (*row)(bool isMax, const PoolRow& row);
  /// out[i] = max or sum over the rows of row[i], i < n: the vertical half of a separable window.
  void (*combineRows)(bool isMax, const float* const* rows, int64_t rowCount, float* out, int64_t n);
  /// The horizontal half for windows that all hold `count` taps: out[i] = max or scale * sum over k of x[i +
  /// k * step], i < n.
  void (*slide)(bool isMax, const float* x, int64_t count, int64_t step, float scale, float* out, int64_t n);
  /// `slide` that keeps the values whose bit is set in `kept`, a word for each packet, one behind the other:
  /// `total` of them. Null where packets cannot do that.
  void (*slideKept)(bool isMax, const float* x, int64_t count, int64_t step, float scale,
                    const uint16_t* kept, int64_t n, float* out, int64_t total);
  /// By windows of 1, 2, 4, ... taps: as many steps as the window's size has bits.
  void (*sweep)(bool isMax, const PoolSweep& sweep);
  /// best = the largest of x[positions[k] * channels ..], k < count, and index = the first position that has
  /// it; the first NaN wins. Of nothing: -infinity and positions[0].
  void (*maxIndex)(const float* x, const int32_t* positions, int64_t count, int64_t channels, float* best,
                   int32_t* index);
};

}  // namespace lw

LW_KERNEL_FAMILY(PoolKernels, poolKernels)
