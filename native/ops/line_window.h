#pragma once

#include <algorithm>
#include <optional>

#include "ops/op.h"

namespace lw {

/// Line o of the output, along H of [N, H, W, C], is made of the lines [o * stride - begin, o * stride -
/// begin
/// + extent) of an input, as far as there are.
struct LineWindow {
  int64_t stride = 1, begin = 0, extent = 1;

  /// The first input line that output lines from `line` on read.
  int64_t firstOf(int64_t line) const { return std::max<int64_t>(0, line * stride - begin); }
  /// Behind the last input line, of `lines`, that output lines below `last` read.
  int64_t lastOf(int64_t last, int64_t lines) const {
    return last <= 0 ? 0 : std::clamp<int64_t>((last - 1) * stride - begin + extent, 0, lines);
  }
};

/// How an op over images reads one of its inputs; nothing when that input or the output is no image, or when
/// its lines are not all that a line of the output takes of it.
std::optional<LineWindow> lineWindow(const Op& op, size_t input);

}  // namespace lw
