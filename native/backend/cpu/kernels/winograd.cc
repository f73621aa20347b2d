#include "backend/cpu/kernels/winograd.h"

#include "backend/cpu/kernels/edge.h"
#include "backend/cpu/kernels/unroll.h"

namespace LW_ISA_NS {
namespace {

using Eigen::internal::pload;
using Eigen::internal::pmul;
using Eigen::internal::pstore;
using Eigen::internal::psub;

using Packet = PacketOf<float>;
constexpr int P = kPacket<float>;

/// The polynomials of the transforms. In y = x^2: `all` is the product of (y - q^2) over
/// the pairs, `others[i]` the product over all but pair i; `power[i][k]` is q_i^k.
template <int kPairs>
struct Polynomials {
  float all[kPairs + 1] = {}, others[kPairs][kPairs] = {}, power[kPairs][2 * kPairs] = {}, q[kPairs] = {};

  constexpr Polynomials() {
    const double* points = lw::kWinogradPoints[kPairs - 1];
    for (int skip = -1; skip < kPairs; ++skip) {
      double c[kPairs + 2] = {1};
      int degree = 0;
      for (int i = 0; i < kPairs; ++i) {
        if (i == skip) continue;
        ++degree;
        for (int k = degree; k >= 0; --k) c[k] = (k > 0 ? c[k - 1] : 0) - points[i] * points[i] * c[k];
      }
      for (int k = 0; k <= degree; ++k) {
        if (skip < 0)
          all[k] = static_cast<float>(c[k]);
        else
          others[skip][k] = static_cast<float>(c[k]);
      }
    }
    for (int i = 0; i < kPairs; ++i) {
      q[i] = static_cast<float>(points[i]);
      double value = 1;
      for (int k = 0; k < 2 * kPairs; ++k, value *= points[i]) power[i][k] = static_cast<float>(value);
    }
  }
};
template <int kPairs>
inline constexpr Polynomials<kPairs> kPolynomials;

/// c[0] * d[0] + c[1] * d[2] + ... + 1 * d[2 * count - 2]: the polynomials are monic.
template <int kCount>
EIGEN_STRONG_INLINE Packet everySecond(const float* c, const Packet* d) {
  Packet sum = d[2 * (kCount - 1)];
  LW_UNROLL for (int k = 0; k < kCount - 1; ++k) sum = pmadd(pset1<Packet>(c[k]), d[2 * k], sum);
  return sum;
}

/// v = B' d.
template <int kPairs>
EIGEN_STRONG_INLINE void transformInput(const Packet* d, Packet* v) {
  constexpr const Polynomials<kPairs>& c = kPolynomials<kPairs>;
  v[0] = everySecond<kPairs + 1>(c.all, d);
  v[2 * kPairs + 1] = everySecond<kPairs + 1>(c.all, d + 1);
  LW_UNROLL for (int i = 0; i < kPairs; ++i) {
    const Packet even = everySecond<kPairs>(c.others[i], d + 2),
                 odd = everySecond<kPairs>(c.others[i], d + 1);
    const Packet q = pset1<Packet>(c.q[i]), minusQ = pset1<Packet>(-c.q[i]);
    v[1 + 2 * i] = pmadd(q, odd, even);
    v[2 + 2 * i] = pmadd(minusQ, odd, even);
  }
}

/// y = A' v, of m values.
template <int kPairs, int m>
EIGEN_STRONG_INLINE void transformOutput(const Packet* v, Packet* y) {
  constexpr const Polynomials<kPairs>& c = kPolynomials<kPairs>;
  Packet sum[kPairs], difference[kPairs];
  LW_UNROLL for (int i = 0; i < kPairs; ++i) {
    sum[i] = padd(v[1 + 2 * i], v[2 + 2 * i]);
    difference[i] = psub(v[1 + 2 * i], v[2 + 2 * i]);
  }
  LW_UNROLL for (int k = 0; k < m; ++k) {
    const Packet* terms = k % 2 == 0 ? sum : difference;
    y[k] = k == 0 ? v[0] : k == m - 1 ? v[2 * kPairs + 1] : pmul(pset1<Packet>(c.power[0][k]), terms[0]);
    LW_UNROLL for (int i = k == 0 || k == m - 1 ? 0 : 1; i < kPairs; ++i) {
      y[k] = pmadd(pset1<Packet>(c.power[i][k]), terms[i], y[k]);
    }
  }
}

template <int kPairs, bool kWhole>
EIGEN_STRONG_INLINE void inputPacket(const lw::WinogradInput& t, int64_t c) {
  constexpr int n = 2 * kPairs + 2;
  alignas(64) float lines[n * n * P];
  LW_UNROLL for (int i = 0; i < n; ++i) {
    Packet d[n], v[n];
    LW_UNROLL for (int j = 0; j < n; ++j) {
      const float* from = t.pixels[i * n + j] + c;
      d[j] = kWhole ? ploadu<Packet>(from) : loadPart<float>(from, t.channels - c);
    }
    transformInput<kPairs>(d, v);
    LW_UNROLL for (int j = 0; j < n; ++j) pstore(lines + (i * n + j) * P, v[j]);
  }
  LW_UNROLL for (int j = 0; j < n; ++j) {
    Packet d[n], v[n];
    LW_UNROLL for (int i = 0; i < n; ++i) d[i] = pload<Packet>(lines + (i * n + j) * P);
    transformInput<kPairs>(d, v);
    float* to = t.to + j * t.plane + c;
    LW_UNROLL for (int i = 0; i < n; ++i) pstoreu(to + i * n * t.plane, v[i]);
  }
}

template <int kPairs>
void input(const lw::WinogradInput& t) {
  int64_t c = 0;
  for (; c + P <= t.channels; c += P) inputPacket<kPairs, true>(t, c);
  if (c < t.channels) inputPacket<kPairs, false>(t, c);
}

template <int kPairs, int m, bool kWhole>
EIGEN_STRONG_INLINE void outputPacket(const lw::WinogradOutput& t, int64_t c) {
  constexpr int n = 2 * kPairs + 2;
  alignas(64) float lines[n * m * P];
  LW_UNROLL for (int j = 0; j < n; ++j) {
    Packet v[n], y[m];
    LW_UNROLL for (int i = 0; i < n; ++i) v[i] = ploadu<Packet>(t.from + (i * n + j) * t.plane + c);
    transformOutput<kPairs, m>(v, y);
    LW_UNROLL for (int i = 0; i < m; ++i) pstore(lines + (i * n + j) * P, y[i]);
  }
  const int64_t left = t.channels - c;
  const Packet bias = ploadu<Packet>(t.bias + c), lo = pset1<Packet>(t.lo), hi = pset1<Packet>(t.hi);
  for (int i = 0; i < t.rows; ++i) {
    Packet v[n], y[m];
    LW_UNROLL for (int j = 0; j < n; ++j) v[j] = pload<Packet>(lines + (i * n + j) * P);
    transformOutput<kPairs, m>(v, y);
    const int64_t line = i * t.line + c;
    LW_UNROLL for (int j = 0; j < m; ++j) {
      if (j >= t.columns) break;
      const int64_t at = line + j * t.pixel;
      y[j] = padd(y[j], bias);
      if (t.residual)
        y[j] = padd(y[j], kWhole ? ploadu<Packet>(t.residual + at) : loadPart<float>(t.residual + at, left));
      y[j] = pmin(pmax(y[j], lo), hi);
      if constexpr (kWhole)
        pstoreu(t.out + at, y[j]);
      else
        storePart<float>(t.out + at, y[j], left);
    }
  }
}

template <int kPairs, int m>
void output(const lw::WinogradOutput& t) {
  int64_t c = 0;
  for (; c + P <= t.channels; c += P) outputPacket<kPairs, m, true>(t, c);
  if (c < t.channels) outputPacket<kPairs, m, false>(t, c);
}

}  // namespace

const lw::WinogradKernels winogradKernels = {
    P,
    {input<1>, input<2>, input<3>},
    {{output<1, 2>, nullptr}, {output<2, 2>, output<2, 4>}, {nullptr, output<3, 4>}}};

}  // namespace LW_ISA_NS
