#pragma once

#include "backend/cuda/epilogue.h"

// Products on the plain cores: y[m][n] = fn(sum over k of a[m][k] * b[k][n] ...), a tile of rows and columns
// for each block, in registers, fed through shared memory. What is multiplied is a Problem:
//
//   using Element, A, B;
//   int rows(z), depth(z)        of product z
//   A a(z); B b(z)               its operands, as Lines: rows m of a, columns n of b
//   int64_t at(z, m)             where row m of y begins
//   int64_t bias(z)              where the bias of its columns begins
//   int columns                  of every product
//
// Lines are read element by element, or in packs that lie along the depth or across lines:
//
//   static constexpr bool kTable;    Line is looked up from shared memory; else made where it is needed
//   bool along, wide                 packs go along the depth; packs of 16 bytes may be read
//   Line line(r), Depth depth(k, end), Pack fetch<kWidth>(line, depth): zero outside of the operand
//
// A sum over the depth is one of pieces of `piece` products: each goes from zero up, then they are added in
// order. So one block may do all of them, or many blocks one each, and the bits are the same.
namespace lw::cuda {

/// The same number, which the compiler has to take for a new one: what follows from it is computed again
/// where it is needed, and not kept in a register for all of the loop.
LW_HD int anew(int x) {
#if defined(__CUDA_ARCH__)
  asm volatile("" : "+r"(x));
#endif
  return x;
}

/// Depth is stepped through in kDepth, of which a piece is a multiple.
inline constexpr int kDepthUnit = 32;

template <typename T, int kRows_, int kColumns_, int kDepth_, int kThreadRows_, int kThreadColumns_>
struct Shape {
  using Element = T;
  static constexpr int kRows = kRows_, kColumns = kColumns_, kDepth = kDepth_;
  static constexpr int kThreadRows = kThreadRows_, kThreadColumns = kThreadColumns_;
  static constexpr int kAcross = kColumns / kThreadColumns, kDown = kRows / kThreadRows;
  static constexpr int kThreads = kAcross * kDown;
  static constexpr int kPack = 16 / sizeof(T);
  static constexpr int kPackRows = kThreadRows < kPack ? kThreadRows : kPack;
  static constexpr int kPackColumns = kThreadColumns < kPack ? kThreadColumns : kPack;
  // A warp is a block of threads as square as can be: neighbours read the same operands.
  static constexpr int kLanesAcross = kDown < 4 ? 32 / kDown : kAcross < 8 ? kAcross : 8;
  static constexpr int kLanesDown = 32 / kLanesAcross;
  static_assert(kThreads % 32 == 0 && kAcross % kLanesAcross == 0 && kDown % kLanesDown == 0);
  static_assert(kDepthUnit % kDepth == 0 && kDepth % kPack == 0 && kThreads % kDepth == 0);

  static LW_HD int across(int thread) {
    return thread / 32 % (kAcross / kLanesAcross) * kLanesAcross + thread % kLanesAcross;
  }
  static LW_HD int down(int thread) {
    return thread / 32 / (kAcross / kLanesAcross) * kLanesDown + thread % 32 / kLanesAcross;
  }
};

/// A step's share of kLines lines on its way from memory to shared memory: what one thread carries.
template <class S, int kLines>
struct Carry {
  using T = typename S::Element;
  static constexpr int kPack = S::kPack, kDepth = S::kDepth, kThreads = S::kThreads;
  static constexpr int kTotal = kLines * kDepth / kPack;  ///< packs of a step
  static constexpr int kCount = (kTotal + kThreads - 1) / kThreads;
  static constexpr int kPitch = kLines + kPack;  ///< of shared memory, which is [k][line]
  using Table = T[kDepth][kPitch];

  T v[kCount * kPack];

  /// The element or pack `i` of this thread, as a line and a depth; false: there is none.
  template <int kWidth>
  static LW_HD bool place(int thread, int i, bool along, int* line, int* k) {
    const int index = thread + i * kThreads;
    if (along) {
      constexpr int kPerLine = kDepth / kWidth;
      *line = index / kPerLine, *k = index % kPerLine * kWidth;
    } else {
      constexpr int kPerDepth = kLines / kWidth;
      *line = index % kPerDepth * kWidth, *k = index / kPerDepth;
    }
    return index < kLines * kDepth / kWidth;
  }

