#include "backend/reference/dispatch.h"
#include "backend/reference/reference.h"

namespace lw::reference {

void runScaleShift(const Op& op, const View* in, const View* out) {
  const int axis = op.as<ScaleShiftParams>().axis;
  const Dims& x = in[0].dims;
  const int64_t size = x.size(), inner = x.product(axis + 1, x.rank());
  byFloat(in[0].dtype, [&](auto zero) {
    using T = decltype(zero);
    for (int64_t i = 0; i < size; ++i) {
      const int64_t c = i / inner % x[axis];
      out[0].as<T>()[i] =
          static_cast<T>(static_cast<double>(in[0].as<T>()[i]) * static_cast<double>(in[1].as<T>()[c]) +
                         static_cast<double>(in[2].as<T>()[c]));
    }
  });
}

}  // namespace lw::reference
