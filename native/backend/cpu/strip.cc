#include "backend/cpu/strip.h"

#include <algorithm>
#include <cstring>

namespace lw::cpu {
namespace {

template <typename T>
struct Pixels {
  const T* from;
  int64_t fromStride;
  T* to;
  int64_t toStride, count;
};

/// A fixed number of channels compiles to a few moves where memcpy would be a call.
template <typename T, int kChannels>
void copyFixed(const Pixels<T>& p) {
  for (int64_t i = 0; i < p.count; ++i)
    std::memcpy(p.to + i * p.toStride, p.from + i * p.fromStride, kChannels * sizeof(T));
}

template <typename T>
void copyPixels(const Pixels<T>& p, int64_t channels) {
  if (p.fromStride == channels && p.toStride == channels) {
    std::memcpy(p.to, p.from, static_cast<size_t>(p.count * channels) * sizeof(T));
    return;
  }
  switch (channels) {
    case 1:
      return copyFixed<T, 1>(p);
    case 2:
      return copyFixed<T, 2>(p);
    case 3:
      return copyFixed<T, 3>(p);
    case 4:
      return copyFixed<T, 4>(p);
    case 8:
      return copyFixed<T, 8>(p);
    case 16:
      return copyFixed<T, 16>(p);
    case 32:
      return copyFixed<T, 32>(p);
  }
  for (int64_t i = 0; i < p.count; ++i)
    std::memcpy(p.to + i * p.toStride, p.from + i * p.fromStride, static_cast<size_t>(channels) * sizeof(T));
}

}  // namespace

template <typename T>
void Strip<T>::copyLine(int64_t d, int64_t h, T* line) const {
  const Inside w(start[2], step[2], extent[2], in[2]);
  std::fill(line, line + w.first * pixel, T(0));
  const T* from = x + ((d * in[1] + h) * in[2] + start[2] + w.first * step[2]) * pixelStride;
  copyPixels(Pixels<T>{from, step[2] * pixelStride, line + w.first * pixel, pixel, w.last - w.first},
             channels);
  std::fill(line + w.last * pixel, line + extent[2] * pixel, T(0));
}

template <typename T>
void Strip<T>::copy() const {
  T* line = to;
  for (int64_t i = 0; i < extent[0]; ++i) {
    const int64_t d = start[0] + i * step[0];
    for (int64_t j = 0; j < extent[1]; ++j, line += extent[2] * pixel) {
      const int64_t h = start[1] + j * step[1];
      if (d >= 0 && d < in[0] && h >= 0 && h < in[1])
        copyLine(d, h, line);
      else
        std::fill(line, line + extent[2] * pixel, T(0));
    }
  }
}

template struct Strip<float>;
template struct Strip<double>;

}  // namespace lw::cpu
