#include "backend/cuda/accumulators.h"
#include "backend/cuda/doors.h"
#include "backend/cuda/operand.h"
#include "backend/cuda/row_tile.h"

namespace lw::cuda {
namespace {

/// Never NaN.
struct Larger {
  template <typename T>
  LW_HD T operator()(T a, T b) const {
    return b > a ? b : a;
  }
};

/// exp(x - base), where nothing is larger than `base`; a base of -infinity stands for one that no element
/// has.
template <typename T>
LW_HD T expFrom(T x, T base) {
  return std::exp(x - (base == kLowest<T> ? T(0) : base));
}

template <typename T>
LW_HD T result(bool log, T x, T max, T scale) {
  return log ? addOnly(x - max, -scale) : std::exp(x - max) * scale;
}

/// What the kernels of rows have: the row, or a piece of it, and its largest element and sum.
template <typename T>
struct SharedRow {
  T max[kRowThreads / 32], sum[kRowThreads / 32];
};
template <typename T, bool kAligned>
struct RowState {
  RowTile<T, kAligned> tile;
  T max, sum;
};

/// Of all threads that share a row, for each of them.
template <class Block>
LW_HD void joinMax(Block& block, int lanes) {
  joinRow(
      block, lanes, block.shared().max, [](const auto& state) { return state.max; }, Larger{},
      [](auto& state, auto max) { state.max = max; });
}
template <class Block>
LW_HD void joinSum(Block& block, int lanes) {
  joinRow(
      block, lanes, block.shared().sum, [](const auto& state) { return state.sum; },
      [](auto a, auto b) { return a + b; }, [](auto& state, auto sum) { state.sum = sum; });
}

/// Rows whose elements follow each other and which registers hold.
template <typename T, bool kAligned>
struct SoftmaxRows {
  static constexpr int kThreads = kRowThreads;
  using Shared = SharedRow<T>;
  using State = RowState<T, kAligned>;
  const T* x;
  T* y;
  int64_t rows, count;
  int lanes;
  bool log;

  template <class Block>
  LW_HD void operator()(Block& block) const {
    const int shift = log2Of(lanes);
    const int64_t first = block.x() << log2Of(kThreads / lanes);
    block.each([&](int thread, State& state) {
      const int64_t row = first + (thread >> shift), count = row < rows ? this->count : 0;
      const int lane = thread & (lanes - 1);
      state.max = kLowest<T>;
      state.tile.load(x + row * this->count, count, lane, lanes);
      state.tile.each(count, lane, lanes, [&](T& v) { state.max = Larger{}(state.max, v); });
    });
    joinMax(block, lanes);
    block.each([&](int thread, State& state) {
      const int64_t count = first + (thread >> shift) < rows ? this->count : 0;
      state.sum = 0;
      state.tile.each(count, thread & (lanes - 1), lanes, [&](T& v) {
        v -= state.max;
        const T e = std::exp(v);
        if (!log) v = e;
        state.sum = addOnly(state.sum, e);
      });
    });
    joinSum(block, lanes);
    block.each([&](int thread, State& state) {
      const int64_t row = first + (thread >> shift), count = row < rows ? this->count : 0;
      const int lane = thread & (lanes - 1);
      const T scale = log ? std::log(state.sum) : T(1) / state.sum;
      state.tile.each(count, lane, lanes, [&](T& v) { v = log ? addOnly(v, -scale) : v * scale; });
      state.tile.store(y + row * this->count, count, lane, lanes);
    });
  }
};

template <typename T>
struct Part {
  T max, sum;
};

/// Of a piece of a row: its largest element, and the sum of the exponentials of the distances from that.
template <typename T, bool kAligned>
struct SoftmaxParts {
  static constexpr int kThreads = kRowThreads;
  using Shared = SharedRow<T>;
  using State = RowState<T, kAligned>;
  const T* x;
  Part<T>* parts;
  int64_t count;
  Division pieces;

  template <class Block>
  LW_HD void operator()(Block& block) const {
    int64_t row = block.x();
    const int64_t begin = pieces.rest(row) * kLongestRow<T>;
    block.each([&](int thread, State& state) {
      state.max = kLowest<T>;
      state.tile.load(x + row * count + begin, count - begin, thread, kThreads);
      state.tile.each(count - begin, thread, kThreads, [&](T& v) { state.max = Larger{}(state.max, v); });
    });
    joinMax(block, kThreads);
    block.each([&](int thread, State& state) {
      state.sum = 0;
      state.tile.each(count - begin, thread, kThreads,
                      [&](T& v) { state.sum = addOnly(state.sum, expFrom(v, state.max)); });
    });
    joinSum(block, kThreads);
    block.each([&](int thread, State& state) {
      if (thread == 0) parts[block.x()] = {state.max, state.sum};
    });
  }
};

/// The results of a piece, from the parts of its row.
template <typename T, bool kAligned>
struct SoftmaxPieces {
  static constexpr int kThreads = kRowThreads;
  using Shared = SharedRow<T>;
  using State = RowState<T, kAligned>;
  const T* x;
  T* y;
  const Part<T>* parts;
  int64_t count;
  Division pieces;
  bool log;

