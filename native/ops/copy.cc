#include "ops/copy.h"

#include "ops/check.h"

namespace lw {

Params makeCopy(const Attrs& attrs, const std::vector<TensorDesc>& in, const std::vector<TensorDesc>& out) {
  checkCounts(in, {1, 1}, out, {1, 1});
  checkDType("out", out[0].dtype, in[0].dtype);
  const Dims& y = out[0].dims;
  constexpr int64_t kFar = int64_t{1} << 52;
  CopyParams p;
  p.offset = attrs.integer("offset", -kFar, kFar);
  p.strides = attrs.integers("strides", y.rank(), -kFar, kFar);
  if (y.size() == 0) return p;  // reads nothing

  int64_t first = p.offset, last = p.offset;
  for (int i = 0; i < y.rank(); ++i) {
    const int64_t reach = checkedMul(y[i] - 1, p.strides[i]);
    (reach < 0 ? first : last) = checkedAdd(reach < 0 ? first : last, reach);
  }
  check(first >= 0 && last < in[0].size(), Code::kShape, "reads elements ", first, " to ", last, " of ",
        in[0].size(), ". Received x=", in[0].dims, ", out=", y, ", offset=", p.offset,
        ", strides=", p.strides);
  return p;
}

}  // namespace lw
