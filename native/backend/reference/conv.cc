#include "backend/reference/dispatch.h"
#include "backend/reference/indexing.h"
#include "backend/reference/reference.h"

namespace lw::reference {
namespace {

/// The position in x that tap k of window o reads; outside of [0, in) it reads padding.
int64_t position(const ConvParams& p, int axis, int64_t o, int64_t k) {
  return o * p.strides[axis] + k * p.dilations[axis] - p.padBegin[axis];
}

/// One output element before bias, residual and activation. `at` is n, oD, oH, oW, o.
template <typename T>
double window(const ConvParams& p, const T* x, const T* w, const Index& at) {
  const int64_t perGroup = p.inChannels / p.groups;
  const int64_t group = at[4] / (p.outChannels / p.groups);
  double sum = 0;
  for (int64_t kd = 0; kd < p.kernel[0]; ++kd) {
    const int64_t d = position(p, 0, at[1], kd);
    if (d < 0 || d >= p.in[0]) continue;
    for (int64_t kh = 0; kh < p.kernel[1]; ++kh) {
      const int64_t h = position(p, 1, at[2], kh);
      if (h < 0 || h >= p.in[1]) continue;
      for (int64_t kw = 0; kw < p.kernel[2]; ++kw) {
        const int64_t column = position(p, 2, at[3], kw);
        if (column < 0 || column >= p.in[2]) continue;
        const int64_t pixel = ((at[0] * p.in[0] + d) * p.in[1] + h) * p.in[2] + column;
        const int64_t tap = (kd * p.kernel[1] + kh) * p.kernel[2] + kw;
        for (int64_t c = 0; c < perGroup; ++c) {
          sum += static_cast<double>(x[pixel * p.inChannels + group * perGroup + c]) *
                 static_cast<double>(w[(tap * perGroup + c) * p.outChannels + at[4]]);
        }
      }
    }
  }
  return sum;
}

}  // namespace

void runConv(const Op& op, const View* in, const View* out) {
  const auto& p = op.as<ConvParams>();
  byFloat(in[0].dtype, [&](auto zero) {
    using T = decltype(zero);
    const T* bias = p.hasBias ? in[2].as<T>() : nullptr;
    const T* residual = p.hasResidual ? in[p.hasBias ? 3 : 2].as<T>() : nullptr;
    T* y = out[0].as<T>();
    int64_t i = 0;
    forEach(Dims{in[0].dims[0], p.out[0], p.out[1], p.out[2], p.outChannels}, [&](const Index& at) {
      double sum = window(p, in[0].as<T>(), in[1].as<T>(), at);
      if (bias != nullptr) sum += static_cast<double>(bias[at[4]]);
      if (residual != nullptr) sum += static_cast<double>(residual[i]);
      y[i++] = static_cast<T>(activate(p.activation, sum));
    });
  });
}

}  // namespace lw::reference
