#pragma once

#include <cstdint>

#include "backend/cpu/kernels/dispatch.h"

namespace lw {

/// Lines of a direct convolution, one panel of filters: out[i * outLine + j * outPixel + o] = min(max(bias[o]
/// + sum over k of x[i * line + j * step + at(k)] * w[k][o] + residual, lo), hi), one chain of multiply-adds
/// in this order, whatever the tile; at(0) = 0, and from at(k) to at(k + 1) are jumps[k] bytes.
///
/// Few filters leave most of a packet of filters empty. `columns` has packets of neighbouring pixels instead:
/// step is 1, w is [K][last] without gaps, outPixel is `last`, there is no residual, and a packet is readable
/// wherever one of its pixels is.
struct DirectLines {
  const float* x;
  int64_t line, step;
  const int64_t* jumps;
  int64_t K;  ///< positive
  int64_t lines, pixels;
  const float *w, *bias;  ///< [K][packets], and one row
  int packets;            ///< of the panel
  int64_t last;           ///< filters of the last packet
  float* out;
  const float* residual;  ///< laid out as out; or null
  int64_t outLine, outPixel;
  float lo, hi;
  bool prefetch;  ///< asks for the lines of out while the sums grow
};

struct DirectKernels {
  int packet, packets;  ///< floats of a packet; packets of the widest panel
  int fewFilters;       ///< up to so many may be computed by columns
  void (*lines)(const DirectLines&);
  void (*columns)(const DirectLines&);
};

}  // namespace lw

LW_KERNEL_FAMILY(DirectKernels, directKernels)
