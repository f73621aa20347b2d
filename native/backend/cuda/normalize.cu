#include "backend/cuda/doors.h"
#include "backend/cuda/operand.h"
#include "backend/cuda/reduction.h"
#include "backend/cuda/row_tile.h"

namespace lw::cuda {
namespace {

/// Rows whose elements follow each other and which registers hold.
template <typename T, bool kAligned>
struct NormalizeRows {
  static constexpr int kThreads = kRowThreads;
  struct Shared {
    T sum[kThreads / 32], squares[kThreads / 32];
  };
  struct State {
    RowTile<T, kAligned> tile;
    T first, sum, squares;
  };
  const T* x;
  T* y;
  int64_t rows, count;
  int lanes;
  bool center;
  T epsilon;

  template <class Block>
  LW_HD void operator()(Block& block) const {
    const int shift = log2Of(lanes);
    const int64_t firstRow = block.x() << log2Of(kThreads / lanes);
    const T total = static_cast<T>(count);
    block.each([&](int thread, State& state) {
      const int64_t row = firstRow + (thread >> shift), count = row < rows ? this->count : 0;
      const int lane = thread & (lanes - 1);
      // Distances from one of the elements: as accurate as the values' spread, not their size, allows.
      state.first = center && count > 0 ? x[row * this->count] : T(0);
      state.sum = 0;
      state.tile.load(x + row * this->count, count, lane, lanes);
      state.tile.each(count, lane, lanes, [&](T& v) {
        v -= state.first;
        state.sum += v;
      });
    });
    const auto add = [](T a, T b) { return a + b; };
    joinRow(
        block, lanes, block.shared().sum, [](const State& state) { return state.sum; }, add,
        [](State& state, T sum) { state.sum = sum; });
    block.each([&](int thread, State& state) {
      const int64_t count = firstRow + (thread >> shift) < rows ? this->count : 0;
      const T mean = center ? state.sum / total : T(0);
      state.squares = 0;
      state.tile.each(count, thread & (lanes - 1), lanes, [&](T& v) {
        v -= mean;
        state.squares = multiplyAdd(v, v, state.squares);
      });
    });
    joinRow(
        block, lanes, block.shared().squares, [](const State& state) { return state.squares; }, add,
        [](State& state, T squares) { state.squares = squares; });
    block.each([&](int thread, State& state) {
      const int64_t row = firstRow + (thread >> shift), count = row < rows ? this->count : 0;
      const int lane = thread & (lanes - 1);
      const T scale = T(1) / std::sqrt(state.squares / total + epsilon);
      state.tile.each(count, lane, lanes, [&](T& v) { v *= scale; });
      state.tile.store(y + row * this->count, count, lane, lanes);
    });
  }
};

/// What an element becomes: ((x - first) - mean) * scale.
template <typename T>
struct Standard {
  T first, mean, scale;
};

template <typename T>
struct ToStandard {
  Standard<T>* standards;
  const T* x;
  Axes kept;
  T count, epsilon;

  LW_HD void operator()(int64_t i, const Moments<T>& a) const {
    standards[i] = {x[kept.offset(i)], a.mean, T(1) / std::sqrt(a.squares / count + epsilon)};
  }
  LW_HD void operator()(int64_t i, const SquareSum<T>& a) const {
    standards[i] = {T(0), T(0), T(1) / std::sqrt(a.sum / count + epsilon)};
  }
};

/// From the position of an element to the number of its output.
class Owners {
 public:
  Owners(const Dims& dims, const std::vector<bool>& reduced) {
    int64_t kept = 1, count = 1;
    bool last = false;
    for (int i = dims.rank() - 1; i >= 0; --i) {
      if (dims[i] == 1) continue;
      const bool isReduced = reduced[static_cast<size_t>(i)];
      if (rank_ == 0 || isReduced != last) sizes_[rank_] = 1, strides_[rank_++] = isReduced ? 0 : kept;
      sizes_[rank_ - 1] *= dims[i], count *= dims[i];
      if (!isReduced) kept *= dims[i];
      last = isReduced;
    }
    for (int i = 0; i < rank_; ++i) divisions_[i] = Division(sizes_[i], count);
  }
  /// Of neighbours of which the first belongs to of(i), the k-th to of(i) + k * step(), within the inner
  /// size.
  int64_t innerSize() const { return rank_ > 0 ? sizes_[0] : 1; }
  LW_HD int64_t step() const { return strides_[0]; }
  LW_HD int64_t of(int64_t i) const {
    int64_t result = 0;
    for (int k = 0; k + 1 < rank_; ++k) result += divisions_[k].rest(i) * strides_[k];
    return rank_ > 0 ? result + i * strides_[rank_ - 1] : 0;
  }

