#pragma once

#include "backend/cuda/accumulators.h"
#include "backend/cuda/axes.h"

/// Reductions over any axes of a contiguous tensor, for reduce, normalize and pools of whole planes.
///
/// Where neighbours in memory belong to one output ("rows"), some threads of a warp, or a whole block, share
/// an output; where they belong to neighbouring outputs ("columns"), a block holds some packs of outputs
/// times some threads that share the elements of each. Long reductions are cut into pieces, each by a block
/// of its own, joined by a second kernel. All of it follows from how many elements an output has: the order
/// of a sum is the same wherever the output lies and whatever lies beside it.
namespace lw::cuda {

inline constexpr int kReduceThreads = 256;
inline constexpr int kReducePack = 4;

/// X: how elements of T are stored.
template <typename T, typename X = T>
struct ReduceSource {
  const X* x = nullptr;
  Axes kept, reduced;  ///< an output's first element; an element behind that
  int64_t outputs = 0, count = 0;
  int64_t stride = 0;    ///< between an output's elements, where they are all as far apart
  int64_t perPiece = 0;  ///< elements of an output that one block takes
  Division pieces;
  bool turned = false;

  /// The elements as the accumulator takes them: the first `count`, and zeros. `first` is the output's first.
  template <typename Acc, int kCount>
  LW_HD void prepare(T (&x)[kCount], int count, T first) const {
    if constexpr (kOfDistances<Acc>) {
      LW_UNROLL_LOOP for (int k = 0; k < kCount; ++k) x[k] = k < count ? x[k] - first : T(0);
    }
    if constexpr (Turns<Acc>) {
      LW_UNROLL_LOOP for (int k = 0; k < kCount; ++k) x[k] = turned ? Acc::turn(x[k]) : x[k];
    }
  }
};

/// Elements of outputs whose neighbours are theirs. kPlain: they follow each other without a gap, in packs of
/// 16 bytes. Out: out(output, accumulator).
template <typename Acc, bool kPlain, typename Out>
struct ReduceRows {
  using T = typename Acc::Element;
  static constexpr int kThreads = kReduceThreads, kLoads = 4;
  struct Shared {
    Acc warps[kThreads / 32];
  };
  struct State {
    Acc acc;
  };
  ReduceSource<T> from;
  int lanes;  ///< threads of an output: a power of two up to 32, or all
  Acc* partial;
  Out out;

  LW_HD Pack<T, kReducePack> get(const T* row, int64_t r, int64_t end) const {
    if constexpr (kPlain) return loadSome<kReducePack, true>(row + r, end - r);
    Pack<T, kReducePack> pack{};
    LW_UNROLL_LOOP for (int k = 0; k < kReducePack; ++k) {
      if (r + k < end) pack.v[k] = row[from.reduced.offset(r + k)];
    }
    return pack;
  }

  LW_HD void gather(Acc& acc, int64_t output, int64_t piece, int lane) const {
    const T* row = from.x + from.kept.offset(output);
    const int64_t begin = piece * from.perPiece, limit = begin + from.perPiece;
    const int64_t end = limit < from.count ? limit : from.count;
    T first = 0;
    if constexpr (kOfDistances<Acc>) first = begin < end ? *row : T(0);
    const int64_t step = int64_t{kReducePack} * lanes;
    for (int64_t r = begin + kReducePack * lane; r < end; r += kLoads * step) {
      Pack<T, kReducePack> packs[kLoads];
      LW_UNROLL_LOOP for (int u = 0; u < kLoads; ++u) packs[u] = get(row, r + u * step, end);
      LW_UNROLL_LOOP for (int u = 0; u < kLoads; ++u) {
        const int64_t at = r + u * step;
        const int count = end - at < kReducePack ? static_cast<int>(end - at) : kReducePack;
        if (count <= 0) continue;
        from.template prepare<Acc>(packs[u].v, count, first);
        acc.add(packs[u].v, count, at, 1);
      }
    }
  }

