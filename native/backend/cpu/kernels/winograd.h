#pragma once

#include <cstdint>

#include "backend/cpu/kernels/dispatch.h"

namespace lw {

/// Winograd's F(m x m, r x r) makes m x m outputs from a tile of n x n inputs, n = m + r - 1, with one
/// multiplication per input: V = B' d B for inputs, U = G g G' for weights, y = A' (sum over channels of V *
/// U) A (Lavin and Gray, "Fast algorithms for convolutional neural networks", 2016). The points are 0, the
/// pairs +q and -q, and infinity, n in all: B depends on them alone, A and G also on r.
inline constexpr int kWinogradMaxPairs = 3;
/// Chosen for small errors: about 2 times a direct sum's for one and two pairs, 15 times for three.
inline constexpr double kWinogradPoints[kWinogradMaxPairs][kWinogradMaxPairs] = {
    {1, 0, 0}, {0.75, 1.5, 0}, {0.5, 1, 2}};

/// A tile of inputs to points: V of point p at to[p * plane + channel].
struct WinogradInput {
  const float* const* pixels;  ///< n * n, row by row; each has `channels` floats
  int64_t channels;
  float* to;  ///< writable up to whole packets of channels, which become zero
  int64_t plane;
};

/// A tile of products, at from[p * plane + channel], to outputs: min(max(y + bias + residual, lo), hi).
struct WinogradOutput {
  const float* from;  ///< readable up to whole packets of channels
  int64_t plane;
  int64_t channels;
  float* out;             ///< pixel (i, j) of the tile at out[i * line + j * pixel]
  const float* residual;  ///< laid out as out; or null
  int64_t line, pixel;
  int rows, columns;  ///< pixels of the tile that exist
  const float* bias;  ///< readable up to whole packets of channels
  float lo, hi;
};

struct WinogradKernels {
  int packet;
  /// By number of pairs - 1.
  void (*input[kWinogradMaxPairs])(const WinogradInput&);
  /// By number of pairs - 1, and m / 2 - 1; null where there is no such transform. (6x6 tiles of a 3x3 window
  /// were no faster than 4x4 when measured, for seven times the error.)
  void (*output[kWinogradMaxPairs][2])(const WinogradOutput&);
};

}  // namespace lw

LW_KERNEL_FAMILY(WinogradKernels, winogradKernels)