  template <int kWidth, class Lines, class Found>
  LW_HD void loadAlong(const Lines& lines, Found&& found, int thread, int k0, int end) {
    int line, k;
    place<kWidth>(thread, 0, true, &line, &k);
    const auto depth =
        lines.depth(k0 + k, end);  // of all turns: the threads are a multiple of a line's packs
    LW_UNROLL_LOOP for (int i = 0; i < kCount * kPack / kWidth; ++i) {
      if (!place<kWidth>(thread, i, true, &line, &k)) break;
      const auto pack = lines.template fetch<kWidth>(found(line), depth);
      LW_UNROLL_LOOP for (int j = 0; j < kWidth; ++j) v[i * kWidth + j] = pack.v[j];
    }
  }
  template <int kWidth, class Lines, class Found>
  LW_HD void loadAcross(const Lines& lines, Found&& found, int thread, int k0, int end) {
    LW_UNROLL_LOOP for (int i = 0; i < kCount * kPack / kWidth; ++i) {
      int line, k;
      if (!place<kWidth>(thread, i, false, &line, &k)) break;
      const auto pack = lines.template fetch<kWidth>(found(line), lines.depth(k0 + k, end));
      LW_UNROLL_LOOP for (int j = 0; j < kWidth; ++j) v[i * kWidth + j] = pack.v[j];
    }
  }
  /// Depths k0... of the lines that `found` knows by their number in the tile.
  template <class Lines, class Found>
  LW_HD void load(const Lines& lines, Found&& found, int thread, int k0, int end) {
    if (lines.along) {
      if (lines.wide)
        loadAlong<kPack>(lines, found, thread, k0, end);
      else
        loadAlong<1>(lines, found, thread, k0, end);
    } else if (lines.wide) {
      loadAcross<kPack>(lines, found, thread, k0, end);
    } else {
      loadAcross<1>(lines, found, thread, k0, end);
    }
  }

  template <int kWidth>
  LW_HD void putAs(bool along, int thread, Table& table) const {
    LW_UNROLL_LOOP for (int i = 0; i < kCount * kPack / kWidth; ++i) {
      int line, k;
      if (!place<kWidth>(thread, i, along, &line, &k)) break;
      if (along) {
        LW_UNROLL_LOOP for (int j = 0; j < kWidth; ++j) table[k + j][line] = v[i * kWidth + j];
      } else {
        Pack<T, kWidth> pack;
        LW_UNROLL_LOOP for (int j = 0; j < kWidth; ++j) pack.v[j] = v[i * kWidth + j];
        lw::cuda::store(&table[k][line], pack);
      }
    }
  }
  LW_HD void put(bool along, bool wide, int thread, Table& table) const {
    if (along) {
      if (wide)
        putAs<kPack>(true, thread, table);
      else
        putAs<1>(true, thread, table);
    } else if (wide) {
      putAs<kPack>(false, thread, table);
    } else {
      putAs<1>(false, thread, table);
    }
  }
};

/// Line r of an operand: from a table in shared memory, or made anew.
template <class Lines, int kLines, bool kTable = Lines::kTable>
struct LineTable {
  typename Lines::Line lines[kLines];
  LW_HD void fill(const Lines& from, int first, int thread, int threads) {
    for (int i = thread; i < kLines; i += threads) lines[i] = from.line(first + i);
  }
  LW_HD typename Lines::Line find(const Lines&, int, int line) const { return lines[line]; }
};
template <class Lines, int kLines>
struct LineTable<Lines, kLines, false> {
  LW_HD void fill(const Lines&, int, int, int) {}
  LW_HD typename Lines::Line find(const Lines& from, int first, int line) const {
    return from.line(first + line);
  }
};

template <class S, class Problem>
struct TileKernel {
  using T = typename S::Element;
  static constexpr int kThreads = S::kThreads;
  using CarryA = Carry<S, S::kRows>;
  using CarryB = Carry<S, S::kColumns>;
  static constexpr int kPacks = S::kThreadRows * S::kThreadColumns / S::kPackColumns;
  using OutPack = Pack<T, S::kPackColumns>;
  struct Shared {
    alignas(16) typename CarryA::Table a[2];
    alignas(16) typename CarryB::Table b[2];
    OutPack total[kPacks * kThreads];  ///< each thread's own
    LineTable<typename Problem::A, S::kRows> rows;
    LineTable<typename Problem::B, S::kColumns> columns;
  };
  struct State {
    T sum[S::kThreadRows][S::kThreadColumns];
    CarryA a;
    CarryB b;
  };