  template <class Block>
  LW_HD void operator()(Block& block) const {
    int64_t row = block.x();
    const int64_t begin = pieces.rest(row) * kLongestRow<T>;
    const Part<T>* own = parts + row * pieces.divisor();
    block.each([&](int thread, State& state) {
      state.tile.load(x + row * count + begin, count - begin, thread, kThreads);
      state.max = kLowest<T>;
      for (int64_t i = thread; i < pieces.divisor(); i += kThreads)
        state.max = Larger{}(state.max, own[i].max);
    });
    joinMax(block, kThreads);
    block.each([&](int thread, State& state) {
      state.sum = 0;
      for (int64_t i = thread; i < pieces.divisor(); i += kThreads)
        state.sum = multiplyAdd(own[i].sum, std::exp(own[i].max - state.max), state.sum);
    });
    joinSum(block, kThreads);
    block.each([&](int thread, State& state) {
      const T scale = log ? std::log(state.sum) : T(1) / state.sum;
      state.tile.each(count - begin, thread, kThreads, [&](T& v) { v = result(log, v, state.max, scale); });
      state.tile.store(y + row * count + begin, count - begin, thread, kThreads);
    });
  }
};

/// Along another axis than the last: packs of kWidth neighbouring columns, each shared by some threads, which
/// hold up to kRows elements of it, or (kHeld false) read them again for each of the three passes.
template <typename T, int kWidth, bool kHeld>
struct SoftmaxColumns {
  static constexpr int kThreads = kRowThreads, kRows = 8;
  using Columns = Pack<T, kWidth>;
  struct Shared {
    Columns max[kThreads], sum[kThreads];
  };
  struct State {
    Columns held[kHeld ? kRows : 1];
    Columns max, sum;
  };
  const T* x;
  T* y;
  int64_t count, inner, columns;  ///< columns: packs of them, in all
  Division perOuter;              ///< packs of columns along the inner dimensions
  int packs;                      ///< of columns in a block: a power of two
  bool log;

  /// Where the pack's column begins.
  LW_HD int64_t start(int64_t column) const {
    const int64_t at = perOuter.rest(column) * kWidth;
    return column * count * inner + at;
  }
  /// body(pack, position) for the elements that a thread has.
  template <class Body>
  LW_HD void each(State& state, int64_t from, int lane, Body&& body) const {
    const int step = kThreads / packs;
    if constexpr (kHeld) {
      LW_UNROLL_LOOP for (int i = 0; i < kRows; ++i) {
        if (lane + i * step < count) body(state.held[i], from + (lane + i * step) * inner);
      }
    } else {
      for (int64_t r = lane; r < count; r += step) {
        Columns pack = load<kWidth>(x + from + r * inner);
        body(pack, from + r * inner);
      }
    }
  }
  /// Each column's values in `memory`, joined into the first of them.
  template <class Block, class Join>
  LW_HD void joinColumns(Block& block, Columns* memory, Join join) const {
    for (int half = kThreads / 2; half >= packs; half /= 2) {
      block.sync();
      block.each([&](int thread, State&) {
        if (thread >= half) return;
        LW_UNROLL_LOOP for (int k = 0; k < kWidth; ++k) {
          memory[thread].v[k] = join(memory[thread].v[k], memory[thread + half].v[k]);
        }
      });
    }
    block.sync();
  }

