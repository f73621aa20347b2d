#include "ops/reshape.h"

#include "ops/check.h"

namespace lw {

Params makeReshape(const Attrs&, const std::vector<TensorDesc>& in, const std::vector<TensorDesc>& out) {
  checkCounts(in, {1, 1}, out, {1, 1});
  checkDType("out", out[0].dtype, in[0].dtype);
  check(in[0].size() == out[0].size(), Code::kShape, "the sizes differ. Received x=", in[0].dims, " with ",
        in[0].size(), " elements, out=", out[0].dims, " with ", out[0].size());
  return ReshapeParams{};
}

}  // namespace lw
