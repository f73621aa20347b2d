#include "backend/cpu/kernels/bmm.h"

#include "backend/cpu/kernels/edge.h"
#include "backend/cpu/kernels/unroll.h"

namespace LW_ISA_NS {
namespace {

using Eigen::internal::unpacket_traits;
using lw::SmallProducts;

struct Product {
  const float *a, *b;
  float* c;
};

/// What is known of the columns of a packet. Whole: all exist. Over: some do not, but may be read. Exact: nor
/// may they be read.
enum class Columns { kWhole, kOver, kExact };

template <typename Packet, Columns kColumns>
EIGEN_STRONG_INLINE Packet loadB(const float* b, int64_t left) {
  if constexpr (kColumns == Columns::kExact) return loadPart<float>(b, left);
  return ploadu<Packet>(b);
}
template <typename Packet, Columns kColumns>
EIGEN_STRONG_INLINE void storeC(float* c, const Packet& value, int64_t left) {
  if constexpr (kColumns == Columns::kWhole)
    pstoreu(c, value);
  else
    storePart<float>(c, value, left);
}

/// Rows [m, m + MR) and NP packets of columns from n on.
template <typename Packet, int MR, int NP, Columns kColumns>
EIGEN_STRONG_INLINE void tile(const SmallProducts& s, const Product& p, int64_t m, int64_t n) {
  constexpr int P = unpacket_traits<Packet>::size;
  Packet acc[MR][NP];
  LW_UNROLL for (int r = 0; r < MR; ++r) {
    LW_UNROLL for (int j = 0; j < NP; ++j) { acc[r][j] = pset1<Packet>(0.0f); }
  }
  const float* a = p.a + m * s.K;
  const float* b = p.b + n;
  const int64_t K = s.K, left = s.N - n;
  for (int64_t k = 0; k < K; ++k, b += s.N) {
    Packet bk[NP];
    LW_UNROLL for (int j = 0; j < NP; ++j) bk[j] = loadB<Packet, kColumns>(b + j * P, left - j * P);
    LW_UNROLL for (int r = 0; r < MR; ++r) {
      const Packet ark = pset1<Packet>(a[r * K + k]);
      LW_UNROLL for (int j = 0; j < NP; ++j) acc[r][j] = pmadd(ark, bk[j], acc[r][j]);
    }
  }
  const Packet lo = pset1<Packet>(s.lo), hi = pset1<Packet>(s.hi);
  float* c = p.c + m * s.N + n;
  LW_UNROLL for (int r = 0; r < MR; ++r, c += s.N) {
    LW_UNROLL for (int j = 0; j < NP; ++j) {
      const Packet sum = padd(acc[r][j], ploadu<Packet>(s.bias + n + j * P));
      storeC<Packet, kColumns>(c + j * P, pmin(pmax(sum, lo), hi), left - j * P);
    }
  }
}

template <typename Packet, int NP, Columns kColumns>
EIGEN_STRONG_INLINE void columns(const SmallProducts& s, const Product& p, int64_t n) {
  constexpr int kRows = NP == 1 ? 8 : 4;
  int64_t m = 0;
  for (; m + kRows <= s.M; m += kRows) tile<Packet, kRows, NP, kColumns>(s, p, m, n);
  if constexpr (kRows == 8) {
    if (m + 4 <= s.M) tile<Packet, 4, NP, kColumns>(s, p, m, n), m += 4;
  }
  if (m + 2 <= s.M) tile<Packet, 2, NP, kColumns>(s, p, m, n), m += 2;
  if (m < s.M) tile<Packet, 1, NP, kColumns>(s, p, m, n);
}

template <typename Body>
EIGEN_STRONG_INLINE void forEach(const SmallProducts& s, Body body) {
  const int64_t strideC = s.M * s.N;
  for (int64_t i = 0; i < s.count; ++i)
    body(Product{s.a + i * s.strideA, s.b + i * s.strideB, s.c + i * strideC});
}

/// N is one packet.
template <typename Packet>
EIGEN_DONT_INLINE void onePacket(const SmallProducts& s) {
  forEach(s, [&](const Product& p) { columns<Packet, 1, Columns::kWhole>(s, p, 0); });
}

EIGEN_DONT_INLINE void anyColumns(const SmallProducts& s) {
  using Packet = PacketOf<float>;
  constexpr int P = kPacket<float>;
  forEach(s, [&](const Product& p) {
    int64_t n = 0;
    for (; n + 2 * P <= s.N; n += 2 * P) columns<Packet, 2, Columns::kWhole>(s, p, n);
    if (n + P <= s.N) columns<Packet, 1, Columns::kWhole>(s, p, n), n += P;
    if (n == s.N) return;
#ifdef EIGEN_VECTORIZE_AVX512
    constexpr bool kMaskedLoads = true;  // as cheap as any
#else
    constexpr bool kMaskedLoads = false;
#endif
    if (!kMaskedLoads && p.b + s.K * s.N + P <= s.endB)
      columns<Packet, 1, Columns::kOver>(s, p, n);
    else
      columns<Packet, 1, Columns::kExact>(s, p, n);
  });
}

EIGEN_STRONG_INLINE float multiplyAdd(float a, float b, float c) {
#ifdef EIGEN_VECTORIZE_FMA
  return __builtin_fmaf(a, b, c);
#else
  return a * b + c;
#endif
}

/// N is 1: chains of scalars, several side by side. `b` steps from chain to chain as well when each product
/// has one row.
template <int kChains>
EIGEN_STRONG_INLINE void dots(const SmallProducts& s, const Product& p, int64_t stepA, int64_t stepB) {
  float sum[kChains] = {};
  for (int64_t k = 0; k < s.K; ++k) LW_UNROLL for (int r = 0; r < kChains; ++r) {
      sum[r] = multiplyAdd(p.a[r * stepA + k], p.b[r * stepB + k], sum[r]);
    }
  for (int r = 0; r < kChains; ++r) {
    const float value = sum[r] + s.bias[0];
    const float low = value < s.lo ? s.lo : value;  // NaN stays
    p.c[r] = low > s.hi ? s.hi : low;
  }
}

EIGEN_DONT_INLINE void oneColumn(const SmallProducts& s) {
  constexpr int kChains = 8;
  if (s.M == 1) {
    int64_t i = 0;
    const auto at = [&](int64_t i) { return Product{s.a + i * s.strideA, s.b + i * s.strideB, s.c + i}; };
    for (; i + kChains <= s.count; i += kChains) dots<kChains>(s, at(i), s.strideA, s.strideB);
    for (; i < s.count; ++i) dots<1>(s, at(i), 0, 0);
    return;
  }
  forEach(s, [&](const Product& p) {
    int64_t m = 0;
    const auto at = [&](int64_t m) { return Product{p.a + m * s.K, p.b, p.c + m}; };
    for (; m + kChains <= s.M; m += kChains) dots<kChains>(s, at(m), s.K, 0);
    for (; m < s.M; ++m) dots<1>(s, at(m), 0, 0);
  });
}

void small(const SmallProducts& s) {
  using Full = PacketOf<float>;
  using Half = unpacket_traits<Full>::half;
  using Quarter = unpacket_traits<Half>::half;
  if (s.N == 1) return oneColumn(s);
  if (s.N == unpacket_traits<Full>::size) return onePacket<Full>(s);
  if (s.N == unpacket_traits<Half>::size) return onePacket<Half>(s);
  if (s.N == unpacket_traits<Quarter>::size) return onePacket<Quarter>(s);
  anyColumns(s);
}

}  // namespace

const lw::BmmKernels bmmKernels = {small};

}  // namespace LW_ISA_NS
