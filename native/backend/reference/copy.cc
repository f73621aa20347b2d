#include "backend/reference/dispatch.h"
#include "backend/reference/indexing.h"
#include "backend/reference/reference.h"

namespace lw::reference {

void runCopy(const Op& op, const View* in, const View* out) {
  const auto& p = op.as<CopyParams>();
  const Dims strides{std::span<const int64_t>(p.strides)};
  bySize(in[0].dtype, [&](auto zero) {
    using T = decltype(zero);
    const T* x = in[0].as<T>();
    T* y = out[0].as<T>();
    forEach(out[0].dims, [&](const Index& index) { *y++ = x[p.offset + at(index, strides)]; });
  });
}

}  // namespace lw::reference
