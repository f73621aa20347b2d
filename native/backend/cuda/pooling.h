#pragma once

#include "backend/cuda/accumulators.h"
#include "backend/cuda/axes.h"
#include "backend/cuda/operand.h"

/// What pool and adaptivePool share.
namespace lw::cuda {

/// A window along one axis: the positions start + k * dilation of the input, k < count, and the axis's part
/// of what an average is divided by.
struct Taps {
  int64_t start, count, divisor;
};

/// Accumulators of pools: Sum, Extreme, or (with indices) ArgExtreme.
template <typename T>
struct PoolTo {
  ResultsOf<T> y{};
  int32_t* indices = nullptr;

  template <typename Acc>
  LW_HD void operator()(int64_t i, const Acc& acc, int64_t divisor) const {
    const Acc one[1] = {acc};
    put(i, one, divisor);
  }
  /// Neighbours in one access.
  template <typename Acc, int kWidth>
  LW_HD void put(int64_t i, const Acc (&acc)[kWidth], int64_t divisor) const {
    Pack<T, kWidth> values;
    LW_UNROLL_LOOP for (int k = 0; k < kWidth; ++k) values.v[k] = valueOf(acc[k], divisor);
    storeAt(y, i, values);
    if constexpr (std::is_same_v<Acc, ArgExtreme<T>>) {
      Pack<int32_t, kWidth> positions;
      LW_UNROLL_LOOP for (int k = 0; k < kWidth; ++k) positions.v[k] = acc[k].index;
      store(indices + i, positions);
    }
  }

 private:
  LW_HD static T valueOf(const Sum<T>& a, int64_t divisor) {
    return divisor > 0 ? a.sum / static_cast<T>(divisor) : T(0);
  }
  LW_HD static T valueOf(const Extreme<T>& a, int64_t) { return a.value; }
  LW_HD static T valueOf(const ArgExtreme<T>& a, int64_t) { return a.value; }
};

/// The outputs of a pool: packs of channels, one after the other.
struct PoolGrid {
  int64_t items = 0;
  Division packs, out[3];
  int64_t in[3] = {}, dilations[3] = {}, channels = 0;

  template <typename P>
  static PoolGrid of(const P& p, int64_t batch, int64_t width) {
    PoolGrid grid;
    grid.channels = p.channels;
    grid.items = batch * p.out[0] * p.out[1] * p.out[2] * (p.channels / width);
    grid.packs = Division(p.channels / width, grid.items);
    for (int i = 0; i < 3; ++i)
      grid.out[i] = Division(p.out[i], grid.items), grid.in[i] = p.in[i], grid.dilations[i] = 1;
    return grid;
  }
};

/// Where the window of an item lies; `at`: its sample's plane at its channels.
struct PoolPlace {
  int64_t at;
  Taps taps[3];

  template <class Windows>
  LW_HD PoolPlace(const PoolGrid& grid, const Windows& windows, int64_t item, int width) {
    const int64_t c = grid.packs.rest(item) * width;
    for (int i = 2; i >= 0; --i) taps[i] = windows.taps(i, grid.out[i].rest(item));
    at = item * grid.in[0] * grid.in[1] * grid.in[2] * grid.channels + c;
  }
  LW_HD int64_t divisor() const { return taps[0].divisor * taps[1].divisor * taps[2].divisor; }
};

/// Any window. Items lie side by side in a block, so that neighbouring threads read neighbouring channels;
/// `lanes` threads share the taps of each. X: how x is stored.
template <typename Acc, typename X, int kWidth, class Windows>
struct PoolWindows {
  using T = typename Acc::Element;
  static constexpr int kThreads = 256, kLoads = 4;
  struct Shared {
    Acc acc[kWidth][kThreads];
  };
  struct State {
    Acc acc[kWidth];
  };
  const X* x;
  PoolTo<T> to;
  PoolGrid grid;
  Windows windows;
  int lanes;  ///< a power of two

  LW_HD void gather(Acc (&acc)[kWidth], int64_t item, int lane) const {
    const PoolPlace place(grid, windows, item, kWidth);
    const Taps &D = place.taps[0], &H = place.taps[1], &W = place.taps[2];
    const int64_t count = D.count * H.count * W.count;
    if (count <= 0) return;
    const auto split = [&](int64_t tap, int64_t& d, int64_t& h, int64_t& w) {
      d = 0, h = 0, w = tap;
      // Of a few taps: numbers that fit 32 bits, where there is anything to divide.
      if (tap >= W.count) h = static_cast<int>(tap) / static_cast<int>(W.count), w = tap - h * W.count;
      if (h >= H.count) d = static_cast<int>(h) / static_cast<int>(H.count), h -= d * H.count;
    };
    int64_t d, h, w, stepD, stepH, stepW;
    split(lane, d, h, w);
    split(lanes, stepD, stepH, stepW);
    for (int64_t tap = lane; tap < count; tap += kLoads * lanes) {
      Pack<T, kWidth> packs[kLoads];
      int64_t plane[kLoads];
      int seen = 0;
      LW_UNROLL_LOOP for (int u = 0; u < kLoads; ++u) {
        packs[u] = Pack<T, kWidth>{};
        plane[u] =
            ((D.start + d * grid.dilations[0]) * grid.in[1] + H.start + h * grid.dilations[1]) * grid.in[2] +
            W.start + w * grid.dilations[2];
        if (tap + u * lanes < count)
          packs[u] = loadNumbers<kWidth>(x + place.at + plane[u] * grid.channels), ++seen;
        w += stepW, h += stepH, d += stepD;
        if (w >= W.count) w -= W.count, ++h;
        if (h >= H.count) h -= H.count, ++d;
      }
      LW_UNROLL_LOOP for (int k = 0; k < kWidth; ++k) add(acc[k], packs, plane, seen, k);
    }
  }
  LW_HD static void add(Acc& acc, const Pack<T, kWidth> (&packs)[kLoads], const int64_t (&plane)[kLoads],
                        int seen, int k) {
    if constexpr (std::is_same_v<Acc, ArgExtreme<T>>) {
      LW_UNROLL_LOOP for (int u = 0; u < kLoads; ++u) {
        const T one[1] = {packs[u].v[k]};
        acc.add(one, u < seen, plane[u], 0);
      }
    } else {
      T values[kLoads];
      LW_UNROLL_LOOP for (int u = 0; u < kLoads; ++u) values[u] = packs[u].v[k];
      acc.add(values, seen, 0, 0);
    }
  }

