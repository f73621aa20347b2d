#include "backend/cpu/strip.h"

#include <algorithm>
#include <cstring>

#include "backend/cpu/kernels/copy.h"

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

/// Calls line(d, h, out) for the box's lines, of `size` elements of the copy each, that lie in the plane, and
/// fills the others with zeros. Returns where the next line would be.
template <typename T>
template <typename Line>
T* Strip<T>::eachLine(T* out, int64_t size, Line line) const {
  for (int64_t i = 0; i < extent[0]; ++i) {
    const int64_t d = start[0] + i * step[0];
    for (int64_t j = 0; j < extent[1]; ++j, out += size) {
      const int64_t h = start[1] + j * step[1];
      if (d >= 0 && d < in[0] && h >= 0 && h < in[1])
        line(d, h, out);
      else
        std::fill_n(out, size, T(0));
    }
  }
  return out;
}

template <typename T>
void Strip<T>::copy() const {
  eachLine(to, extent[2] * pixel, [&](int64_t d, int64_t h, T* line) { copyLine(d, h, line); });
}

/// One phase of one channel's line.
template <typename T>
void Strip<T>::copyRun(const T* line, int64_t phase, int64_t phases, int64_t run, T* out) const {
  const Inside w(start[2] + phase, phases, run, in[2]);
  std::fill(out, out + w.first, T(0));
  const int64_t step = phases * pixelStride;
  const T* from = line + (start[2] + phase + w.first * phases) * pixelStride;
  copyKernels().strided(sizeof(T), from, step, out + w.first, w.last - w.first);
  std::fill(out + w.last, out + run, T(0));
}

/// Whether the box, of a step of 1 along W, is some whole lines of the plane without gaps.
template <typename T>
bool Strip<T>::isWholeLines() const {
  const bool lines = start[1] >= 0 && step[1] == 1 && start[1] + extent[1] <= in[1];
  const bool planes = start[0] >= 0 && step[0] == 1 && start[0] + extent[0] <= in[0];
  return start[2] == 0 && extent[2] == in[2] && lines && planes && (extent[0] == 1 || extent[1] == in[1]);
}

template <typename T>
void Strip<T>::copyPlanes(int64_t phases) const {
  const int64_t run = (extent[2] + phases - 1) / phases;
  T* plane = to;
  if (phases == 1 && isWholeLines()) {
    const int64_t n = extent[0] * extent[1] * run;
    const T* from = x + (start[0] * in[1] + start[1]) * in[2] * pixelStride;
    for (int64_t c = 0; c < channels; ++c, plane += n)
      copyKernels().strided(sizeof(T), from + c, pixelStride, plane, n);
    return;
  }
  for (int64_t c = 0; c < channels; ++c)
    plane = eachLine(plane, phases * run, [&](int64_t d, int64_t h, T* out) {
      const T* line = x + (d * in[1] + h) * in[2] * pixelStride + c;
      for (int64_t phase = 0; phase < phases; ++phase, out += run) copyRun(line, phase, phases, run, out);
    });
}

template struct Strip<float>;
template struct Strip<double>;

}  // namespace lw::cpu
