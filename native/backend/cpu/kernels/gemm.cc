#include "backend/cpu/kernels/gemm.h"

#include "backend/cpu/kernels/edge.h"
#include "backend/cpu/kernels/unroll.h"

namespace LW_ISA_NS {
namespace {

using lw::GemmPanel;

// Accumulators, one packet of B per column and one broadcast of A must fit into the registers: 32 with
// AVX-512, 16 before.
#ifdef EIGEN_VECTORIZE_AVX512
constexpr int kRows = 12;
#else
constexpr int kRows = 6;
#endif

template <typename T, int MR, int NP>
using Sums = PacketOf<T>[MR][NP];

/// How the panel's rows of A lie: GemmPanel says it.
enum class RowsOfA { kTiled, kEven, kAnywhere };

/// Asks for B before it is read. A single tile runs as fast as B arrives, so it asks for its own rows, some
/// KB ahead; several divide the rows of the next panel among them.
template <typename T>
struct Stream {
  const T* at;
  int64_t step;  ///< elements per step of k

  template <int kWidth>
  static Stream of(const GemmPanel<T>& p, int64_t tile, int64_t tiles) {
    if (p.next == nullptr) return {p.b, 0};
    if (tiles == 1) return {p.b + 2048 / sizeof(T), kWidth};
    return {p.next + p.run * kWidth / tiles * tile, (kWidth + tiles - 1) / tiles};
  }
  EIGEN_STRONG_INLINE void ask() {
    constexpr int kLine = 64 / sizeof(T);
    __builtin_prefetch(at);
    __builtin_prefetch(at + kLine);
    at += step;
  }
};

/// A tile all of whose columns exist: row r of C at c + r * ldc, of the residual (or null) at
/// residual + r * ldr.
template <typename T>
struct Place {
  T* c;
  int64_t ldc;
  const T* residual;
  int64_t ldr;
  Stream<T> stream;
};

/// One step of k: the rows' values of A, row r's from at(r), times a row of B.
template <typename T, int MR, int NP, typename At>
EIGEN_STRONG_INLINE void addStep(const T* b, Sums<T, MR, NP>& acc, At at) {
  using Packet = PacketOf<T>;
  Packet bk[NP];
  LW_UNROLL for (int n = 0; n < NP; ++n) bk[n] = ploadu<Packet>(b + n * kPacket<T>);
  LW_UNROLL for (int r = 0; r < MR; ++r) {
    const Packet ark = pset1<Packet>(at(r));
    LW_UNROLL for (int n = 0; n < NP; ++n) acc[r][n] = pmadd(ark, bk[n], acc[r][n]);
  }
}

/// The rows from `row` on against the panel, whose rows are `ldb` apart.
template <typename T, int MR, int NP>
EIGEN_STRONG_INLINE void addRows(const GemmPanel<T>& p, int64_t row, Stream<T> stream, int64_t ldb,
                                 Sums<T, MR, NP>& acc) {
  const T* b = p.b;
  const int64_t run = p.run;
  for (int64_t tap = 0; tap < p.taps; ++tap) {
    const T* a[MR];
    const T* base = p.a + p.tapOffset[tap] + run;
    LW_UNROLL for (int r = 0; r < MR; ++r) a[r] = base + p.rowOffset[row + r];
    for (int64_t k = -run; k < 0; ++k) {
      if constexpr (MR < kRows) stream.ask();  // a full tile has no registers left for it
      addStep<T, MR, NP>(b, acc, [&](int r) { return a[r][k]; });
      b += ldb;
    }
  }
}

/// A run of k in rows that are `distance` apart; returns where the next one's rows of B begin. A pointer for
/// every third row reaches the next two by the distance and twice the distance, which one address can hold; a
/// pointer for each row would not leave registers for anything else.
template <typename T, int MR, int NP>
EIGEN_STRONG_INLINE const T* addRun(const T* first, int64_t distance, int64_t run, const T* b, int64_t ldb,
                                    Stream<T>& stream, Sums<T, MR, NP>& acc) {
  constexpr int kThirds = (MR + 2) / 3;
  const T* a[kThirds];
  a[0] = first;
  LW_UNROLL for (int i = 1; i < kThirds; ++i) a[i] = a[i - 1] + 3 * distance;
  const T* const end = first + run;
  for (; a[0] < end; b += ldb) {
    stream.ask();
    addStep<T, MR, NP>(b, acc, [&](int r) { return a[r / 3][r % 3 * distance]; });
    LW_UNROLL for (int i = 0; i < kThirds; ++i) a[i] += 1;
  }
  return b;
}

/// Rows from `row` on that are evenly apart. A single run has a loop of its own: what a loop over taps needs
/// besides does not fit into the registers, and to begin would take longer than the sums of the tile before
/// last.
template <typename T, int MR, int NP>
EIGEN_STRONG_INLINE void addEvenRows(const GemmPanel<T>& p, int64_t row, Stream<T> stream,
                                     Sums<T, MR, NP>& acc) {
  const T *first = p.a + row * p.rowStride, *b = p.b;
  if (p.taps == 1) {
    addRun<T, MR, NP>(first + p.tapOffset[0], p.rowStride, p.run, b, p.ldb, stream, acc);
    return;
  }
  for (int64_t tap = 0; tap < p.taps; ++tap)
    b = addRun<T, MR, NP>(first + p.tapOffset[tap], p.rowStride, p.run, b, p.ldb, stream, acc);
}

/// A tile of A against the panel.
template <typename T, int MR, int NP>
EIGEN_STRONG_INLINE void addTile(const GemmPanel<T>& p, int64_t row, Stream<T> stream, Sums<T, MR, NP>& acc) {
  const T *a = p.a + row * p.run, *b = p.b, *end = a + p.run * kRows;
  const int64_t ldb = p.ldb;
  for (; a < end; a += kRows, b += ldb) {
    stream.ask();
    addStep<T, MR, NP>(b, acc, [&](int r) { return a[r]; });
  }
}

template <typename T, int MR, int NP, RowsOfA kRowsOfA>
EIGEN_DONT_INLINE void fullTile(const GemmPanel<T>& p, int64_t row, const Place<T>& at) {
  using Packet = PacketOf<T>;
  constexpr int P = kPacket<T>;
  Packet acc[MR][NP];
  if (p.accumulate) {
    const T* c = at.c;
    LW_UNROLL for (int r = 0; r < MR; ++r, c += at.ldc) {
      LW_UNROLL for (int n = 0; n < NP; ++n) { acc[r][n] = ploadu<Packet>(c + n * P); }
    }
  } else {
    LW_UNROLL for (int r = 0; r < MR; ++r) {
      LW_UNROLL for (int n = 0; n < NP; ++n) acc[r][n] = pset1<Packet>(T(0));
    }
    if (p.prefetchC) {
      const T* c = at.c;
      LW_UNROLL for (int r = 0; r < MR; ++r, c += at.ldc) {
        LW_UNROLL for (int n = 0; n < NP; ++n) { __builtin_prefetch(c + n * P, 1); }
      }
    }
  }

  if constexpr (kRowsOfA == RowsOfA::kTiled)
    addTile<T, MR, NP>(p, row, at.stream, acc);
  else if constexpr (kRowsOfA == RowsOfA::kEven)
    addEvenRows<T, MR, NP>(p, row, at.stream, acc);
  else if (p.ldb == NP * P)  // a distance that the compiler knows leaves a register for each row's pointer
    addRows<T, MR, NP>(p, row, at.stream, NP * P, acc);
  else
    addRows<T, MR, NP>(p, row, at.stream, p.ldb, acc);

  if (p.finish) {
    Packet bias[NP];
    LW_UNROLL for (int n = 0; n < NP; ++n) bias[n] = ploadu<Packet>(p.bias + n * P);
    LW_UNROLL for (int r = 0; r < MR; ++r) {
      LW_UNROLL for (int n = 0; n < NP; ++n) { acc[r][n] = padd(acc[r][n], bias[n]); }
    }
    if (at.residual) {
      const T* residual = at.residual;
      LW_UNROLL for (int r = 0; r < MR; ++r, residual += at.ldr) {
        LW_UNROLL for (int n = 0; n < NP; ++n) {
          acc[r][n] = padd(acc[r][n], ploadu<Packet>(residual + n * P));
        }
      }
    }
    clampTile(acc, p.lo, p.hi);
  }
  T* c = at.c;
  LW_UNROLL for (int r = 0; r < MR; ++r, c += at.ldc) {
    LW_UNROLL for (int n = 0; n < NP; ++n) { pstoreu(c + n * P, acc[r][n]); }
  }
}

/// The last columns of C: the tile works on a copy that has all columns.
template <typename T, int MR, int NP>
struct Edge {
  static constexpr int P = kPacket<T>;
  alignas(64) T tile[MR * NP * P];

