#include "backend/cpu/kernels/gemm.h"

#include "backend/cpu/kernels/edge.h"

namespace LW_ISA_NS {
namespace {

using Eigen::internal::padd;
using Eigen::internal::ploadu;
using Eigen::internal::pmadd;
using Eigen::internal::pmax;
using Eigen::internal::pmin;
using Eigen::internal::pset1;
using Eigen::internal::pstoreu;
using lw::GemmPanel;

// Accumulators, one packet of B per column and one broadcast of A must fit into the registers: 32 with AVX-512, 16 before.
#ifdef EIGEN_VECTORIZE_AVX512
constexpr int kRows = 12;
#else
constexpr int kRows = 6;
#endif

template <typename T, int MR, int NP>
struct Tile {
  using Packet = PacketOf<T>;
  static constexpr int P = kPacket<T>;
  Packet acc[MR][NP];

  /// Columns of packet n that exist: P in the middle of C.
  static EIGEN_STRONG_INLINE int64_t part(const GemmPanel<T>& p, int n) {
    const int64_t left = p.columns - n * P;
    return left < 0 ? 0 : left;
  }
  static EIGEN_STRONG_INLINE Packet load(const T* from, int64_t count) {
    return count >= P ? ploadu<Packet>(from) : loadPart<T>(from, count);
  }

  EIGEN_STRONG_INLINE void start(const GemmPanel<T>& p, const T* c) {
    for (int r = 0; r < MR; ++r)
      for (int n = 0; n < NP; ++n)
        acc[r][n] = p.accumulate ? load(c + r * p.ldc + n * P, part(p, n)) : pset1<Packet>(T(0));
  }

  EIGEN_STRONG_INLINE void multiply(const GemmPanel<T>& p, int64_t row) {
    const int64_t ldb = p.ldb, run = p.run;
    const T* b = p.b;
    for (int64_t tap = 0; tap < p.taps; ++tap) {
      const T* a[MR];
      const T* base = p.a + p.tapOffset[tap];
      for (int r = 0; r < MR; ++r) a[r] = base + p.rowOffset[row + r];
      for (int64_t k = 0; k < run; ++k) {
        Packet bk[NP];
        for (int n = 0; n < NP; ++n) bk[n] = ploadu<Packet>(b + n * P);
        b += ldb;
        for (int r = 0; r < MR; ++r) {
          const Packet ark = pset1<Packet>(a[r][k]);
          for (int n = 0; n < NP; ++n) acc[r][n] = pmadd(ark, bk[n], acc[r][n]);
        }
      }
    }
  }

  EIGEN_STRONG_INLINE void finish(const GemmPanel<T>& p, int64_t row) {
    const Packet lo = pset1<Packet>(p.lo), hi = pset1<Packet>(p.hi);
    for (int n = 0; n < NP; ++n) {
      const Packet bias = ploadu<Packet>(p.bias + n * P);
      for (int r = 0; r < MR; ++r) {
        Packet value = padd(acc[r][n], bias);
        if (p.residual) value = padd(value, load(p.residual + (row + r) * p.ldc + n * P, part(p, n)));
        acc[r][n] = pmin(pmax(value, lo), hi);  // in this order of arguments NaN stays NaN
      }
    }
  }

  EIGEN_STRONG_INLINE void store(const GemmPanel<T>& p, T* c) const {
    if (p.columns >= NP * P) {
      for (int r = 0; r < MR; ++r)
        for (int n = 0; n < NP; ++n) pstoreu(c + r * p.ldc + n * P, acc[r][n]);
      return;
    }
    for (int n = 0; n < NP; ++n) {
      const int64_t count = part(p, n);
      for (int r = 0; r < MR; ++r) {
        if (count >= P)
          pstoreu(c + r * p.ldc + n * P, acc[r][n]);
        else
          storePart<T>(c + r * p.ldc + n * P, acc[r][n], count);
      }
    }
  }
};

template <typename T, int MR, int NP>
void tile(const GemmPanel<T>& p, int64_t row) {
  Tile<T, MR, NP> t;
  T* c = p.c + row * p.ldc;
  t.start(p, c);
  t.multiply(p, row);
  if (p.finish) t.finish(p, row);
  t.store(p, c);
}

/// The tile function of `rows` rows, found by halving nothing: a chain of comparisons that runs once per tile.
template <typename T, int MR, int NP>
EIGEN_STRONG_INLINE void tileOf(int64_t rows, const GemmPanel<T>& p, int64_t row) {
  if constexpr (MR > 1) {
    if (rows < MR) return tileOf<T, MR - 1, NP>(rows, p, row);
  }
  tile<T, MR, NP>(p, row);
}

template <typename T, int NP>
void panel(const GemmPanel<T>& p) {
  int64_t row = 0;
  // Two tiles of half the height run better than a full one and a sliver.
  for (; p.rows - row >= 2 * kRows || p.rows - row == kRows; row += kRows) tile<T, kRows, NP>(p, row);
  int64_t left = p.rows - row;
  if (left > kRows) {
    const int64_t upper = (left + 1) / 2;
    tileOf<T, kRows, NP>(upper, p, row);
    row += upper, left -= upper;
  }
  if (left > 0) tileOf<T, kRows, NP>(left, p, row);
}

}  // namespace

const lw::GemmKernels gemmKernels = {
    {kRows, kPacket<float>, panel<float, 2>, panel<float, 1>},
    {kRows, kPacket<double>, panel<double, 2>, panel<double, 1>},
};

}  // namespace LW_ISA_NS
