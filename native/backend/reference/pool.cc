#include <cmath>
#include <limits>

#include "backend/reference/dispatch.h"
#include "backend/reference/indexing.h"
#include "backend/reference/reference.h"

namespace lw::reference {
namespace {

/// What the window of one output element holds.
struct Window {
  double sum = 0;
  int64_t elements = 0;  ///< of the input
  int64_t taps = 0;      ///< of the padded input
  double max = -std::numeric_limits<double>::infinity();
  int64_t argMax = -1;

  void add(double value, int64_t index) {
    sum += value;
    ++elements;
    // The first element always, later ones when they are greater, and the first NaN.
    if (argMax < 0 || value > max || (std::isnan(value) && !std::isnan(max))) max = value, argMax = index;
  }
};

/// `at` is n, oD, oH, oW, c.
template <typename T>
Window windowOf(const PoolParams& p, const T* x, const Index& at) {
  Window result;
  forEach(Dims{p.window[0], p.window[1], p.window[2]}, [&](const Index& k) {
    bool inPadded = true, inInput = true;
    int64_t plane = 0;
    for (int i = 0; i < 3; ++i) {
      const int64_t position = at[1 + i] * p.strides[i] + k[i] * p.dilations[i] - p.padBegin[i];
      inPadded = inPadded && position < p.in[i] + p.padEnd[i];
      inInput = inInput && position >= 0 && position < p.in[i];
      plane = plane * p.in[i] + position;
    }
    if (inPadded) ++result.taps;
    if (inInput) {
      const int64_t pixel = at[0] * p.in[0] * p.in[1] * p.in[2] + plane;
      result.add(static_cast<double>(x[pixel * p.channels + at[4]]), plane);
    }
  });
  return result;
}

double average(const PoolParams& p, const Window& window) {
  const int64_t divisor = p.countIncludePad ? window.taps : window.elements;
  return divisor > 0 ? window.sum / static_cast<double>(divisor) : 0;
}

}  // namespace

void runPool(const Op& op, const View* in, const View* out) {
  const auto& p = op.as<PoolParams>();
  byFloat(in[0].dtype, [&](auto zero) {
    using T = decltype(zero);
    T* y = out[0].as<T>();
    int32_t* indices = p.hasIndices ? out[1].as<int32_t>() : nullptr;
    forEach(Dims{in[0].dims[0], p.out[0], p.out[1], p.out[2], p.channels}, [&](const Index& at) {
      const Window window = windowOf(p, in[0].as<T>(), at);
      *y++ = static_cast<T>(p.isMax ? window.max : average(p, window));
      if (indices != nullptr) *indices++ = static_cast<int32_t>(window.argMax);
    });
  });
}

}  // namespace lw::reference
