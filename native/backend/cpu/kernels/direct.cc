#include "backend/cpu/kernels/direct.h"

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
using lw::DirectLines;

using Packet = PacketOf<float>;
constexpr int P = kPacket<float>;

// The sums of a tile, a packet of weights per column and a broadcast input fit into the registers: 32 with
// AVX-512, 16 before. Wide tiles need fewer loads for their multiply-adds.
#ifdef EIGEN_VECTORIZE_AVX512
constexpr int kSums = 24, kPackets = 4;
#else
constexpr int kSums = 12, kPackets = 3;
#endif
template <int NP>
constexpr int kPixels = NP == 1 ? 12 : kSums / NP;

#define LW_UNROLL _Pragma("GCC unroll 16")
#define LW_UNROLL24 _Pragma("GCC unroll 24")

/// In this order of arguments NaN stays NaN.
template <int N>
EIGEN_STRONG_INLINE void clamp(const DirectLines& l, Packet* acc) {
  if (!l.clamps) return;
  const Packet lo = pset1<Packet>(l.lo), hi = pset1<Packet>(l.hi);
  LW_UNROLL for (int i = 0; i < N; ++i) acc[i] = pmin(pmax(acc[i], lo), hi);
}

EIGEN_STRONG_INLINE const float* skip(const float* from, int64_t bytes) {
  return reinterpret_cast<const float*>(reinterpret_cast<const char*>(from) + bytes);
}

/// PX pixels from x, to out and residual + (out - l.out). Only l.last filters of the last packet are not
/// whole.
template <int PX, int NP, bool kWhole>
EIGEN_STRONG_INLINE void tile(const DirectLines& l, const float* x, float* out) {
  Packet acc[PX][NP];
  const int64_t step = l.step, ldo = l.outPixel;
  LW_UNROLL for (int n = 0; n < NP; ++n) {
    const Packet bias = ploadu<Packet>(l.bias + n * P);
    LW_UNROLL for (int i = 0; i < PX; ++i) acc[i][n] = bias;
  }
  if (l.prefetch) {
    const float* line = out;
    LW_UNROLL for (int i = 0; i < PX; ++i, line += ldo) {
      LW_UNROLL for (int n = 0; n < NP; ++n) __builtin_prefetch(line + n * P, 1);
    }
  }
  // Every third pixel has a pointer, the two after it are one and two steps from there: fewer registers. One
  // loop, however the window lies: the end of a short one inside it would be foreseen too rarely.
  constexpr int kPointers = (PX + 2) / 3;
  const float* a[kPointers];
  a[0] = x;
  LW_UNROLL for (int i = 1; i < kPointers; ++i) a[i] = a[i - 1] + 3 * step;
  const int64_t *jump = l.jumps, *last = jump + l.K;
  const float* w = l.w;
  do {
    Packet b[NP];
    LW_UNROLL for (int n = 0; n < NP; ++n) b[n] = ploadu<Packet>(w + n * P);
    w += NP * P;
    const int64_t to = *jump++;
    LW_UNROLL for (int i = 0; i < PX; ++i) {
      const Packet ai = pset1<Packet>(a[i / 3][i % 3 * step]);
      LW_UNROLL for (int n = 0; n < NP; ++n) acc[i][n] = pmadd(ai, b[n], acc[i][n]);
    }
    LW_UNROLL for (int i = 0; i < kPointers; ++i) a[i] = skip(a[i], to);
  } while (jump < last);

  if (l.residual) {
    const float* residual = l.residual + (out - l.out);
    LW_UNROLL for (int i = 0; i < PX; ++i, residual += ldo) {
      LW_UNROLL for (int n = 0; n < NP; ++n) {
        const float* from = residual + n * P;
        acc[i][n] =
            padd(acc[i][n], kWhole || n < NP - 1 ? ploadu<Packet>(from) : loadPart<float>(from, l.last));
      }
    }
  }
  clamp<PX * NP>(l, acc[0]);
  LW_UNROLL for (int i = 0; i < PX; ++i, out += ldo) {
    LW_UNROLL for (int n = 0; n < NP; ++n) {
      if (kWhole || n < NP - 1)
        pstoreu(out + n * P, acc[i][n]);
      else
        storePart<float>(out + n * P, acc[i][n], l.last);
    }
  }
}

/// Pixels [first, end) of all lines, PX at a time.
template <int PX, int NP, bool kWhole>
EIGEN_DONT_INLINE void tiles(const DirectLines& lines, int64_t first, int64_t end) {
  const DirectLines l = lines;  // a copy that what is written cannot change
  for (int64_t i = 0; i < l.lines; ++i) {
    const float* x = l.x + i * l.line + first * l.step;
    float* out = l.out + i * l.outLine + first * l.outPixel;
    for (int64_t pixel = first; pixel < end; pixel += PX, x += PX * l.step, out += PX * l.outPixel)
      tile<PX, NP, kWhole>(l, x, out);
  }
}

template <int PX, int NP, bool kWhole>
EIGEN_STRONG_INLINE void tilesOf(int64_t height, const DirectLines& l, int64_t first, int64_t end) {
  if constexpr (PX > 1) {
    if (height < PX) return tilesOf<PX - 1, NP, kWhole>(height, l, first, end);
  }
  tiles<PX, NP, kWhole>(l, first, end);
}

