#pragma once

#include <algorithm>
#include <cstdint>

#include "ops/op.h"

namespace lw::cpu {

/// Box positions [first, last) that lie inside an axis of the plane.
struct Inside {
  int64_t first, last;
  Inside(int64_t start, int64_t step, int64_t extent, int64_t in) {
    first = start >= 0 ? 0 : std::min(extent, (-start + step - 1) / step);
    const int64_t end = in > start ? (in - start + step - 1) / step : 0;
    last = std::max(first, std::min(extent, end));
  }
};

/// Copies a box of one sample's channels-last plane into scratch, with zeros where the box leaves the plane:
/// what a kernel reads then needs no bounds.
template <typename T>
struct Strip {
  const T* x = nullptr;     ///< the sample, at the first channel to copy
  Spatial in{1, 1, 1};      ///< the plane
  int64_t pixelStride = 0;  ///< elements between pixels of x
  int64_t channels = 0;     ///< to copy
  Spatial start{0, 0, 0};   ///< the plane's position of the box's corner, negative inside padding
  Spatial step{1, 1, 1};    ///< in the plane, between neighbours of the box
  Spatial extent{1, 1, 1};  ///< of the box
  T* to = nullptr;          ///< box position (d, h, w) at ((d * extent[1] + h) * extent[2] + w) * pixel
  int64_t pixel = 0;        ///< elements between pixels of the copy, >= channels

  void copy() const;
  /// As planes of one channel each, whose neighbours along W are `phases` apart in the box: channel c of
  /// box position (d, h, w) at (((c * extent[0] + d) * extent[1] + h) * phases + w % phases) * run + w /
  /// phases, where run = extent[2] / phases, rounded up. For a step of 1 along W; `pixel` is not used.
  void copyPlanes(int64_t phases) const;

 private:
  bool isWholeLines() const;
  template <typename Line>
  T* eachLine(T* out, int64_t size, Line line) const;
  void copyLine(int64_t d, int64_t h, T* line) const;
  void copyRun(const T* line, int64_t phase, int64_t phases, int64_t run, T* out) const;
};

}  // namespace lw::cpu
