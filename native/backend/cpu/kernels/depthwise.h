#pragma once

#include <cstdint>

#include "backend/cpu/kernels/dispatch.h"

namespace lw {

/// Neighbouring output pixels of a depthwise convolution that see the same taps of the window: a line, or one
/// pixel at a border. out[i][c] = min(max(bias[c] + sum over t of x[i * step + xOffset[t] + c] * w[wOffset[t]
/// + c] + residual[i][c], lo), hi)
struct DepthwiseLine {
  const float* x;
  int64_t step;
  const int64_t *xOffset, *wOffset;  // in elements
  int64_t taps;
  int64_t pixels, channels;  // outputs and residual are [pixels][channels]
  const float *w, *bias;     // readable up to whole packets of channels
  float* out;
  const float* residual;  // or null
  float lo, hi;
};

struct DepthwiseKernels {
  int packet;
  void (*line)(const DepthwiseLine&);
};

}  // namespace lw

LW_KERNEL_FAMILY(DepthwiseKernels, depthwiseKernels)