  void load(const T* from, int64_t ld, int64_t columns) {
    for (int r = 0; r < MR; ++r)
      for (int n = 0; n < NP; ++n)
        pstoreu(tile + (r * NP + n) * P, loadPart<T>(from + r * ld + n * P, columns - n * P));
  }
  void store(T* to, int64_t ld, int64_t columns) const {
    for (int r = 0; r < MR; ++r)
      for (int n = 0; n < NP; ++n)
        storePart<T>(to + r * ld + n * P, ploadu<PacketOf<T>>(tile + (r * NP + n) * P), columns - n * P);
  }
};

template <typename T, int MR, int NP, RowsOfA kRowsOfA>
EIGEN_DONT_INLINE void edgeTile(const GemmPanel<T>& p, int64_t row, const Place<T>& at) {
  constexpr int64_t width = NP * kPacket<T>;
  Edge<T, MR, NP> c, residual;
  if (p.accumulate) c.load(at.c, at.ldc, p.columns);
  if (at.residual) residual.load(at.residual, at.ldr, p.columns);
  fullTile<T, MR, NP, kRowsOfA>(p, row,
                                {c.tile, width, at.residual ? residual.tile : nullptr, width, at.stream});
  c.store(at.c, at.ldc, p.columns);
}

template <typename T, int MR, int NP, RowsOfA kRowsOfA>
EIGEN_STRONG_INLINE void tile(const GemmPanel<T>& p, int64_t row) {
  const int64_t tiles = (p.rows + kRows - 1) / kRows;
  const Place<T> at{p.c + row * p.ldc, p.ldc, p.residual && p.finish ? p.residual + row * p.ldc : nullptr,
                    p.ldc, Stream<T>::template of<NP * kPacket<T>>(p, row / kRows, tiles)};
  if (p.columns < NP * kPacket<T>)
    edgeTile<T, MR, NP, kRowsOfA>(p, row, at);
  else
    fullTile<T, MR, NP, kRowsOfA>(p, row, at);
}

/// The tile of `rows` <= MR rows.
template <typename T, int MR, int NP, RowsOfA kRowsOfA>
EIGEN_STRONG_INLINE void tileOf(int64_t rows, const GemmPanel<T>& p, int64_t row) {
  if constexpr (MR > 1) {
    if (rows < MR) return tileOf<T, MR - 1, NP, kRowsOfA>(rows, p, row);
  }
  tile<T, MR, NP, kRowsOfA>(p, row);
}

template <typename T, int NP, RowsOfA kRowsOfA>
void rowsOf(const GemmPanel<T>& p) {
  int64_t row = 0, left = p.rows;
  // A narrow tile has registers to spare: twice the rows hide the latency of the multiply-adds.
  constexpr int MR = NP == 1 && kRowsOfA != RowsOfA::kTiled ? 12 : kRows;
  for (; left >= 2 * MR || left == MR; row += MR, left -= MR) tile<T, MR, NP, kRowsOfA>(p, row);
  if (left > MR) {
    // Two tiles of half the height run better than a full one and a sliver.
    const int64_t upper = kRowsOfA == RowsOfA::kTiled ? MR : (left + 1) / 2;
    tileOf<T, MR, NP, kRowsOfA>(upper, p, row);
    row += upper, left -= upper;
  }
  if (left > 0) tileOf<T, MR, NP, kRowsOfA>(left, p, row);
}

template <typename T, int NP>
void panel(const GemmPanel<T>& p) {
  if (p.rowOffset != nullptr) return rowsOf<T, NP, RowsOfA::kAnywhere>(p);
  if (p.rowStride != 0) return rowsOf<T, NP, RowsOfA::kEven>(p);
  rowsOf<T, NP, RowsOfA::kTiled>(p);
}

template <typename T, int MR, int kPanels>
EIGEN_STRONG_INLINE void sideBySide(const GemmPanel<T>& p, int64_t apart) {
  using Packet = PacketOf<T>;
  constexpr int P = kPacket<T>;
  Packet acc[kPanels][MR][2];
  LW_UNROLL for (int g = 0; g < kPanels; ++g) {
    LW_UNROLL for (int r = 0; r < MR; ++r) { acc[g][r][0] = acc[g][r][1] = pset1<Packet>(T(0)); }
  }
  const T* a = p.a + p.tapOffset[0];
  const T *b = p.b, *const end = a + p.run;
  for (; a < end; ++a, b += 2 * P) {
    LW_UNROLL for (int g = 0; g < kPanels; ++g)
        addStep<T, MR, 2>(b + g * apart, acc[g], [&](int r) { return a[r * p.rowStride]; });
  }
  LW_UNROLL for (int g = 0; g < kPanels; ++g) {
    LW_UNROLL for (int r = 0; r < MR; ++r) {
      LW_UNROLL for (int n = 0; n < 2; ++n) {
        const int64_t column = (2 * g + n) * P, left = p.columns - column;
        Packet& sum = acc[g][r][n];
        sum = padd(sum, ploadu<Packet>(p.bias + column));
        if (p.residual) sum = padd(sum, loadPart<T>(p.residual + r * p.ldc + column, left));
      }
    }
    clampTile(acc[g], p.lo, p.hi);
    LW_UNROLL for (int r = 0; r < MR; ++r) {
      LW_UNROLL for (int n = 0; n < 2; ++n) {
        const int64_t column = (2 * g + n) * P;
        storePart<T>(p.c + r * p.ldc + column, acc[g][r][n], p.columns - column);
      }
    }
  }
}

template <typename T, int MR>
void fewRows(GemmPanel<T> p, int64_t panels, int64_t apart) {
  constexpr int kPanels = MR == 1 ? 4 : 2;
  const auto advance = [&](int64_t count) {
    const int64_t columns = count * 2 * kPacket<T>;
    panels -= count;
    p.b += count * apart, p.c += columns, p.bias += columns, p.columns -= columns;
    if (p.residual) p.residual += columns;
  };
  for (; panels >= kPanels; advance(kPanels)) sideBySide<T, MR, kPanels>(p, apart);
  for (; panels > 0; advance(1)) sideBySide<T, MR, 1>(p, apart);
}

template <typename T>
void few(const GemmPanel<T>& p, int64_t panels, int64_t apart) {
  static_assert(lw::kFewRows == 3);
  p.rows == 1   ? fewRows<T, 1>(p, panels, apart)
  : p.rows == 2 ? fewRows<T, 2>(p, panels, apart)
                : fewRows<T, 3>(p, panels, apart);
}

/// Steps [k0, k0 + depth) of a tile, `depth` <= P: rows become columns P at a time. A store may reach into
/// the next step, which is written after it; the last one must not.
template <typename T, int kHeight, bool kWhole>
EIGEN_STRONG_INLINE void turn(const lw::TileOfA<T>& t, int64_t k0, int64_t depth) {
  constexpr int P = kPacket<T>, kGroups = (kHeight + P - 1) / P;
  using Packet = PacketOf<T>;
  Eigen::internal::PacketBlock<Packet, P> block[kGroups];
  LW_UNROLL for (int g = 0; g < kGroups; ++g) {
    LW_UNROLL for (int i = 0; i < P; ++i) {
      const int64_t row = g * P + i;
      block[g].packet[i] = row >= t.rows ? pset1<Packet>(T(0))
                           : kWhole      ? ploadu<Packet>(t.from + row * t.strideM + k0)
                                         : loadPart<T>(t.from + row * t.strideM + k0, depth);
    }
    Eigen::internal::ptranspose(block[g]);
  }
  LW_UNROLL for (int k = 0; k < P; ++k) {
    if (!kWhole && k >= depth) return;
    T* to = t.to + (k0 + k) * kHeight;
    LW_UNROLL for (int g = 0; g < kGroups; ++g) {
      if (kHeight % P == 0 || k0 + k + 1 < t.K)
        pstoreu(to + g * P, block[g].packet[k]);
      else
        storePart<T>(to + g * P, block[g].packet[k], kHeight - g * P);
    }
  }
}

/// Columns of `kHeight` rows: tiles of A, and panels of a transposed B.
template <typename T, int kHeight>
void columnsOf(const lw::TileOfA<T>& t) {
  constexpr int P = kPacket<T>;
  if (t.strideK == 1) {
    int64_t k = 0;
    for (; k + P <= t.K; k += P) turn<T, kHeight, true>(t, k, P);
    if (k < t.K) turn<T, kHeight, false>(t, k, t.K - k);
    return;
  }
  for (int64_t k = 0; k < t.K; ++k)
    for (int g = 0; g < kHeight; g += P) {
      const PacketOf<T> rows = loadPart<T>(t.from + k * t.strideK + g, t.rows - g);
      if constexpr (kHeight % P == 0)
        pstoreu(t.to + k * kHeight + g, rows);
      else
        storePart<T>(t.to + k * kHeight + g, rows, kHeight - g);
    }
}

}  // namespace

const lw::GemmKernels gemmKernels = {
    {kRows, kPacket<float>, panel<float, 2>, panel<float, 1>, few<float>, columnsOf<float, kRows>,
     columnsOf<float, 2 * kPacket<float>>, columnsOf<float, kPacket<float>>},
    {kRows, kPacket<double>, panel<double, 2>, panel<double, 1>, few<double>, columnsOf<double, kRows>,
     columnsOf<double, 2 * kPacket<double>>, columnsOf<double, kPacket<double>>},
};

}  // namespace LW_ISA_NS