  template <class Block>
  LW_HD void operator()(Block& block) const {
    const int columns = kThreads / lanes, shift = log2Of(columns);
    const int64_t first = block.x() * columns;
    block.each([&](int thread, State& state) {
      LW_UNROLL_LOOP for (int k = 0; k < kWidth; ++k) state.acc[k] = Acc::none();
      const int64_t item = first + (thread & (columns - 1));
      if (item < grid.items) gather(state.acc, item, thread >> shift);
      if (lanes > 1)
        LW_UNROLL_LOOP for (int k = 0; k < kWidth; ++k) block.shared().acc[k][thread] = state.acc[k];
    });
    for (int half = kThreads / 2; half >= columns; half /= 2) {
      block.sync();
      block.each([&](int thread, State& state) {
        if (thread >= half) return;
        LW_UNROLL_LOOP for (int k = 0; k < kWidth; ++k) {
          state.acc[k] = Acc::join(state.acc[k], block.shared().acc[k][thread + half]);
          block.shared().acc[k][thread] = state.acc[k];
        }
      });
    }
    block.each([&](int thread, State& state) {
      const int64_t item = first + thread;
      if (thread >= columns || item >= grid.items) return;
      to.put(item * kWidth, state.acc, PoolPlace(grid, windows, item, kWidth).divisor());
    });
  }
};

/// Threads for a window of that many taps.
inline int lanesOfWindow(int64_t taps) { return taps <= 32 ? 1 : taps <= 512 ? 8 : 32; }

/// Calls body(Acc) with the accumulator of a pool of X; of bfloat16 there are no indices.
template <typename X, typename P, typename Body>
void byAccumulator(const P& p, Body&& body) {
  using T = NumberOf<X>;
  if (!p.isMax) return body(Sum<T>{});
  if constexpr (!std::is_same_v<X, Bfloat16>)
    if (p.hasIndices) return body(ArgExtreme<T>{});
  return body(Extreme<T>{});
}

/// A pool of one output for each channel and sample, whose window is the whole input; averages are divided by
/// `divisor`.
struct WholePool {
  bool isMax = true, hasIndices = false;
  int64_t channels = 0, plane = 0, divisor = 0;
};
std::unique_ptr<Prepared> prepareWholePool(const Op& op, const PrepareContext& context,
                                           const WholePool& pool);

/// The windows of P, as Windows says.
template <typename X, typename P, class Windows>
class Pool : public Prepared {
 public:
  Pool(const Op& op, const PrepareContext& context, const Windows& windows)
      : p_(op.as<P>()), windows_(windows), x_(context, 0) {}

  void run(RunContext& queue, const View* in, const View* out) const override {
    const X* x = x_.get<X>(in);
    const PoolTo<T> to{memoryOf<ResultsOf<T>>(out[0]), p_.hasIndices ? out[1].as<int32_t>() : nullptr};
    constexpr int kWidth = 16 / sizeof(T);
    const bool wide = p_.channels % kWidth == 0 && takesPacks<kWidth>(x) && takesPacks<kWidth>(to.y) &&
                      packed(kWidth * 4, to.indices);
    byAccumulator<X>(p_, [&]<typename Acc>(Acc) {
      if (wide)
        launchWindows<Acc, kWidth>(queue, x, to, in[0].dims[0]);
      else
        launchWindows<Acc, 1>(queue, x, to, in[0].dims[0]);
    });
  }
  const char* algorithm() const override { return "windows"; }

 private:
  using T = NumberOf<X>;

  template <typename Acc, int kWidth>
  void launchWindows(RunContext& queue, const X* x, const PoolTo<T>& to, int64_t batch) const {
    PoolGrid grid = PoolGrid::of(p_, batch, kWidth);
    windows_.describe(grid);
    if (grid.items == 0 || windows_.template launchSmall<Acc, kWidth>(queue, x, to, grid)) return;
    const int lanes = lanesOfWindow(windows_.largest());
    launch(queue, PoolWindows<Acc, X, kWidth, Windows>{x, to, grid, windows_, lanes},
           Grid{(grid.items + 256 / lanes - 1) / (256 / lanes)});
  }

  P p_;
  Windows windows_;
  Operand x_;
};

}  // namespace lw::cuda
