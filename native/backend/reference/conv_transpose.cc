#include "backend/reference/dispatch.h"
#include "backend/reference/indexing.h"
#include "backend/reference/reference.h"

namespace lw::reference {
namespace {

/// The position in x that reaches output o through tap k, or -1.
int64_t source(const ConvTransposeParams& p, int axis, int64_t o, int64_t k) {
  const int64_t scaled = o + p.padBegin[axis] - k * p.dilations[axis];
  if (scaled < 0 || scaled % p.strides[axis] != 0) return -1;
  const int64_t position = scaled / p.strides[axis];
  return position < p.in[axis] ? position : -1;
}

/// One output element before bias and activation. `at` is n, oD, oH, oW, o.
template <typename T>
double gather(const ConvTransposeParams& p, const T* x, const T* w, const Index& at) {
  const int64_t inPerGroup = p.inChannels / p.groups, outPerGroup = p.outChannels / p.groups;
  const int64_t group = at[4] / outPerGroup, o = at[4] % outPerGroup;
  double sum = 0;
  for (int64_t kd = 0; kd < p.kernel[0]; ++kd) {
    const int64_t d = source(p, 0, at[1], kd);
    if (d < 0) continue;
    for (int64_t kh = 0; kh < p.kernel[1]; ++kh) {
      const int64_t h = source(p, 1, at[2], kh);
      if (h < 0) continue;
      for (int64_t kw = 0; kw < p.kernel[2]; ++kw) {
        const int64_t column = source(p, 2, at[3], kw);
        if (column < 0) continue;
        const int64_t pixel = ((at[0] * p.in[0] + d) * p.in[1] + h) * p.in[2] + column;
        const int64_t tap = (kd * p.kernel[1] + kh) * p.kernel[2] + kw;
        for (int64_t i = 0; i < inPerGroup; ++i) {
          const int64_t channel = group * inPerGroup + i;
          sum += static_cast<double>(x[pixel * p.inChannels + channel]) *
                 static_cast<double>(w[(tap * outPerGroup + o) * p.inChannels + channel]);
        }
      }
    }
  }
  return sum;
}

}  // namespace

void runConvTranspose(const Op& op, const View* in, const View* out) {
  const auto& p = op.as<ConvTransposeParams>();
  byFloat(in[0].dtype, [&](auto zero) {
    using T = decltype(zero);
    T* y = out[0].as<T>();
    forEach(Dims{in[0].dims[0], p.out[0], p.out[1], p.out[2], p.outChannels}, [&](const Index& at) {
      const double bias = p.hasBias ? static_cast<double>(in[2].as<T>()[at[4]]) : 0.0;
      *y++ = static_cast<T>(activate(p.activation, bias + gather(p, in[0].as<T>(), in[1].as<T>(), at)));
    });
  });
}

}  // namespace lw::reference
