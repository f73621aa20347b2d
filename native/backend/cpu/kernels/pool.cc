#include "backend/cpu/kernels/pool.h"

#include <algorithm>

#include "backend/cpu/kernels/simd.h"
#include "backend/cpu/kernels/unroll.h"

namespace LW_ISA_NS {
namespace {

using lw::PoolRow;
using lw::PoolSweep;
using lw::PoolTap;

template <bool isMax>
inline F combine(F a, F b) {
  return isMax ? maxNaN(a, b) : add(a, b);
}
template <bool isMax>
inline float identity() {
  return isMax ? -__builtin_inff() : 0.0f;
}

/// An average of nothing (a window of padding alone) is 0.
inline float scaleOf(const PoolRow& row, const PoolTap& tap) {
  const float divisor = row.divisor * tap.divisor;
  return divisor > 0.0f ? 1.0f / divisor : 0.0f;
}

/// `packets` packets of channels of one output, by rows, then taps.
template <bool isMax, int packets>
EIGEN_STRONG_INLINE void window(const PoolRow& row, const PoolTap& tap, int64_t c, float scale, float* out) {
  const int64_t step = row.dilation * row.channels, first = tap.begin * row.channels + c;
  F acc[packets];
  for (int i = 0; i < packets; ++i) acc[i] = set1(identity<isMax>());
  for (int64_t r = 0; r < row.rowCount; ++r) {
    const float* p = row.rows[r] + first;
    for (int64_t k = 0; k < tap.count; ++k, p += step)
      for (int i = 0; i < packets; ++i) acc[i] = combine<isMax>(acc[i], load(p + i * kLanes));
  }
  for (int i = 0; i < packets; ++i) store(out + i * kLanes, isMax ? acc[i] : mul(acc[i], set1(scale)));
}

template <bool isMax>
EIGEN_STRONG_INLINE void windowTail(const PoolRow& row, const PoolTap& tap, int64_t c, float scale,
                                    float* out) {
  const int64_t count = row.channels - c, step = row.dilation * row.channels;
  F acc = set1(identity<isMax>());
  for (int64_t r = 0; r < row.rowCount; ++r) {
    const float* p = row.rows[r] + tap.begin * row.channels + c;
    for (int64_t k = 0; k < tap.count; ++k, p += step) acc = combine<isMax>(acc, loadTail(p, count));
  }
  storeTail(out, isMax ? acc : mul(acc, set1(scale)), count);
}

/// An output whose window may be of any size, or clipped by the border.
template <bool isMax>
void output(const PoolRow& row, const PoolTap& tap, float* out) {
  const int64_t channels = row.channels;
  const float scale = isMax ? 1.0f : scaleOf(row, tap);
  int64_t c = 0;
  for (; c + 4 * kLanes <= channels; c += 4 * kLanes) window<isMax, 4>(row, tap, c, scale, out + c);
  for (; c + kLanes <= channels; c += kLanes) window<isMax, 1>(row, tap, c, scale, out + c);
  if (c < channels) windowTail<isMax>(row, tap, c, scale, out + c);
}

/// A packet of a whole small window, all of whose loads are unrolled.
template <bool isMax, int rows, int taps, typename Load>
EIGEN_STRONG_INLINE F wholeWindow(const float* const* from, int64_t step, int64_t c, F scale, Load loadAt) {
  F acc = loadAt(from[0] + c);
  for (int r = 0; r < rows; ++r)
    for (int k = r == 0 ? 1 : 0; k < taps; ++k) acc = combine<isMax>(acc, loadAt(from[r] + k * step + c));
  return isMax ? acc : mul(acc, scale);
}

/// A block of outputs that share no input: a row's inputs of all of them, then the next row's. Memory is read
/// in long pieces, which matters when two threads wait for it.
#ifdef EIGEN_VECTORIZE_AVX512
constexpr int kOutputs = 4;
#else
constexpr int kOutputs = 2;
#endif
constexpr int kPackets = 4;

template <bool isMax, int rows, int taps>
EIGEN_STRONG_INLINE void block(const float* const* from, int64_t advance, int64_t step, int64_t channels,
                               F scale, float* out) {
  F acc[kOutputs][kPackets];
  LW_UNROLL for (int r = 0; r < rows; ++r) {
    LW_UNROLL for (int o = 0; o < kOutputs; ++o) {
      LW_UNROLL for (int k = 0; k < taps; ++k) {
        const float* p = from[r] + o * advance + k * step;
        LW_UNROLL for (int i = 0; i < kPackets; ++i) {
          const F v = load(p + i * kLanes);
          acc[o][i] = r == 0 && k == 0 ? v : combine<isMax>(acc[o][i], v);
        }
      }
    }
  }
  LW_UNROLL for (int o = 0; o < kOutputs; ++o) {
    LW_UNROLL for (int i = 0; i < kPackets; ++i)
        store(out + o * channels + i * kLanes, isMax ? acc[o][i] : mul(acc[o][i], scale));
  }
}

/// `count` outputs whose windows begin `advance` floats apart, in blocks.
template <bool isMax, int rows, int taps>
void blocks(const float* const* first, int64_t count, int64_t advance, int64_t step, int64_t channels,
            float scale, float* out) {
  const F s = set1(scale);
  for (int64_t i = 0; i < count; i += kOutputs)
    for (int64_t c = 0; c < channels; c += kPackets * kLanes) {
      const float* from[rows];
      for (int r = 0; r < rows; ++r) from[r] = first[r] + i * advance + c;
      block<isMax, rows, taps>(from, advance, step, channels, s, out + i * channels + c);
    }
}

/// The same packet by packet, so that every tap is a stream of lines in their order, which prefetchers follow
/// best.
template <bool isMax, int rows, int taps>
void packets(const float* const* first, int64_t count, int64_t advance, int64_t step, int64_t channels,
             float scale, float* out) {
  const float* from[rows];
  for (int r = 0; r < rows; ++r) from[r] = first[r];
  const F s = set1(scale);
  const float* const end = out + count * channels;
  const int64_t rest = channels % kLanes, whole = channels - rest;
  for (int64_t i = 0; i < count; ++i, out += channels) {
    for (int64_t c = 0; c < whole; c += kLanes)
      store(out + c,
            wholeWindow<isMax, rows, taps>(from, step, c, s, [](const float* p) { return load(p); }));
    if (rest > 0) {
      const F v = wholeWindow<isMax, rows, taps>(from, step, whole, s,
                                                 [rest](const float* p) { return loadTail(p, rest); });
      // What a whole packet writes too much, the next outputs overwrite.
      out + whole + kLanes <= end ? store(out + whole, v) : storeTail(out + whole, v, rest);
    }
    for (int r = 0; r < rows; ++r) from[r] += advance;
  }
}

template <bool isMax, int rows, int taps>
void wholeOutputs(const float* const* first, int64_t count, int64_t advance, int64_t step, int64_t channels,
                  float scale, float* out) {
  const bool fills = advance >= taps * step && channels % (kPackets * kLanes) == 0;
  const int64_t inBlocks = fills ? count / kOutputs * kOutputs : 0;
  blocks<isMax, rows, taps>(first, inBlocks, advance, step, channels, scale, out);
  const float* from[rows];
  for (int r = 0; r < rows; ++r) from[r] = first[r] + inBlocks * advance;
  packets<isMax, rows, taps>(from, count - inBlocks, advance, step, channels, scale,
                             out + inBlocks * channels);
}

/// Windows that are whole and evenly apart run unrolled, those clipped by the border do not.
template <bool isMax, int rows, int taps>
void outputs(const PoolRow& row) {
  const int64_t channels = row.channels;
  const PoolTap* const tap = row.taps;
  for (int64_t i = 0, end = 1; i < row.outWidth; i = end++) {
    if (tap[i].count != taps) {
      output<isMax>(row, tap[i], row.out + i * channels);
      continue;
    }
    const int32_t advance = end < row.outWidth ? tap[end].begin - tap[i].begin : 0;
    while (end < row.outWidth && tap[end].count == taps && tap[end].divisor == tap[i].divisor &&
           tap[end].begin - tap[end - 1].begin == advance)
      ++end;
    const float* from[rows];
    for (int r = 0; r < rows; ++r) from[r] = row.rows[r] + tap[i].begin * channels;
    wholeOutputs<isMax, rows, taps>(from, end - i, advance * channels, row.dilation * channels, channels,
                                    scaleOf(row, tap[i]), row.out + i * channels);
  }
}

template <bool isMax>
void rowOf(const PoolRow& row) {
  const int32_t taps = row.outWidth > 0 ? row.taps[row.outWidth / 2].count : 0;
  if (row.rowCount == 2 && taps == 2) return outputs<isMax, 2, 2>(row);
  if (row.rowCount == 3 && taps == 3) return outputs<isMax, 3, 3>(row);
  if (row.rowCount == 1 && taps == 2) return outputs<isMax, 1, 2>(row);
  if (row.rowCount == 1 && taps == 3) return outputs<isMax, 1, 3>(row);
  if (row.rowCount == 1 && taps == 5) return outputs<isMax, 1, 5>(row);
  for (int64_t i = 0; i < row.outWidth; ++i) output<isMax>(row, row.taps[i], row.out + i * row.channels);
}

void row(bool isMax, const PoolRow& row) { isMax ? rowOf<true>(row) : rowOf<false>(row); }

template <bool isMax>
void combineRowsOf(const float* const* rows, int64_t rowCount, float* out, int64_t n) {
  int64_t i = 0;
  for (; i + 4 * kLanes <= n; i += 4 * kLanes) {
    F acc[4];
    for (int k = 0; k < 4; ++k) acc[k] = load(rows[0] + i + k * kLanes);
    for (int64_t r = 1; r < rowCount; ++r)
      for (int k = 0; k < 4; ++k) acc[k] = combine<isMax>(acc[k], load(rows[r] + i + k * kLanes));
    for (int k = 0; k < 4; ++k) store(out + i + k * kLanes, acc[k]);
  }
  for (; i < n; i += kLanes) {
    const int64_t count = n - i < kLanes ? n - i : kLanes;
    F acc = loadTail(rows[0] + i, count);
    for (int64_t r = 1; r < rowCount; ++r) acc = combine<isMax>(acc, loadTail(rows[r] + i, count));
    storeTail(out + i, acc, count);
  }
}
void combineRows(bool isMax, const float* const* rows, int64_t rowCount, float* out, int64_t n) {
  isMax ? combineRowsOf<true>(rows, rowCount, out, n) : combineRowsOf<false>(rows, rowCount, out, n);
}

template <bool isMax>
void slideOf(const float* x, int64_t count, int64_t step, float scale, float* out, int64_t n) {
  const F s = set1(scale);
  int64_t i = 0;
  for (; i + 2 * kLanes <= n; i += 2 * kLanes) {
    F a = load(x + i), b = load(x + i + kLanes);
    for (int64_t k = 1; k < count; ++k) {
      a = combine<isMax>(a, load(x + i + k * step));
      b = combine<isMax>(b, load(x + i + k * step + kLanes));
    }
    store(out + i, isMax ? a : mul(a, s));
    store(out + i + kLanes, isMax ? b : mul(b, s));
  }
  for (; i < n; i += kLanes) {
    const int64_t rest = n - i < kLanes ? n - i : kLanes;
    F a = loadTail(x + i, rest);
    for (int64_t k = 1; k < count; ++k) a = combine<isMax>(a, loadTail(x + i + k * step, rest));
    storeTail(out + i, isMax ? a : mul(a, s), rest);
  }
}
void slide(bool isMax, const float* x, int64_t count, int64_t step, float scale, float* out, int64_t n) {
  isMax ? slideOf<true>(x, count, step, scale, out, n) : slideOf<false>(x, count, step, scale, out, n);
}

#ifdef EIGEN_VECTORIZE_AVX512
template <bool isMax>
void slideKeptOf(const float* x, int64_t count, int64_t step, float scale, const uint16_t* kept, int64_t n,
                 float* out, int64_t total) {
  const F s = set1(scale);
  const float* const end = out + total;
  for (int64_t i = 0; i < n; i += kLanes, ++kept) {
    const int64_t rest = n - i < kLanes ? n - i : kLanes;
    F a = loadTail(x + i, rest);
    for (int64_t k = 1; k < count; ++k) a = combine<isMax>(a, loadTail(x + i + k * step, rest));
    const F some = _mm512_maskz_compress_ps(*kept, isMax ? a : mul(a, s));
    const int64_t number = std::min<int64_t>(__builtin_popcount(*kept), end - out);
    // What a whole packet writes too much, the next one overwrites.
    out + kLanes <= end ? store(out, some) : storeTail(out, some, number);
    out += number;
  }
}
void slideKept(bool isMax, const float* x, int64_t count, int64_t step, float scale, const uint16_t* kept,
               int64_t n, float* out, int64_t total) {
  isMax ? slideKeptOf<true>(x, count, step, scale, kept, n, out, total)
        : slideKeptOf<false>(x, count, step, scale, kept, n, out, total);
}
#else
constexpr decltype(lw::PoolKernels::slideKept) slideKept = nullptr;
#endif

/// to = combine(to, from), or from; the two may overlap where `from` lies behind.
template <bool isMax>
void fold(const float* from, float* to, int64_t n, bool first) {
  int64_t i = 0;
  for (; i + 2 * kLanes <= n; i += 2 * kLanes) {
    const F a = load(from + i), b = load(from + i + kLanes);
    const F c = first ? a : combine<isMax>(load(to + i), a);
    const F d = first ? b : combine<isMax>(load(to + i + kLanes), b);
    store(to + i, c);
    store(to + i + kLanes, d);
  }
  for (; i < n; i += kLanes) {
    const int64_t rest = n - i < kLanes ? n - i : kLanes;
    const F a = loadTail(from + i, rest);
    storeTail(to + i, first ? a : combine<isMax>(loadTail(to + i, rest), a), rest);
  }
}

/// Adds to every output the part of its window that begins `at` floats behind the window's begin.
template <bool isMax>
void foldOutputs(const PoolSweep& p, int64_t at, bool first) {
  if (p.stride == p.channels) return fold<isMax>(p.x + at, p.out, p.outWidth * p.channels, first);
  for (int64_t o = 0; o < p.outWidth; ++o)
    fold<isMax>(p.x + o * p.stride + at, p.out + o * p.channels, p.channels, first);
}

template <bool isMax>
void sweepOf(const PoolSweep& p) {
  int64_t size = 1, length = p.length, done = 0;
  // An average takes the sizes that its window is the sum of; windows of a maximum may overlap.
  const auto take = [&](bool needed) {
    if (!needed) return;
    foldOutputs<isMax>(p, done * p.step, done == 0);
    done += size;
  };
  for (; 2 * size <= p.window; size *= 2) {
    if (!isMax) take((p.window & size) != 0);
    length -= size * p.step;
    fold<isMax>(p.x + size * p.step, p.x, length, false);
  }
  take(true);
  if (isMax) {
    if (done < p.window) foldOutputs<true>(p, (p.window - size) * p.step, false);
    return;
  }
  for (int64_t begin = 0, end = 0; begin < p.outWidth; begin = end) {
    const float divisor = p.divisor * p.taps[begin].divisor;
    while (end < p.outWidth && p.divisor * p.taps[end].divisor == divisor) ++end;
    const F scale = set1(divisor > 0.0f ? 1.0f / divisor : 0.0f);
    float* out = p.out + begin * p.channels;
    mapUnary(out, out, (end - begin) * p.channels, [scale](F v) { return mul(v, scale); });
  }
}
void sweep(bool isMax, const PoolSweep& p) { isMax ? sweepOf<true>(p) : sweepOf<false>(p); }

void maxIndex(const float* x, const int32_t* positions, int64_t count, int64_t channels, float* best,
              int32_t* index) {
  for (int64_t c = 0; c < channels; c += kLanes) {
    const int64_t n = channels - c < kLanes ? channels - c : kLanes;
    // Positions are carried as bits: a choice of packets moves them as they are.
    F top = set1(identity<true>()), at = fromBits(set1i(positions[0]));
    for (int64_t k = 0; k < count; ++k) {
      const F v = loadTail(x + positions[k] * channels + c, n);
      const Mask stays = le(v, top), isNumber = ordered(top);
      at = select(isNumber, select(stays, at, fromBits(set1i(positions[k]))), at);
      top = select(isNumber, select(stays, top, v), top);
    }
    storeTail(best + c, top, n);
    int32_t lanes[kLanes];
    packet::pstoreu<int32_t>(lanes, bits(at));
    for (int64_t i = 0; i < n; ++i) index[c + i] = lanes[i];
  }
}

}  // namespace

extern const lw::PoolKernels poolKernels = {kLanes, row, combineRows, slide, slideKept, sweep, maxIndex};

}  // namespace LW_ISA_NS
