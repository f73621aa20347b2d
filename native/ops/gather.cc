#include "ops/gather.h"

#include "ops/check.h"

namespace lw {

Params makeGather(const Attrs& attrs, const std::vector<TensorDesc>& in, const std::vector<TensorDesc>& out) {
  checkCounts(in, {2, 2}, out, {1, 1});
  const Dims& x = in[0].dims;
  const Dims& indices = in[1].dims;
  check(in[1].dtype == DType::kInt32 || in[1].dtype == DType::kInt64, Code::kDType,
        "indices must be int32 or int64. Received indices=", in[1].dtype);
  checkDType("out", out[0].dtype, in[0].dtype);
  GatherParams p;
  p.axis = axisOf(attrs, x.rank());
  Dims expected;
  for (int i = 0; i < p.axis; ++i) expected.push(x[i]);
  for (int64_t extent : indices) expected.push(extent);
  for (int i = p.axis + 1; i < x.rank(); ++i) expected.push(x[i]);
  checkDims("out", out[0].dims, expected);
  check(x[p.axis] > 0 || expected.size() == 0, Code::kShape, "there is nothing to index along axis ", p.axis,
        ". Received x=", x, ", indices=", indices);
  return p;
}

}  // namespace lw
