#pragma once

#include <cstdint>

#include "backend/cpu/kernels/dispatch.h"

namespace lw {

/// A line of the input below a tile: where it begins in x, and the weights of its taps for each output line
/// of the tile, or -1 for one that does not see it. In elements.
struct DepthwiseRow {
  int64_t x;
  int64_t w[2];
};

/// Memory that tiles to come will touch: `each` bytes of it are asked for with every packet of channels.
inline constexpr int kDepthwiseAhead = 8;
struct DepthwiseAhead {
  const float* from;
  int64_t each;
};

/// A tile of a depthwise convolution, `lines` x `pixels` outputs of some channels: of the rows that an output
/// sees and the taps k that it has, in their order,
/// out = min(max(bias + sum of x[row.x + pixel * xPixel + k * xTap] * w[row.w + k * wTap] + residual, lo),
/// hi).
struct DepthwiseTile {
  const DepthwiseRow* rows;
  int64_t rowCount;
  const uint32_t* seen;  // per tap: bit i when it lies inside the input for pixel i
  int64_t taps;
  const float* x;  // below the first tap of the first pixel, which may lie outside
  const float* w;  // readable, as bias is, up to whole packets of channels
  const float* bias;
  int64_t xTap, xPixel, wTap;
  int lines, pixels;
  int64_t channels;
  // Output channel c sees channel c / multiplier of x; the tile begins at a multiple of it.
  int64_t multiplier;
  const int32_t* repeats;  // [multiplier][packet]: (c % multiplier + lane) / multiplier
  float* out;
  const float* residual;  // or null; lies as out does
  int64_t outLine, outPixel;
  float lo, hi;
  DepthwiseAhead ahead[kDepthwiseAhead];
  int aheadCount;
};

struct DepthwiseKernels {
  int packet;
  int lines, pixels;  ///< of the largest tile
  void (*tile)(const DepthwiseTile&);
};

}  // namespace lw

LW_KERNEL_FAMILY(DepthwiseKernels, depthwiseKernels)
