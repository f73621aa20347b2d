#include "backend/reference/dispatch.h"
#include "backend/reference/reference.h"

namespace lw::reference {
namespace {

/// float to integer truncates and saturates, integer to integer wraps.
template <typename To, typename From>
To convert(From x) {
  if constexpr (std::is_floating_point_v<From>) {
    return saturate<To>(static_cast<double>(x));
  } else {
    return static_cast<To>(x);
  }
}

}  // namespace

void runCast(const Op&, const View* in, const View* out) {
  const int64_t size = out[0].size();
  // A bool is 0 or 1 in what it becomes, whatever byte it was.
  const bool normalise = in[0].dtype == DType::kBool || out[0].dtype == DType::kBool;
  byType(in[0].dtype, [&](auto from) {
    byType(out[0].dtype, [&](auto to) {
      using From = decltype(from);
      using To = decltype(to);
      const From* x = in[0].as<From>();
      To* y = out[0].as<To>();
      for (int64_t i = 0; i < size; ++i) y[i] = normalise ? static_cast<To>(x[i] != 0) : convert<To>(x[i]);
    });
  });
}

}  // namespace lw::reference
