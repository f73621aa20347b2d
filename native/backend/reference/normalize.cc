#include <algorithm>

#include "backend/reference/dispatch.h"
#include "backend/reference/indexing.h"
#include "backend/reference/reference.h"

namespace lw::reference {
namespace {

/// One row: all elements that share their index outside of the axes.
template <typename T>
void row(const NormalizeParams& p, const T* x, T* y, const Dims& dims, const Dims& strides) {
  const double count = static_cast<double>(dims.size());
  double sum = 0;
  forEach(dims, [&](const Index& index) { sum += static_cast<double>(x[at(index, strides)]); });
  const double center = p.center ? sum / count : 0;
  double squares = 0;
  forEach(dims, [&](const Index& index) {
    const double distance = static_cast<double>(x[at(index, strides)]) - center;
    squares += distance * distance;
  });
  const double deviation = std::sqrt(squares / count + p.epsilon);
  forEach(dims, [&](const Index& index) {
    const int64_t i = at(index, strides);
    y[i] = static_cast<T>((static_cast<double>(x[i]) - center) / deviation);
  });
}

}  // namespace

void runNormalize(const Op& op, const View* in, const View* out) {
  const auto& p = op.as<NormalizeParams>();
  const Dims& x = in[0].dims;
  const Dims strides = x.strides();
  Dims kept, keptStrides, reduced, reducedStrides;
  for (int i = 0; i < x.rank(); ++i) {
    const bool isReduced = std::find(p.axes.begin(), p.axes.end(), i) != p.axes.end();
    (isReduced ? reduced : kept).push(x[i]);
    (isReduced ? reducedStrides : keptStrides).push(strides[i]);
  }
  byFloat(in[0].dtype, [&](auto zero) {
    using T = decltype(zero);
    forEach(kept, [&](const Index& index) {
      const int64_t start = at(index, keptStrides);
      row(p, in[0].as<T>() + start, out[0].as<T>() + start, reduced, reducedStrides);
    });
  });
}

}  // namespace lw::reference
