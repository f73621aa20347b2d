#include "ops/select.h"

#include "ops/check.h"

namespace lw {

Params makeSelect(const Attrs&, const std::vector<TensorDesc>& in, const std::vector<TensorDesc>& out) {
  checkCounts(in, {3, 3}, out, {1, 1});
  checkDType("cond", in[0].dtype, DType::kBool);
  checkDType("b", in[2].dtype, in[1].dtype);
  checkDType("out", out[0].dtype, in[1].dtype);
  checkDims("out", out[0].dims, broadcast(in[0].dims, broadcast(in[1].dims, in[2].dims)));
  return SelectParams{};
}

}  // namespace lw