  Problem problem;
  Epilogue<T> epilogue;
  uint32_t tilesDown, tilesAcross;
  int piece;
  int64_t partial;  ///< elements between the results of one piece and the next; 0: one block does all of them

  template <class Block>
  LW_HD void operator()(Block& block) const {
    const uint32_t x = static_cast<uint32_t>(block.x()), line = x / tilesAcross;
    const int64_t z = line / tilesDown;
    const int m0 = static_cast<int>(line % tilesDown) * S::kRows;
    const int n0 = static_cast<int>(x % tilesAcross) * S::kColumns;
    if (m0 >= problem.rows(z)) return;
    const typename Problem::A a = problem.a(z);
    const typename Problem::B b = problem.b(z);
    const int depth = problem.depth(z);
    const int begin = partial != 0 ? static_cast<int>(block.y()) * piece : 0;
    const int end = partial != 0 && depth - begin > piece ? begin + piece : depth;
    Shared& shared = block.shared();

    const auto load = [&](int threadOfBlock, State& state, int k0) {
      const int thread = anew(threadOfBlock);
      state.a.load(
          a, [&](int r) { return shared.rows.find(a, m0, r); }, thread, k0, end);
      state.b.load(
          b, [&](int r) { return shared.columns.find(b, n0, r); }, thread, k0, end);
    };
    const auto put = [&](int threadOfBlock, State& state, int turn) {
      const int thread = anew(threadOfBlock);
      state.a.put(a.along, a.wide, thread, shared.a[turn]);
      state.b.put(b.along, b.wide, thread, shared.b[turn]);
    };

    if constexpr (Problem::A::kTable || Problem::B::kTable) {
      block.each([&](int thread, State&) {
        shared.rows.fill(a, m0, thread, kThreads);
        shared.columns.fill(b, n0, thread, kThreads);
      });
      block.sync();
    }
    block.each([&](int thread, State& state) {
      LW_UNROLL_LOOP for (int r = 0; r < S::kThreadRows; ++r)
          LW_UNROLL_LOOP for (int c = 0; c < S::kThreadColumns; ++c) state.sum[r][c] = T(0);
      if (begin < end) load(thread, state, begin), put(thread, state, 0);
    });
    block.sync();
    int left = piece, turn = 0;  // depths of this piece that are to come
    bool more = false;           // whether `total` has an earlier piece
    for (int k0 = begin; k0 < end; k0 += S::kDepth, turn ^= 1) {
      const int next = k0 + S::kDepth;
      left -= S::kDepth;
      block.each([&](int thread, State& state) {
        if (next < end) load(thread, state, next);
        multiply(thread, state, shared.a[turn], shared.b[turn]);
        if (left == 0 && next < end) fold(thread, state, shared.total, more);
        if (next < end) put(thread, state, turn ^ 1);
      });
      if (left == 0 && next < end) left = piece, more = true;
      block.sync();
    }
    block.each([&](int thread, State& state) {
      fold(thread, state, shared.total, more);
      finish(thread, shared.total, z, m0, n0, static_cast<int64_t>(block.y()) * partial);
    });
  }

