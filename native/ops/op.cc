#include "ops/op.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "ops/adaptive_pool.h"
#include "ops/binary.h"
#include "ops/cast.h"
#include "ops/check.h"
#include "ops/concat.h"
#include "ops/conv.h"
#include "ops/conv_transpose.h"
#include "ops/copy.h"
#include "ops/gather.h"
#include "ops/matmul.h"
#include "ops/normalize.h"
#include "ops/pad.h"
#include "ops/pool.h"
#include "ops/reduce.h"
#include "ops/reshape.h"
#include "ops/scale_shift.h"
#include "ops/select.h"
#include "ops/softmax.h"
#include "ops/unary.h"

namespace lw {
namespace {

using Make = Params (*)(const Attrs&, const std::vector<TensorDesc>&, const std::vector<TensorDesc>&);

constexpr std::pair<std::string_view, Make> kOps[] = {
    {"conv", makeConv},
    {"convTranspose", makeConvTranspose},
    {"pool", makePool},
    {"adaptivePool", makeAdaptivePool},
    {"matmul", makeMatmul},
    {"unary", makeUnary},
    {"binary", makeBinary},
    {"select", makeSelect},
    {"reduce", makeReduce},
    {"softmax", makeSoftmax},
    {"normalize", makeNormalize},
    {"scaleShift", makeScaleShift},
    {"copy", makeCopy},
    {"concat", makeConcat},
    {"pad", makePad},
    {"gather", makeGather},
    {"cast", makeCast},
    {"reshape", makeReshape},
};

/// Every byte address of a tensor, and of the same tensor with its empty dimensions taken as 1 (so that
/// strides are bounded too), stays below 2^53.
void checkDesc(const TensorDesc& desc) {
  constexpr int64_t kMost = int64_t{1} << 53;
  int64_t bytes = static_cast<int64_t>(sizeOf(desc.dtype));
  for (int64_t extent : desc.dims) {
    check(extent >= 0, Code::kShape, "a dimension is negative. Received ", desc.dims);
    if (extent == 0) continue;
    check(extent <= kMost / bytes, Code::kShape, "a tensor is too large to address. Received ", desc.dims);
    bytes *= extent;
  }
}

}  // namespace

Op makeOp(const std::string& name, const Attrs& attrs, std::vector<TensorDesc> in,
          std::vector<TensorDesc> out) {
  const auto* entry =
      std::find_if(std::begin(kOps), std::end(kOps), [&](const auto& op) { return op.first == name; });
  if (entry == std::end(kOps))
    throw Error(Code::kArgument, "there is no operation of this name. Received op=" + name);
  try {
    for (const TensorDesc& desc : in) checkDesc(desc);
    for (const TensorDesc& desc : out) checkDesc(desc);
    Params params = entry->second(attrs, in, out);
    return Op{name, std::move(params), std::move(in), std::move(out)};
  } catch (const Error& error) {
    throw Error(error.code(), name + ": " + error.what());
  }
}

}  // namespace lw
