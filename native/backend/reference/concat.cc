#include "backend/reference/dispatch.h"
#include "backend/reference/indexing.h"
#include "backend/reference/reference.h"

namespace lw::reference {

void runConcat(const Op& op, const View* in, const View* out) {
  const int axis = op.as<ConcatParams>().axis;
  const Dims strides = out[0].dims.strides();
  bySize(in[0].dtype, [&](auto zero) {
    using T = decltype(zero);
    T* y = out[0].as<T>();
    for (size_t i = 0; i < op.in.size(); ++i) {
      const T* x = in[i].as<T>();
      forEach(in[i].dims, [&](const Index& index) { y[at(index, strides)] = *x++; });
      y += in[i].dims[axis] * strides[axis];
    }
  });
}

}  // namespace lw::reference
