#pragma once

#include "backend/cuda/tiles.h"
#include "ops/op.h"

/// Convolutions as products: a row of a is the window of an output pixel, read in place; a column of b is a
/// filter. The depth is taps by channels.
namespace lw::cuda {

/// How the outputs of one sample find their inputs: output o of an axis reads first + o * stride + k *
/// dilation through its k-th tap.
struct Window {
  Divisor out[3], taps[3], channels;  ///< channels of a group
  int32_t in[3], first[3], stride[3], dilation[3];
  uint32_t pitch[3], sample;  ///< elements of x between neighbours along an axis, and between samples
  int32_t pixels, depth;      ///< outputs of a sample; taps by channels
};

/// Positions stay below this in absolute value, so that sums of two are numbers of 32 bits.
inline constexpr int64_t kPositions = int64_t{1} << 30;
inline constexpr int32_t kNowhere = -(int32_t{1} << 30);

/// The rows of a: pixels of all samples.
template <typename T>
struct WindowLines {
  static constexpr bool kTable = true;
  struct alignas(16) Line {
    uint32_t offset;  ///< of the input at `at`, which may lie outside; modulo 2^32
    int32_t at[3];
  };
  using Depth = Line;

  static constexpr bool along = true;
  const T* x;
  const Window* window;
  int count;
  bool wide;

  LW_HD Line line(int r) const {
    if (r >= count) return {0, {kNowhere, 0, 0}};
    const Window& w = *window;
    uint32_t rest = static_cast<uint32_t>(r), o[3];
    split(w.out, &rest, o);
    return found(rest * w.sample, w.first[0] + static_cast<int32_t>(o[0]) * w.stride[0],
                 w.first[1] + static_cast<int32_t>(o[1]) * w.stride[1],
                 w.first[2] + static_cast<int32_t>(o[2]) * w.stride[2]);
  }
  LW_HD Depth depth(int k, int end) const {
    if (k >= end) return {0, {kNowhere, 0, 0}};
    const Window& w = *window;
    uint32_t rest = w.channels.quotient(static_cast<uint32_t>(k)), tap[3];
    const uint32_t c = w.channels.rest(static_cast<uint32_t>(k), rest);
    split(w.taps, &rest, tap);
    return found(c, static_cast<int32_t>(tap[0]) * w.dilation[0],
                 static_cast<int32_t>(tap[1]) * w.dilation[1], static_cast<int32_t>(tap[2]) * w.dilation[2]);
  }
  template <int kWidth>
  LW_HD Pack<T, kWidth> fetch(const Line& line, const Depth& depth) const {
    bool inside = true;
    LW_UNROLL_LOOP for (int i = 0; i < 3; ++i) inside &=
        static_cast<uint32_t>(line.at[i] + depth.at[i]) < static_cast<uint32_t>(window->in[i]);
    if (inside) return load<kWidth>(x + (line.offset + depth.offset));
    return {};
  }

  /// `rest` as a number of digits d, h, w, before which `rest` is what is left.
  static LW_HD void split(const Divisor (&sizes)[3], uint32_t* rest, uint32_t (&digits)[3]) {
    LW_UNROLL_LOOP for (int i = 2; i >= 0; --i) {
      const uint32_t next = sizes[i].quotient(*rest);
      digits[i] = sizes[i].rest(*rest, next);
      *rest = next;
    }
  }

 private:
  LW_HD Line found(uint32_t offset, int32_t d, int32_t h, int32_t w) const {
    const uint32_t at = static_cast<uint32_t>(d) * window->pitch[0] +
                        static_cast<uint32_t>(h) * window->pitch[1] +
                        static_cast<uint32_t>(w) * window->pitch[2];
    return {offset + at, {d, h, w}};
  }
};

/// Filters in whose memory the channels of a tap lie side by side: the weights of a transposed convolution.
struct TapPitches {
  uint32_t first, pitch[3];  ///< of the taps of a Window, in elements of w
};
template <typename T>
struct TapLines {
  static constexpr bool kTable = false;
  struct Line {
    int64_t offset;  ///< negative: outside
  };
  using Depth = Line;

  static constexpr bool along = true;
  const T* w;
  const Window* window;
  const TapPitches* taps;
  int count, pitch;  ///< filters, and elements between them
  bool wide;

  LW_HD Line line(int r) const { return {r < count ? static_cast<int64_t>(r) * pitch : -1}; }
  LW_HD Depth depth(int k, int end) const {
    if (k >= end) return {-1};
    uint32_t rest = window->channels.quotient(static_cast<uint32_t>(k)), tap[3];
    const uint32_t c = window->channels.rest(static_cast<uint32_t>(k), rest);
    WindowLines<T>::split(window->taps, &rest, tap);
    return {taps->first + static_cast<int64_t>(tap[0] * taps->pitch[0] + tap[1] * taps->pitch[1] +
                                               tap[2] * taps->pitch[2] + c)};
  }
  template <int kWidth>
  LW_HD Pack<T, kWidth> fetch(const Line& line, const Depth& depth) const {
    if ((line.offset | depth.offset) >= 0) return load<kWidth>(w + line.offset + depth.offset);
    return {};
  }
};

}  // namespace lw::cuda
