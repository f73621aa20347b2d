#include "backend/cpu/kernels/direct.h"

#include "backend/cpu/kernels/edge.h"
#include "backend/cpu/kernels/unroll.h"

namespace LW_ISA_NS {
namespace {

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
  clampTile(acc, l.lo, l.hi);
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

// --- Columns

constexpr int kFewFilters = 8;
/// Packets of pixels of a tile: one of them for each filter, themselves, and a broadcast weight.
template <int O>
constexpr int kVectors =
    ((kSums > 12 ? 32 : 16) - 1) / (O + 1) < 8 ? ((kSums > 12 ? 32 : 16) - 1) / (O + 1) : 8;

#ifdef EIGEN_VECTORIZE_AVX512
/// How O packets, a filter's pixels each, become pixels of O values: lane i of the q-th result is pixel
/// (16 q + i) / O of filter (16 q + i) % O, and comes from the pair of filters in whose mask it is.
template <int O>
struct Order {
  alignas(64) int32_t lane[O][P] = {};
  __mmask16 pair[O][(O + 1) / 2] = {};
  constexpr Order() {
    for (int q = 0; q < O; ++q)
      for (int i = 0; i < P; ++i) {
        const int at = q * P + i, filter = at % O;
        lane[q][i] = at / O + filter % 2 * P;
        pair[q][filter / 2] = static_cast<__mmask16>(pair[q][filter / 2] | 1 << i);
      }
  }
};
template <int O>
constexpr Order<O> kOrder;

template <int O>
EIGEN_STRONG_INLINE void interleave(const Packet* filters, float* out, int64_t pixels) {
  LW_UNROLL for (int q = 0; q < O; ++q) {
    Packet some = filters[0];
    if constexpr (O > 1) {
      const __m512i lane = _mm512_load_si512(kOrder<O>.lane[q]);
      LW_UNROLL for (int j = 0; j < (O + 1) / 2; ++j) {
        const Packet both =
            _mm512_permutex2var_ps(filters[2 * j], lane, filters[2 * j + 1 < O ? 2 * j + 1 : 2 * j]);
        some = j == 0 ? both : _mm512_mask_mov_ps(some, kOrder<O>.pair[q][j], both);
      }
    }
    if (pixels >= P)
      pstoreu(out + q * P, some);
    else
      storePart<float>(out + q * P, some, pixels * O - q * P);
  }
}
#else
template <int O>
EIGEN_STRONG_INLINE void interleave(const Packet* filters, float* out, int64_t pixels) {
  alignas(64) float lanes[O][P];
  LW_UNROLL for (int o = 0; o < O; ++o) Eigen::internal::pstore(lanes[o], filters[o]);
  for (int64_t i = 0; i < pixels && i < P; ++i) {
    LW_UNROLL for (int o = 0; o < O; ++o) out[i * O + o] = lanes[o][i];
  }
}
#endif

/// The next packets of pixels of the lines; where there are no more, the last one again, with no pixels to
/// store.
template <int NV>
struct Columns {
  const float* x[NV];
  float* out[NV];
  int64_t pixels[NV];

  void next(const DirectLines& l, int64_t* line, int64_t* pixel) {
    for (int v = 0; v < NV; ++v) {
      if (*line == l.lines) {
        x[v] = x[v - 1], out[v] = out[v - 1], pixels[v] = 0;
        continue;
      }
      x[v] = l.x + *line * l.line + *pixel;
      out[v] = l.out + *line * l.outLine + *pixel * l.outPixel;
      pixels[v] = l.pixels - *pixel;
      *pixel += P;
      if (*pixel >= l.pixels) *pixel = 0, ++*line;
    }
  }
};

template <int O>
EIGEN_DONT_INLINE void columns(const DirectLines& lines) {
  constexpr int NV = kVectors<O>;
  const DirectLines l = lines;
  Columns<NV> at;
  for (int64_t line = 0, pixel = 0; line < l.lines;) {
    at.next(l, &line, &pixel);
    Packet acc[NV][O];
    LW_UNROLL for (int o = 0; o < O; ++o) {
      const Packet bias = pset1<Packet>(l.bias[o]);
      LW_UNROLL for (int v = 0; v < NV; ++v) acc[v][o] = bias;
    }
    const float *x = at.x[0], *w = l.w;
    int64_t from[NV];
    LW_UNROLL for (int v = 0; v < NV; ++v) from[v] = at.x[v] - x;
    const int64_t *jump = l.jumps, *last = jump + l.K;
    do {
      Packet a[NV];
      LW_UNROLL for (int v = 0; v < NV; ++v) a[v] = ploadu<Packet>(x + from[v]);
      LW_UNROLL for (int o = 0; o < O; ++o) {
        const Packet b = pset1<Packet>(w[o]);
        LW_UNROLL for (int v = 0; v < NV; ++v) acc[v][o] = pmadd(a[v], b, acc[v][o]);
      }
      w += O;
      x = skip(x, *jump++);
    } while (jump < last);
    clampTile(acc, l.lo, l.hi);
    LW_UNROLL for (int v = 0; v < NV; ++v) {
      if (at.pixels[v] > 0) interleave<O>(acc[v], at.out[v], at.pixels[v]);
    }
  }
}

template <int O>
void columnsOf(const DirectLines& l) {
  if constexpr (O > 1) {
    if (l.last < O) return columnsOf<O - 1>(l);
  }
  columns<O>(l);
}

}  // namespace

const lw::DirectKernels directKernels = {P, kPackets, kFewFilters, panelOf<kPackets>, columnsOf<kFewFilters>};

}  // namespace LW_ISA_NS