 private:
  int rank_ = 0;  ///< innermost first; neighbours that are both kept or both reduced are one
  int64_t sizes_[kMaxRank] = {}, strides_[kMaxRank] = {};
  Division divisions_[kMaxRank];
};

template <typename T, int kWidth>
struct Standardize {
  const T* x;
  T* y;
  const Standard<T>* standards;
  Owners owners;

  LW_HD void operator()(int64_t item) const {
    Pack<T, kWidth> pack = load<kWidth>(x + item * kWidth);
    const Standard<T>* own = standards + owners.of(item * kWidth);
    LW_UNROLL_LOOP for (int k = 0; k < kWidth; ++k) {
      const Standard<T> s = own[k * owners.step()];
      pack.v[k] = ((pack.v[k] - s.first) - s.mean) * s.scale;
    }
    store(y + item * kWidth, pack);
  }
};

template <typename T>
class Normalize : public Prepared {
 public:
  Normalize(const Op& op, const PrepareContext& context) : p_(op.as<NormalizeParams>()), x_(context, 0) {}

  void run(RunContext& queue, const View* in, const View* out) const override {
    const Dims& dims = in[0].dims;
    if (dims.size() == 0) return;
    std::vector<bool> reduced(static_cast<size_t>(dims.rank()), false);
    for (int axis : p_.axes) reduced[static_cast<size_t>(axis)] = true;
    const Reduction reduction(dims, reduced);
    const T* x = x_.get<T>(in);
    T* y = out[0].as<T>();
    if (reduction.contiguous() && reduction.count() <= kLongestRow<T>) {
      const bool aligned = packed(16, x, y) && reduction.count() % kWidth == 0;
      return aligned ? rows<true>(queue, reduction, x, y) : rows<false>(queue, reduction, x, y);
    }
    const Standard<T>* own =
        p_.center ? standards<Moments<T>>(queue, reduction, x) : standards<SquareSum<T>>(queue, reduction, x);
    const Owners owners(dims, reduced);
    if (packed(16, x, y) && owners.innerSize() % kWidth == 0)
      forEach(queue, dims.size() / kWidth, Standardize<T, kWidth>{x, y, own, owners});
    else
      forEach(queue, dims.size(), Standardize<T, 1>{x, y, own, owners});
  }
  const char* algorithm() const override { return "reduction"; }

 private:
  static constexpr int kWidth = 16 / sizeof(T);

  template <bool kAligned>
  void rows(RunContext& queue, const Reduction& reduction, const T* x, T* y) const {
    const int64_t count = reduction.count(), rows = reduction.outputs();
    const int lanes = lanesOfRow<T>(count), perBlock = kRowThreads / lanes;
    launch(queue, NormalizeRows<T, kAligned>{x, y, rows, count, lanes, p_.center, static_cast<T>(p_.epsilon)},
           Grid{(rows + perBlock - 1) / perBlock});
  }

  /// One for each output, in the workspace.
  template <typename Acc>
  const Standard<T>* standards(RunContext& queue, const Reduction& reduction, const T* x) const {
    const size_t bytes = (static_cast<size_t>(reduction.outputs()) * sizeof(Standard<T>) + 15) / 16 * 16;
    std::byte* workspace = queueOf(queue).workspace(bytes + reduction.partialBytes<Acc>());
    auto* own = reinterpret_cast<Standard<T>*>(workspace);
    reduction.run<Acc>(queue, x, workspace + bytes,
                       ToStandard<T>{own, x, reduction.kept(), static_cast<T>(reduction.count()),
                                     static_cast<T>(p_.epsilon)});
    return own;
  }

  NormalizeParams p_;
  Operand x_;
};

}  // namespace

std::unique_ptr<Prepared> prepareNormalize(const Op& op, const PrepareContext& context) {
  return byFloat(op.in[0].dtype, [&]<typename T>(T) -> std::unique_ptr<Prepared> {
    return std::make_unique<Normalize<T>>(op, context);
  });
}

}  // namespace lw::cuda
