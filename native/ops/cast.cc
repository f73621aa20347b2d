#include "ops/cast.h"

#include "ops/check.h"

namespace lw {

Params makeCast(const Attrs&, const std::vector<TensorDesc>& in, const std::vector<TensorDesc>& out) {
  checkCounts(in, {1, 1}, out, {1, 1});
  checkDims("out", out[0].dims, in[0].dims);
  return CastParams{};
}

}  // namespace lw