  template <class Block>
  LW_HD void operator()(Block& block) const {
    int64_t tile = block.x();
    const int64_t piece = from.pieces.rest(tile);
    const int logLanes = log2Of(lanes);
    const int64_t firstOutput = tile << log2Of(kThreads / lanes);
    block.each([&](int thread, State& state) {
      state.acc = Acc::none();
      const int64_t output = firstOutput + (thread >> logLanes);
      if (output < from.outputs) gather(state.acc, output, piece, thread & (lanes - 1));
    });
    block.joinLanes(
        lanes < 32 ? lanes : 32, [](const State& state) { return state.acc; },
        [](Acc a, Acc b) { return Acc::join(a, b); }, [](State& state, Acc acc) { state.acc = acc; });
    if (lanes > 32) {
      block.each([&](int thread, State& state) {
        if (thread % 32 == 0) block.shared().warps[thread / 32] = state.acc;
      });
      block.sync();
    }
    block.each([&](int thread, State& state) {
      if ((thread & (lanes - 1)) != 0) return;
      const int64_t output = firstOutput + (thread >> logLanes);
      if (output >= from.outputs) return;
      if (lanes > 32)
        for (int i = 1; i < kThreads / 32; ++i) state.acc = Acc::join(state.acc, block.shared().warps[i]);
      if (partial != nullptr)
        partial[output * from.pieces.divisor() + piece] = state.acc;
      else
        out(output, state.acc);
    });
  }
};

/// Elements of outputs that are neighbours, kWidth of them in a pack. kPlain: an output's elements are all as
/// far apart.
template <typename Acc, bool kPlain, typename Out, typename X = typename Acc::Element>
struct ReduceColumns {
  using T = typename Acc::Element;
  static constexpr int kThreads = kReduceThreads, kLoads = 4, kWidth = kPlain ? 16 / sizeof(T) : 1;
  struct Shared {
    Acc acc[kWidth][kThreads];
  };
  struct State {
    Acc acc[kWidth];
  };
  ReduceSource<T, X> from;
  int columns;  ///< packs of outputs of a block: a power of two
  Acc* partial;
  Out out;

  LW_HD int64_t offset(int64_t r) const { return kPlain ? r * from.stride : from.reduced.offset(r); }
  LW_HD void gather(Acc (&acc)[kWidth], int64_t output, int64_t piece, int lane) const {
    const X* column = from.x + from.kept.offset(output);
    const int64_t begin = piece * from.perPiece, limit = begin + from.perPiece;
    const int64_t end = limit < from.count ? limit : from.count;
    Pack<T, kWidth> first{};
    if constexpr (kOfDistances<Acc>) first = loadSome<kWidth, true>(column, end - begin);
    const int step = kThreads / columns;
    for (int64_t r = begin + lane; r < end; r += kLoads * step) {
      Pack<T, kWidth> packs[kLoads];
      int count = 0;
      LW_UNROLL_LOOP for (int u = 0; u < kLoads; ++u) {
        const bool inside = r + u * step < end;
        packs[u] = inside ? loadNumbers<kWidth>(column + offset(r + u * step)) : Pack<T, kWidth>{};
        count += inside;
      }
      LW_UNROLL_LOOP for (int j = 0; j < kWidth; ++j) {
        T x[kLoads];
        LW_UNROLL_LOOP for (int u = 0; u < kLoads; ++u) x[u] = packs[u].v[j];
        from.template prepare<Acc>(x, count, first.v[j]);
        acc[j].add(x, count, r, step);
      }
    }
  }

  template <class Block>
  LW_HD void operator()(Block& block) const {
    int64_t tile = block.x();
    const int64_t piece = from.pieces.rest(tile);
    block.each([&](int thread, State& state) {
      LW_UNROLL_LOOP for (int j = 0; j < kWidth; ++j) state.acc[j] = Acc::none();
      const int column = thread & (columns - 1);
      const int64_t output = (tile * columns + column) * kWidth;
      if (output < from.outputs) gather(state.acc, output, piece, thread / columns);
      LW_UNROLL_LOOP for (int j = 0; j < kWidth; ++j) block.shared().acc[j][thread] = state.acc[j];
    });
    // The upper half of what is left into the lower one.
    for (int half = kThreads / 2; half >= columns; half /= 2) {
      block.sync();
      block.each([&](int thread, State& state) {
        if (thread >= half) return;
        LW_UNROLL_LOOP for (int j = 0; j < kWidth; ++j) {
          state.acc[j] = Acc::join(state.acc[j], block.shared().acc[j][thread + half]);
          block.shared().acc[j][thread] = state.acc[j];
        }
      });
    }
    block.each([&](int thread, State& state) {
      const int64_t output = (tile * columns + thread) * kWidth;
      if (thread >= columns || output >= from.outputs) return;
      LW_UNROLL_LOOP for (int j = 0; j < kWidth; ++j) {
        if (partial != nullptr)
          partial[(output + j) * from.pieces.divisor() + piece] = state.acc[j];
        else
          out(output + j, state.acc[j]);
      }
    });
  }
};

/// The pieces of each output, by a warp.
template <typename Acc, typename Out>
struct ReducePieces {
  static constexpr int kThreads = kReduceThreads;
  struct Shared {};
  struct State {
    Acc acc;
  };
  const Acc* partial;
  int64_t outputs, pieces;
  Out out;