  /// sum += a * b, of one step.
  static LW_HD void multiply(int thread, State& state, const typename CarryA::Table& a,
                             const typename CarryB::Table& b) {
    const int down = S::down(thread), across = S::across(thread);
    LW_UNROLL_LOOP for (int k = 0; k < S::kDepth; ++k) {
      T p[S::kThreadRows], q[S::kThreadColumns];
      LW_UNROLL_LOOP for (int r = 0; r < S::kThreadRows; r += S::kPackRows) {
        const auto pack = lw::cuda::load<S::kPackRows>(&a[k][rowOf(down, r)]);
        LW_UNROLL_LOOP for (int i = 0; i < S::kPackRows; ++i) p[r + i] = pack.v[i];
      }
      LW_UNROLL_LOOP for (int c = 0; c < S::kThreadColumns; c += S::kPackColumns) {
        const auto pack = lw::cuda::load<S::kPackColumns>(&b[k][columnOf(across, c)]);
        LW_UNROLL_LOOP for (int i = 0; i < S::kPackColumns; ++i) q[c + i] = pack.v[i];
      }
      LW_UNROLL_LOOP for (int r = 0; r < S::kThreadRows; ++r)
          LW_UNROLL_LOOP for (int c = 0; c < S::kThreadColumns; ++c)
              state.sum[r][c] = multiplyAdd(p[r], q[c], state.sum[r][c]);
    }
  }

  /// The row of the tile that is a thread's r-th: packs of neighbours, evenly spread.
  static LW_HD int rowOf(int down, int r) {
    return r / S::kPackRows * (S::kDown * S::kPackRows) + down * S::kPackRows + r % S::kPackRows;
  }
  static LW_HD int columnOf(int across, int c) {
    return c / S::kPackColumns * (S::kAcross * S::kPackColumns) + across * S::kPackColumns +
           c % S::kPackColumns;
  }

  /// Ends a piece: total += sum, and the next sum starts at zero.
  static LW_HD void fold(int thread, State& state, OutPack* total, bool more) {
    constexpr int kPackColumns = S::kPackColumns, kPerRow = S::kThreadColumns / kPackColumns;
    LW_UNROLL_LOOP for (int i = 0; i < kPacks; ++i) {
      OutPack* at = total + i * kThreads + thread;
      OutPack pack;
      LW_UNROLL_LOOP for (int j = 0; j < kPackColumns; ++j) {
        T& sum = state.sum[i / kPerRow][i % kPerRow * kPackColumns + j];
        pack.v[j] = sum;
        sum = T(0);
      }
      if (more) {
        const OutPack before = *at;
        LW_UNROLL_LOOP for (int j = 0; j < kPackColumns; ++j) pack.v[j] = before.v[j] + pack.v[j];
      }
      *at = pack;
    }
  }

  LW_HD void finish(int thread, const OutPack* total, int64_t z, int m0, int n0, int64_t partialAt) const {
    constexpr int kPackColumns = S::kPackColumns, kPerRow = S::kThreadColumns / kPackColumns;
    const int rows = problem.rows(z), columns = problem.columns;
    const int64_t bias = problem.bias(z);
    LW_ROLLED_LOOP for (int r = 0; r < S::kThreadRows; ++r) {
      const int m = m0 + rowOf(S::down(thread), r);
      if (m >= rows) continue;
      const int64_t at = partialAt + problem.at(z, m);
      LW_ROLLED_LOOP for (int c = 0; c < kPerRow; ++c) {
        const int n = n0 + columnOf(S::across(thread), c * kPackColumns);
        const OutPack pack = total[(r * kPerRow + c) * kThreads + thread];
        if (epilogue.wide && n + kPackColumns <= columns) {
          epilogue.template finish<kPackColumns>(at + n, bias + n, pack);
        } else {
          OutPack rest = pack;
          LW_ROLLED_LOOP for (int i = n; i < columns && i < n + kPackColumns; ++i) {
            epilogue.template finish<1>(at + i, bias + i, {rest.v[0]});
            LW_UNROLL_LOOP for (int j = 0; j + 1 < kPackColumns; ++j) rest.v[j] = rest.v[j + 1];
          }
        }
      }
    }
  }
};

}  // namespace lw::cuda
