#include "backend/cpu/kernels/depthwise.h"

#include "backend/cpu/kernels/edge.h"

namespace LW_ISA_NS {
namespace {

using Eigen::internal::padd;
using Eigen::internal::ploadu;
using Eigen::internal::pmadd;
using Eigen::internal::pmax;
using Eigen::internal::pmin;
using Eigen::internal::pset1;
using lw::DepthwiseLine;

using Packet = PacketOf<float>;
constexpr int P = kPacket<float>;

// Pixels side by side share each load of a weight and hide the latency of the multiply-adds.
#ifdef EIGEN_VECTORIZE_AVX512
constexpr int kPixels = 8;
#else
constexpr int kPixels = 6;
#endif

#define LW_UNROLL _Pragma("GCC unroll 16")

template <bool kWhole>
EIGEN_STRONG_INLINE Packet get(const float* from, int64_t count) {
  if constexpr (kWhole) return ploadu<Packet>(from);
  return loadPart<float>(from, count);
}

/// PX pixels from `pixel`, one packet of channels from `c`; only `count` of them exist when it is not whole.
template <int PX, bool kWhole>
EIGEN_STRONG_INLINE void block(const DepthwiseLine& l, int64_t pixel, int64_t c, int64_t count) {
  Packet acc[PX];
  const Packet bias = ploadu<Packet>(l.bias + c);
  LW_UNROLL for (int i = 0; i < PX; ++i) acc[i] = bias;
  const float* x = l.x + pixel * l.step + c;
  const float* w = l.w + c;
  const int64_t step = l.step;
  for (int64_t t = 0; t < l.taps; ++t) {
    const Packet wt = ploadu<Packet>(w + l.wOffset[t]);
    const float* xt = x + l.xOffset[t];
    if (t + 1 == l.taps) {
      // The last tap is the first to see new pixels: two blocks ahead, their lines are asked for.
      LW_UNROLL for (int i = 0; i < PX; ++i) __builtin_prefetch(xt + (2 * PX + i) * step);
    }
    LW_UNROLL for (int i = 0; i < PX; ++i) acc[i] = pmadd(get<kWhole>(xt + i * step, count), wt, acc[i]);
  }
  const int64_t at = pixel * l.channels + c;
  const Packet lo = pset1<Packet>(l.lo), hi = pset1<Packet>(l.hi);
  LW_UNROLL for (int i = 0; i < PX; ++i) {
    if (l.residual) acc[i] = padd(acc[i], get<kWhole>(l.residual + at + i * l.channels, count));
    acc[i] = pmin(pmax(acc[i], lo), hi);
    float* to = l.out + at + i * l.channels;
    if constexpr (kWhole)
      Eigen::internal::pstoreu(to, acc[i]);
    else
      storePart<float>(to, acc[i], count);
  }
}

template <int PX>
EIGEN_DONT_INLINE void pixels(const DepthwiseLine& l, int64_t pixel) {
  int64_t c = 0;
  for (; c + P <= l.channels; c += P) block<PX, true>(l, pixel, c, P);
  if (c < l.channels) block<PX, false>(l, pixel, c, l.channels - c);
}

void line(const DepthwiseLine& l) {
  int64_t pixel = 0;
  for (; pixel + kPixels <= l.pixels; pixel += kPixels) pixels<kPixels>(l, pixel);
  for (; pixel + 3 <= l.pixels; pixel += 3) pixels<3>(l, pixel);
  for (; pixel < l.pixels; ++pixel) pixels<1>(l, pixel);
}

}  // namespace

const lw::DepthwiseKernels depthwiseKernels = {P, line};

}  // namespace LW_ISA_NS