  template <class Block>
  LW_HD void operator()(Block& block) const {
    const int64_t first = block.x() * packs;
    const auto mine = [&](int thread) { return first + (thread & (packs - 1)); };
    const int shift = log2Of(packs);
    block.each([&](int thread, State& state) {
      LW_UNROLL_LOOP for (int k = 0; k < kWidth; ++k) state.max.v[k] = kLowest<T>;
      if (mine(thread) < columns) {
        const int64_t from = start(mine(thread));
        if constexpr (kHeld)
          each(state, from, thread >> shift, [&](Columns& pack, int64_t at) { pack = load<kWidth>(x + at); });
        each(state, from, thread >> shift, [&](Columns& pack, int64_t) {
          LW_UNROLL_LOOP for (int k = 0; k < kWidth; ++k) state.max.v[k] =
              Larger{}(state.max.v[k], pack.v[k]);
        });
      }
      block.shared().max[thread] = state.max;
    });
    joinColumns(block, block.shared().max, Larger{});
    block.each([&](int thread, State& state) {
      state.max = block.shared().max[thread & (packs - 1)];
      LW_UNROLL_LOOP for (int k = 0; k < kWidth; ++k) state.sum.v[k] = 0;
      if (mine(thread) < columns) {
        each(state, start(mine(thread)), thread >> shift, [&](Columns& pack, int64_t) {
          LW_UNROLL_LOOP for (int k = 0; k < kWidth; ++k) {
            pack.v[k] -= state.max.v[k];
            const T e = std::exp(pack.v[k]);
            if (!log) pack.v[k] = e;
            state.sum.v[k] = addOnly(state.sum.v[k], e);
          }
        });
      }
      block.shared().sum[thread] = state.sum;
    });
    joinColumns(block, block.shared().sum, [](T a, T b) { return a + b; });
    block.each([&](int thread, State& state) {
      if (mine(thread) >= columns) return;
      const Columns sum = block.shared().sum[thread & (packs - 1)];
      Columns scale;
      LW_UNROLL_LOOP for (int k = 0; k < kWidth; ++k) {
        scale.v[k] = log ? std::log(sum.v[k]) : T(1) / sum.v[k];
      }
      each(state, start(mine(thread)), thread >> shift, [&](Columns pack, int64_t at) {
        LW_UNROLL_LOOP for (int k = 0; k < kWidth; ++k) {
          if constexpr (kHeld)
            pack.v[k] = log ? addOnly(pack.v[k], -scale.v[k]) : pack.v[k] * scale.v[k];
          else
            pack.v[k] = result(log, pack.v[k], state.max.v[k], scale.v[k]);
        }
        store(y + at, pack);
      });
    });
  }
};

template <typename T>
class Softmax : public Prepared {
 public:
  Softmax(const Op& op, const PrepareContext& context) : p_(op.as<SoftmaxParams>()), x_(context, 0) {}

  void run(RunContext& queue, const View* in, const View* out) const override {
    const Dims& dims = out[0].dims;
    const int64_t outer = dims.product(0, p_.axis), count = dims[p_.axis],
                  inner = dims.product(p_.axis + 1, dims.rank());
    if (outer * count * inner == 0) return;
    const T* x = x_.get<T>(in);
    T* y = out[0].as<T>();
    const bool aligned = packed(16, x, y) && (inner > 1 ? inner : count) % kWidth == 0;
    if (inner > 1)
      return aligned ? columns<kWidth>(queue, x, y, {outer, count, inner})
                     : columns<1>(queue, x, y, {outer, count, inner});
    return aligned ? rows<true>(queue, x, y, outer, count) : rows<false>(queue, x, y, outer, count);
  }
  const char* algorithm() const override { return "three-pass"; }

 private:
  static constexpr int kWidth = 16 / sizeof(T);
  struct Shape {
    int64_t outer, count, inner;
  };

  template <bool kAligned>
  void rows(RunContext& queue, const T* x, T* y, int64_t rows, int64_t count) const {
    if (count <= kLongestRow<T>) {
      const int lanes = lanesOfRow<T>(count), perBlock = kRowThreads / lanes;
      return launch(queue, SoftmaxRows<T, kAligned>{x, y, rows, count, lanes, p_.log},
                    Grid{(rows + perBlock - 1) / perBlock});
    }
    const int64_t pieces = (count + kLongestRow<T> - 1) / kLongestRow<T>;
    auto* parts = reinterpret_cast<Part<T>*>(
        queueOf(queue).workspace(static_cast<size_t>(rows * pieces) * sizeof(Part<T>)));
    const Division perRow(pieces, INT32_MAX);
    launch(queue, SoftmaxParts<T, kAligned>{x, parts, count, perRow}, Grid{rows * pieces});
    launch(queue, SoftmaxPieces<T, kAligned>{x, y, parts, count, perRow, p_.log}, Grid{rows * pieces});
  }

  template <int kPack>
  void columns(RunContext& queue, const T* x, T* y, Shape shape) const {
    const int64_t perOuter = shape.inner / kPack, columns = shape.outer * perOuter;
    // 64 threads to a column at most, so that neighbours read 64 bytes in a row.
    const bool held = shape.count <= 64 * 8;
    const int packs = kRowThreads / (held ? powerOfTwo((shape.count + 7) / 8) : 32);
    const Division division(perOuter, columns);
    const Grid grid{(columns + packs - 1) / packs};
    if (held)
      launch(queue,
             SoftmaxColumns<T, kPack, true>{x, y, shape.count, shape.inner, columns, division, packs, p_.log},
             grid);
    else
      launch(
          queue,
          SoftmaxColumns<T, kPack, false>{x, y, shape.count, shape.inner, columns, division, packs, p_.log},
          grid);
  }

  SoftmaxParams p_;
  Operand x_;
};

}  // namespace

std::unique_ptr<Prepared> prepareSoftmax(const Op& op, const PrepareContext& context) {
  return byFloat(op.in[0].dtype, [&]<typename T>(T) -> std::unique_ptr<Prepared> {
    return std::make_unique<Softmax<T>>(op, context);
  });
}

}  // namespace lw::cuda
