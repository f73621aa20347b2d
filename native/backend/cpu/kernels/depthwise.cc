#include "backend/cpu/kernels/depthwise.h"

#include <utility>

#include "backend/cpu/kernels/simd.h"
#include "backend/cpu/kernels/unroll.h"

namespace LW_ISA_NS {
namespace {

using lw::DepthwiseRow;
using lw::DepthwiseTile;

// The sums of a tile stay in registers: two lines, so that a load of x serves both, of as many pixels as
// there are registers for.
#ifdef EIGEN_VECTORIZE_AVX512
constexpr int kPixels = 7;
#else
constexpr int kPixels = 4;
#endif

/// A step that the compiler cannot multiply ahead of a loop: it would keep a dozen multiples, in memory.
EIGEN_STRONG_INLINE int64_t opaque(int64_t step) {
  asm("" : "+r"(step));
  return step;
}

/// The packet of channels that a tile is at: of the outputs, and of x.
struct Place {
  int64_t c, count;
  int64_t x, xCount;
  const int32_t* lanes;
};

/// The packet of x: as it lies, or of some channels, by their lanes.
template <bool kWhole>
EIGEN_STRONG_INLINE F get(const float* x, const Place& at) {
  if constexpr (kWhole) return load(x);
#if defined(EIGEN_VECTORIZE_AVX512)
  return _mm512_permutexvar_ps(_mm512_loadu_si512(at.lanes), loadTail(x, at.xCount));
#elif defined(EIGEN_VECTORIZE_AVX2)
  return _mm256_permutevar8x32_ps(loadTail(x, at.xCount),
                                  _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at.lanes)));
#else
  alignas(64) float values[kLanes];
  for (int i = 0; i < kLanes; ++i) values[i] = at.lanes[i] < at.xCount ? x[at.lanes[i]] : 0.0f;
  return load(values);
#endif
}

/// `count` packets of x, `step` apart; zeros for those whose bit in `inside` is not set.
template <bool kWhole, int count>
EIGEN_STRONG_INLINE void getAll(const float* x, int64_t step, uint32_t inside, const Place& at,
                                F (&v)[count]) {
  step = opaque(step);
  if (kWhole && inside == (1u << count) - 1) {
    LW_UNROLL for (int i = 0; i < count; ++i, x += step) v[i] = load(x);
  } else {
    LW_UNROLL for (int i = 0; i < count; ++i, x += step) v[i] =
        inside >> i & 1 ? get<kWhole>(x, at) : set1(0.0f);
  }
}

template <int taps, int pixels>
EIGEN_STRONG_INLINE void addTaps(const float* w, int64_t wTap, const F (&v)[pixels + taps - 1],
                                 F (&sums)[pixels]) {
  LW_UNROLL for (int k = 0; k < taps; ++k, w += wTap) {
    const F wk = load(w);
    LW_UNROLL for (int i = 0; i < pixels; ++i) sums[i] = fma(v[i + k], wk, sums[i]);
  }
}

/// The taps of a row from k on, `taps` at a time, which share their pixels; returns the first that is left.
template <bool kWhole, int taps, int pixels>
EIGEN_STRONG_INLINE int64_t addRow(const DepthwiseTile& t, const DepthwiseRow& row, const Place& at,
                                   int64_t k, F (&upper)[pixels], F (&lower)[pixels]) {
  const float* x = t.x + row.x + at.x;
  const float* w = t.w + at.c;
  for (; k + taps <= t.taps; k += taps) {
    F v[pixels + taps - 1];
    uint32_t inside = 0;
    LW_UNROLL for (int i = 0; i < taps; ++i) inside |= t.seen[k + i] << i;
    getAll<kWhole>(x + k * t.xTap, t.xPixel, inside, at, v);
    if (row.w[0] >= 0) addTaps<taps>(w + row.w[0] + k * t.wTap, t.wTap, v, upper);
    if (row.w[1] >= 0) addTaps<taps>(w + row.w[1] + k * t.wTap, t.wTap, v, lower);
  }
  return k;
}

template <bool kWhole, int pixels>
EIGEN_STRONG_INLINE void finish(const DepthwiseTile& t, const Place& at, int64_t to, F (&sums)[pixels]) {
  const F lo = set1(t.lo), hi = set1(t.hi);
  to += at.c;
  const int64_t step = opaque(t.outPixel);
  if (t.residual) {
    const float* from = t.residual + to;
    LW_UNROLL for (int i = 0; i < pixels; ++i, from += step) sums[i] =
        add(sums[i], kWhole ? load(from) : loadTail(from, at.count));
  }
  float* out = t.out + to;
  LW_UNROLL for (int i = 0; i < pixels; ++i, out += step) {
    const F y = atMost(atLeast(sums[i], lo), hi);
    if constexpr (kWhole)
      store(out, y);
    else
      storeTail(out, y, at.count);
  }
}

template <bool kWhole, int pixels>
EIGEN_ALWAYS_INLINE void packetOf(const DepthwiseTile& t, const Place& at) {
  F upper[pixels], lower[pixels];
  const F bias = load(t.bias + at.c);
  LW_UNROLL for (int i = 0; i < pixels; ++i) upper[i] = lower[i] = bias;
  const bool slides = t.xTap == t.xPixel;
  for (int64_t r = 0; r < t.rowCount; ++r) {
    const int64_t k = slides ? addRow<kWhole, 3>(t, t.rows[r], at, 0, upper, lower) : 0;
    addRow<kWhole, 1>(t, t.rows[r], at, k, upper, lower);
  }
  finish<kWhole>(t, at, 0, upper);
  if (t.lines == 2) finish<kWhole>(t, at, t.outLine, lower);
}

/// What comes next, in the order of its addresses, which the processor's own prefetch follows: the tile
/// itself goes from pixel to pixel and back.
EIGEN_STRONG_INLINE void askAhead(const DepthwiseTile& t, int64_t c) {
  for (int i = 0; i < t.aheadCount; ++i) {
    const char* p = reinterpret_cast<const char*>(t.ahead[i].from) + c / kLanes * t.ahead[i].each;
    for (const char* end = p + t.ahead[i].each; p < end; p += 64) __builtin_prefetch(p, 0, 2);
  }
}

template <int pixels>
void tileOf(const DepthwiseTile& t) {
  const int64_t m = t.multiplier;
  int64_t c = 0;
  if (m == 1)
    for (; c + kLanes <= t.channels; c += kLanes) {
      askAhead(t, c);
      packetOf<true, pixels>(t, {c, kLanes, c, kLanes, nullptr});
    }
  for (; c < t.channels; c += kLanes) {
    const int64_t count = t.channels - c < kLanes ? t.channels - c : kLanes, from = c % m;
    askAhead(t, c);
    packetOf<false, pixels>(t, {c, count, c / m, (from + count - 1) / m + 1, t.repeats + from * kLanes});
  }
}

template <int... pixels>
void pick(const DepthwiseTile& t, std::integer_sequence<int, pixels...>) {
  static constexpr void (*kTiles[])(const DepthwiseTile&) = {tileOf<pixels + 1>...};
  kTiles[t.pixels - 1](t);
}

void tile(const DepthwiseTile& t) { pick(t, std::make_integer_sequence<int, kPixels>{}); }

}  // namespace

extern const lw::DepthwiseKernels depthwiseKernels = {kLanes, 2, kPixels, tile};

}  // namespace LW_ISA_NS
