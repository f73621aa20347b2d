#include <algorithm>

#include "backend/reference/dispatch.h"
#include "backend/reference/reference.h"

namespace lw::reference {
namespace {

/// Integers wrap: the negative of the smallest is itself.
template <typename T>
T integer(const Activation& f, T x) {
  const T negative = static_cast<T>(0 - static_cast<uint64_t>(x));
  switch (f.fn) {
    case UnaryFn::kNeg:
      return negative;
    case UnaryFn::kAbs:
      return x < 0 ? negative : x;
    case UnaryFn::kSign:
      return static_cast<T>((x > 0) - (x < 0));
    case UnaryFn::kRelu:
      return x < 0 ? T{0} : x;
    case UnaryFn::kClip:
      return std::min(std::max(x, saturate<T>(std::ceil(f.alpha))), saturate<T>(std::floor(f.beta)));
    default:
      return x;
  }
}

}  // namespace

void runUnary(const Op& op, const View* in, const View* out) {
  const Activation& f = op.as<UnaryParams>().fn;
  const int64_t size = out[0].size();
  byType(in[0].dtype, [&](auto zero) {
    using T = decltype(zero);
    const T* x = in[0].as<T>();
    T* y = out[0].as<T>();
    for (int64_t i = 0; i < size; ++i) {
      if constexpr (std::is_floating_point_v<T>) {
        y[i] = static_cast<T>(activate(f, static_cast<double>(x[i])));
      } else {
        y[i] = integer(f, x[i]);
      }
    }
  });
}

}  // namespace lw::reference
