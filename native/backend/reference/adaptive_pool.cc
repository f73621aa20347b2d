#include <cmath>

#include "backend/reference/dispatch.h"
#include "backend/reference/indexing.h"
#include "backend/reference/reference.h"

namespace lw::reference {
namespace {

int64_t begin(const AdaptivePoolParams& p, int axis, int64_t o) { return o * p.in[axis] / p.out[axis]; }
int64_t end(const AdaptivePoolParams& p, int axis, int64_t o) {
  return ((o + 1) * p.in[axis] + p.out[axis] - 1) / p.out[axis];
}

struct Result {
  double sum = 0, max = 0;
  int64_t count = 0, argMax = -1;
};

/// `at` is n, oD, oH, oW, c.
template <typename T>
Result windowOf(const AdaptivePoolParams& p, const T* x, const Index& at) {
  Result r;
  for (int64_t d = begin(p, 0, at[1]); d < end(p, 0, at[1]); ++d) {
    for (int64_t h = begin(p, 1, at[2]); h < end(p, 1, at[2]); ++h) {
      for (int64_t w = begin(p, 2, at[3]); w < end(p, 2, at[3]); ++w) {
        const int64_t plane = (d * p.in[1] + h) * p.in[2] + w;
        const int64_t pixel = at[0] * p.in[0] * p.in[1] * p.in[2] + plane;
        const double value = static_cast<double>(x[pixel * p.channels + at[4]]);
        r.sum += value;
        ++r.count;
        if (r.argMax < 0 || value > r.max || (std::isnan(value) && !std::isnan(r.max))) {
          r.max = value;
          r.argMax = plane;
        }
      }
    }
  }
  return r;
}

}  // namespace

void runAdaptivePool(const Op& op, const View* in, const View* out) {
  const auto& p = op.as<AdaptivePoolParams>();
  byFloat(in[0].dtype, [&](auto zero) {
    using T = decltype(zero);
    T* y = out[0].as<T>();
    int32_t* indices = p.hasIndices ? out[1].as<int32_t>() : nullptr;
    forEach(Dims{in[0].dims[0], p.out[0], p.out[1], p.out[2], p.channels}, [&](const Index& at) {
      const Result r = windowOf(p, in[0].as<T>(), at);
      *y++ = static_cast<T>(p.isMax ? r.max : r.sum / static_cast<double>(r.count));
      if (indices != nullptr) *indices++ = static_cast<int32_t>(r.argMax);
    });
  });
}

}  // namespace lw::reference
