#include "backend/cuda/doors.h"
#include "backend/cuda/pooling.h"

namespace lw::cuda {
namespace {

/// Windows of kSize x kSize neighbours in a plane, all loads at once.
template <typename Acc, typename X, int kWidth, int kSize, class Windows>
struct SmallWindows {
  using T = typename Acc::Element;
  static constexpr int kRow = 4;  ///< a row as accumulators take it
  const X* x;
  PoolTo<T> to;
  PoolGrid grid;
  Windows windows;

  LW_HD void operator()(int64_t item) const {
    const PoolPlace place(grid, windows, item, kWidth);
    const Taps &D = place.taps[0], &H = place.taps[1], &W = place.taps[2];
    const int64_t corner = (D.start * grid.in[1] + H.start) * grid.in[2] + W.start;
    const X* from = x + place.at + corner * grid.channels;
    const int rows = D.count > 0 ? static_cast<int>(H.count) : 0, columns = static_cast<int>(W.count);
    Pack<T, kWidth> packs[kSize][kRow];
    LW_UNROLL_LOOP for (int h = 0; h < kSize; ++h) {
      LW_UNROLL_LOOP for (int w = 0; w < kRow; ++w) {
        packs[h][w] = Pack<T, kWidth>{};
        if (w < kSize && h < rows && w < columns)
          packs[h][w] = loadNumbers<kWidth>(from + (h * grid.in[2] + w) * grid.channels);
      }
    }
    Acc acc[kWidth];
    LW_UNROLL_LOOP for (int k = 0; k < kWidth; ++k) {
      acc[k] = Acc::none();
      LW_UNROLL_LOOP for (int h = 0; h < kSize; ++h) {
        T values[kRow];
        LW_UNROLL_LOOP for (int w = 0; w < kRow; ++w) values[w] = packs[h][w].v[k];
        acc[k].add(values, h < rows ? columns : 0, corner + h * grid.in[2], 1);
      }
    }
    to.put(item * kWidth, acc, place.divisor());
  }
};

struct PoolAxis {
  int64_t in, inPadded, stride, pad, window, dilation;

  /// How many taps of a window that begins at `start` lie below `limit`.
  LW_HD int64_t below(int64_t limit, int64_t start) const {
    if (limit <= start) return 0;
    const int64_t count = dilation == 1 ? limit - start : (limit - start + dilation - 1) / dilation;
    return count < window ? count : window;
  }
};

/// Positions o * stride - padBegin + k * dilation, k < window: those in the input are taps; those in the
/// input (or, counting padding, in the padded input) make the divisor.
class StridedWindows {
 public:
  explicit StridedWindows(const PoolParams& p) : countsPadding_(p.countIncludePad) {
    for (int i = 0; i < 3; ++i)
      axes_[i] = {p.in[i], p.in[i] + p.padEnd[i], p.strides[i], p.padBegin[i], p.window[i], p.dilations[i]};
  }
  LW_HD Taps taps(int i, int64_t o) const {
    const PoolAxis& axis = axes_[i];
    const int64_t start = o * axis.stride - axis.pad;
    const int64_t skipped = axis.below(0, start), end = axis.below(axis.in, start), count = end - skipped;
    return {start + skipped * axis.dilation, count,
            countsPadding_ ? axis.below(axis.inPadded, start) : count};
  }
  void describe(PoolGrid& grid) const {
    for (int i = 0; i < 3; ++i) grid.dilations[i] = axes_[i].dilation;
  }
  int64_t largest() const {
    int64_t result = 1;
    for (const PoolAxis& axis : axes_) result *= std::min(axis.window, axis.in);
    return result;
  }
  template <typename Acc, int kWidth, typename X>
  bool launchSmall(RunContext& queue, const X* x, const PoolTo<typename Acc::Element>& to,
                   const PoolGrid& grid) const {
    if constexpr (std::is_same_v<typename Acc::Element, float>) {
      const int64_t size = axes_[2].window;
      if (axes_[0].window != 1 || axes_[1].window != size || axes_[1].dilation != 1 || axes_[2].dilation != 1)
        return false;
      if (size == 2)
        forEach(queue, grid.items, SmallWindows<Acc, X, kWidth, 2, StridedWindows>{x, to, grid, *this});
      if (size == 3)
        forEach(queue, grid.items, SmallWindows<Acc, X, kWidth, 3, StridedWindows>{x, to, grid, *this});
      return size == 2 || size == 3;
    }
    return false;
  }
  /// Whether the only window of the axis is the whole of it.
  bool isWhole(int i) const {
    const PoolAxis& axis = axes_[i];
    return axis.in > 0 && (axis.dilation == 1 || axis.in == 1) && taps(i, 0).count == axis.in;
  }

 private:
  PoolAxis axes_[3];
  bool countsPadding_;
};

/// As WholePool where one window is all of the input.
bool isWhole(const PoolParams& p, const StridedWindows& windows, WholePool* whole) {
  *whole = {p.isMax, p.hasIndices, p.channels, 1, 1};
  for (int i = 0; i < 3; ++i) {
    if (p.out[i] != 1 || !windows.isWhole(i)) return false;
    whole->plane *= p.in[i], whole->divisor *= windows.taps(i, 0).divisor;
  }
  return true;
}

}  // namespace

std::unique_ptr<Prepared> preparePool(const Op& op, const PrepareContext& context) {
  const auto& p = op.as<PoolParams>();
  const StridedWindows windows(p);
  WholePool whole;
  if (isWhole(p, windows, &whole)) return prepareWholePool(op, context, whole);
  if (op.in[0].dtype == DType::kBfloat16)
    return std::make_unique<Pool<Bfloat16, PoolParams, StridedWindows>>(op, context, windows);
  return byFloat(op.in[0].dtype, [&]<typename T>(T) -> std::unique_ptr<Prepared> {
    return std::make_unique<Pool<T, PoolParams, StridedWindows>>(op, context, windows);
  });
}

/// One channel is a reduction of rows, where a window is all of the input.
Storage poolStorage(const Op& op, size_t) {
  const auto& p = op.as<PoolParams>();
  return p.hasIndices || p.channels == 1 ? Storage::kAsIs : Storage::kEither;
}

}  // namespace lw::cuda
