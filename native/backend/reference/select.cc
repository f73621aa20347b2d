#include "backend/reference/dispatch.h"
#include "backend/reference/indexing.h"
#include "backend/reference/reference.h"

namespace lw::reference {

void runSelect(const Op&, const View* in, const View* out) {
  const Dims cond = broadcastStrides(in[0].dims, out[0].dims);
  const Dims a = broadcastStrides(in[1].dims, out[0].dims);
  const Dims b = broadcastStrides(in[2].dims, out[0].dims);
  bySize(in[1].dtype, [&](auto zero) {
    using T = decltype(zero);
    T* y = out[0].as<T>();
    forEach(out[0].dims, [&](const Index& index) {
      const bool first = in[0].as<uint8_t>()[at(index, cond)] != 0;
      *y++ = first ? in[1].as<T>()[at(index, a)] : in[2].as<T>()[at(index, b)];
    });
  });
}

}  // namespace lw::reference
