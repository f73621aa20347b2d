#include <string>

#include "backend/reference/dispatch.h"
#include "backend/reference/reference.h"

namespace lw::reference {
namespace {

int64_t indexAt(const View& indices, int64_t i, int64_t n) {
  const int64_t index = indices.dtype == DType::kInt64 ? indices.as<int64_t>()[i] : indices.as<int32_t>()[i];
  const int64_t wrapped = index < 0 ? index + n : index;
  if (wrapped < 0 || wrapped >= n) {
    throw Error(Code::kArgument, "gather: the index is out of range. Received index=" +
                                     std::to_string(index) + ", extent=" + std::to_string(n));
  }
  return wrapped;
}

}  // namespace

void runGather(const Op& op, const View* in, const View* out) {
  const int axis = op.as<GatherParams>().axis;
  const Dims& x = in[0].dims;
  const int64_t outer = x.product(0, axis), inner = x.product(axis + 1, x.rank()), count = in[1].size();
  bySize(in[0].dtype, [&](auto zero) {
    using T = decltype(zero);
    T* y = out[0].as<T>();
    for (int64_t i = 0; i < outer; ++i) {
      for (int64_t j = 0; j < count; ++j) {
        const T* row = in[0].as<T>() + (i * x[axis] + indexAt(in[1], j, x[axis])) * inner;
        for (int64_t k = 0; k < inner; ++k) *y++ = row[k];
      }
    }
  });
}

}  // namespace lw::reference
