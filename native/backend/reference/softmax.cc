#include "backend/reference/dispatch.h"
#include "backend/reference/reference.h"

namespace lw::reference {
namespace {

template <typename T>
void row(const SoftmaxParams& p, const T* x, T* y, int64_t count, int64_t stride) {
  double max = -std::numeric_limits<double>::infinity();
  for (int64_t i = 0; i < count; ++i) max = std::fmax(max, static_cast<double>(x[i * stride]));
  double sum = 0;
  for (int64_t i = 0; i < count; ++i) sum += std::exp(static_cast<double>(x[i * stride]) - max);
  for (int64_t i = 0; i < count; ++i) {
    const double shifted = static_cast<double>(x[i * stride]) - max;
    y[i * stride] = static_cast<T>(p.log ? shifted - std::log(sum) : std::exp(shifted) / sum);
  }
}

}  // namespace

void runSoftmax(const Op& op, const View* in, const View* out) {
  const auto& p = op.as<SoftmaxParams>();
  const Dims& x = in[0].dims;
  const int64_t outer = x.product(0, p.axis), inner = x.product(p.axis + 1, x.rank());
  byFloat(in[0].dtype, [&](auto zero) {
    using T = decltype(zero);
    for (int64_t i = 0; i < outer; ++i) {
      for (int64_t j = 0; j < inner; ++j) {
        const int64_t start = i * x[p.axis] * inner + j;
        row(p, in[0].as<T>() + start, out[0].as<T>() + start, x[p.axis], inner);
      }
    }
  });
}

}  // namespace lw::reference
