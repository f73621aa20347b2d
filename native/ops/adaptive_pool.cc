#include "ops/adaptive_pool.h"

#include "ops/pool_io.h"

namespace lw {

Params makeAdaptivePool(const Attrs& attrs, const std::vector<TensorDesc>& in,
                        const std::vector<TensorDesc>& out) {
  AdaptivePoolParams p = readPoolIo<AdaptivePoolParams>(attrs, in, out);
  // With in > 0 every window holds at least one element, also where out > in.
  check(!nonEmpty(p.out) || nonEmpty(p.in), Code::kShape,
        "the input is empty and the output is not. Received x=", in[0].dims, ", out=", out[0].dims);
  if (p.hasIndices) {
    check(p.isMax, Code::kArgument, "an average has no indices. Received mode=avg and 2 outputs");
    checkIndices(out[1], out[0], p.in);
  }
  return p;
}

}  // namespace lw