template <int NP, bool kWhole>
void panel(const DirectLines& l) {
  // Tiles of nearly equal height: none is a sliver.
  constexpr int PX = kPixels<NP>;
  const int64_t count = (l.pixels + PX - 1) / PX, height = l.pixels / count;
  const int64_t higher = l.pixels % count * (height + 1);
  if (higher > 0) tilesOf<PX, NP, kWhole>(height + 1, l, 0, higher);
  tilesOf<PX, NP, kWhole>(height, l, higher, l.pixels);
}

template <int NP>
void panelOf(const DirectLines& l) {
  if constexpr (NP > 1) {
    if (l.packets < NP) return panelOf<NP - 1>(l);
  }
  return l.last == P ? panel<NP, true>(l) : panel<NP, false>(l);
}

/// S floats, again and again.
template <int S>
EIGEN_STRONG_INLINE Packet repeated(const float* from) {
  if constexpr (S == 2) {
    double both;
    __builtin_memcpy(&both, from, sizeof(both));
    return Eigen::numext::bit_cast<Packet>(pset1<PacketOf<double>>(both));
  } else {
#if defined(EIGEN_VECTORIZE_AVX512)
    return _mm512_broadcast_f32x4(_mm_loadu_ps(from));
#elif defined(EIGEN_VECTORIZE_AVX)
    return _mm256_broadcast_ps(reinterpret_cast<const __m128*>(from));
#else
    return ploadu<Packet>(from);
#endif
  }
}

/// Stores a packet that S pixels share, as pixels of `filters` values.
template <int S>
class SharedStore {
 public:
  explicit SharedStore(int64_t filters) : filters_(filters) {
    for (int64_t i = 0; i < S * filters; ++i) lane_[i] = static_cast<int32_t>(i % filters * S + i / filters);
#ifdef EIGEN_VECTORIZE_AVX512
    order_ = _mm512_load_si512(lane_);
#endif
  }
  /// The first `pixels` of the S.
  EIGEN_STRONG_INLINE void store(float* out, const Packet& value, int64_t pixels) const {
    const int64_t count = (pixels < S ? pixels : S) * filters_;
#ifdef EIGEN_VECTORIZE_AVX512
    storePart<float>(out, _mm512_permutexvar_ps(order_, value), count);
#else
    alignas(64) float lanes[P];
    Eigen::internal::pstore(lanes, value);
    for (int64_t i = 0; i < count; ++i) out[i] = lanes[lane_[i]];
#endif
  }

 private:
  int64_t filters_;
  alignas(64) int32_t lane_[P] = {};
#ifdef EIGEN_VECTORIZE_AVX512
  __m512i order_;
#endif
};

/// PX packets of S pixels from x; `pixels` of them are to be stored.
template <int PX, int S>
EIGEN_STRONG_INLINE void sharedTile(const DirectLines& l, const SharedStore<S>& to, const float* x,
                                    float* out, int64_t pixels) {
  Packet acc[PX];
  const Packet bias = ploadu<Packet>(l.bias);
  LW_UNROLL24 for (int i = 0; i < PX; ++i) acc[i] = bias;
  const int64_t *jump = l.jumps, *last = jump + l.K;
  const float* w = l.w;
  do {
    const Packet b = ploadu<Packet>(w);
    w += P;
    LW_UNROLL24 for (int i = 0; i < PX; ++i) acc[i] = pmadd(repeated<S>(x + i * S), b, acc[i]);
    x = skip(x, *jump++);
  } while (jump < last);
  clamp<PX>(l, acc);
  LW_UNROLL24 for (int i = 0; i < PX; ++i, out += S * l.outPixel, pixels -= S) to.store(out, acc[i], pixels);
}

template <int PX, int S>
EIGEN_DONT_INLINE void sharedTiles(const DirectLines& lines, int64_t first, int64_t end) {
  const DirectLines l = lines;
  const SharedStore<S> to(l.last);
  for (int64_t i = 0; i < l.lines; ++i) {
    const float* x = l.x + i * l.line + first;
    float* out = l.out + i * l.outLine + first * l.outPixel;
    for (int64_t pixel = first; pixel < end; pixel += PX * S, x += PX * S, out += PX * S * l.outPixel)
      sharedTile<PX, S>(l, to, x, out, end - pixel);
  }
}

template <int PX, int S>
EIGEN_STRONG_INLINE void sharedTilesOf(int64_t height, const DirectLines& l, int64_t first, int64_t end) {
  if constexpr (PX > 1) {
    if (height < PX) return sharedTilesOf<PX - 1, S>(height, l, first, end);
  }
  sharedTiles<PX, S>(l, first, end);
}

template <int S>
void sharedPanel(const DirectLines& l) {
  const int64_t packets = (l.pixels + S - 1) / S, count = (packets + kSums - 1) / kSums;
  const int64_t height = packets / count, higher = packets % count * (height + 1) * S;
  if (higher > 0) sharedTilesOf<kSums, S>(height + 1, l, 0, higher);
  sharedTilesOf<kSums, S>(height, l, higher, l.pixels);
}

}  // namespace

const lw::DirectKernels directKernels = {P, kPackets, {panelOf<kPackets>, sharedPanel<2>, sharedPanel<4>}};

}  // namespace LW_ISA_NS