  template <class Block>
  LW_HD void operator()(Block& block) const {
    const int64_t first = block.x() * (kThreads / 32);
    block.each([&](int thread, State& state) {
      state.acc = Acc::none();
      const int64_t output = first + thread / 32;
      if (output >= outputs) return;
      for (int64_t piece = thread % 32; piece < pieces; piece += 32)
        state.acc = Acc::join(state.acc, partial[output * pieces + piece]);
    });
    block.joinWarp([](const State& state) { return state.acc; }, [](Acc a, Acc b) { return Acc::join(a, b); },
                   [](State& state, Acc acc) { state.acc = acc; });
    block.each([&](int thread, State& state) {
      const int64_t output = first + thread / 32;
      if (thread % 32 == 0 && output < outputs) out(output, state.acc);
    });
  }
};

/// How a reduction of one geometry is cut.
class Reduction {
 public:
  /// `reduced` by axis.
  Reduction(const Dims& dims, const std::vector<bool>& reduced) {
    const Dims strides = dims.strides();
    for (int i = 0; i < dims.rank(); ++i)
      (reduced[static_cast<size_t>(i)] ? reduced_ : kept_).push(dims[i], strides[i]);
    kept_.finish(), reduced_.finish();
    const int64_t count = reduced_.count();
    rows_ = reduced_.isContiguous();
    if (rows_) {
      const int64_t packs = (count + kReducePack - 1) / kReducePack;
      lanes_ = packs > 16 * 32 ? kReduceThreads : std::min(32, powerOfTwo((packs + 3) / 4));
      perPiece_ = count > 2 * kRowPiece ? kRowPiece : count;
    } else {
      lanes_ = count <= 32 ? 1 : count <= 256 ? 8 : 32;
      perPiece_ = count > 2 * kColumnPiece ? kColumnPiece : count;
    }
    pieces_ = perPiece_ > 0 ? (count + perPiece_ - 1) / perPiece_ : 1;
  }

  int64_t outputs() const { return kept_.count(); }
  int64_t count() const { return reduced_.count(); }
  const Axes& kept() const { return kept_; }
  const Axes& reduced() const { return reduced_; }
  /// Whether an output's elements follow each other.
  bool contiguous() const { return rows_ && reduced_.rank() == 1; }
  /// Of the workspace, for run.
  template <typename Acc>
  size_t partialBytes() const {
    return pieces_ > 1 ? static_cast<size_t>(pieces_ * outputs()) * sizeof(Acc) : 0;
  }

  /// Of bfloat16 there are columns only.
  template <typename Acc, typename Out, typename X>
  void run(RunContext& queue, const X* x, std::byte* workspace, const Out& out, bool turned = false) const {
    if (outputs() == 0) return;
    using T = typename Acc::Element;
    const ReduceSource<T, X> from{x,       kept_,           reduced_,  outputs(),
                                  count(), reduced_.step(), perPiece_, Division(pieces_, INT32_MAX),
                                  turned};
    Acc* partial = pieces_ > 1 ? reinterpret_cast<Acc*>(workspace) : nullptr;
    // Packs for floats alone: reductions of integers are rare, and small.
    constexpr bool kPacks = std::is_floating_point_v<T>;
    constexpr int kWidth = kPacks ? 16 / sizeof(T) : 1;
    const bool plain = kPacks && packed(sizeof(X) * kWidth, x) && reduced_.rank() <= 1;
    const int perBlock = kReduceThreads / lanes_;
    if constexpr (std::is_same_v<X, T>) {
      if (rows_ && plain && count() % kReducePack == 0)
        launch(queue, ReduceRows<Acc, kPacks, Out>{from, lanes_, partial, out}, blocks(perBlock));
      else if (rows_)
        launch(queue, ReduceRows<Acc, false, Out>{from, lanes_, partial, out}, blocks(perBlock));
    } else {
      require(!rows_, Code::kState, "a reduction of rows has no kernel for bfloat16");
    }
    if (!rows_ && plain && kept_.inner() % kWidth == 0)
      launch(queue, ReduceColumns<Acc, kPacks, Out, X>{from, perBlock, partial, out},
             blocks(perBlock * kWidth));
    else if (!rows_)
      launch(queue, ReduceColumns<Acc, false, Out, X>{from, perBlock, partial, out}, blocks(perBlock));
    if (partial != nullptr)
      launch(queue, ReducePieces<Acc, Out>{partial, outputs(), pieces_, out},
             Grid{(outputs() + kReduceThreads / 32 - 1) / (kReduceThreads / 32)});
  }

 private:
  Grid blocks(int perBlock) const { return {(outputs() + perBlock - 1) / perBlock * pieces_}; }

  static constexpr int64_t kRowPiece = 16384, kColumnPiece = 512;

  Axes kept_, reduced_;
  bool rows_;
  int lanes_;  ///< threads of an output
  int64_t perPiece_, pieces_;
};

}  // namespace lw::cuda
