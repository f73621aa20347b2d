#include "backend/cuda/conv.h"
#include "backend/cuda/doors.h"

namespace lw::cuda {

// The geometry of one sample decides, never the batch: the same bits for any. There is no Winograd:
// `winograd` asks for nothing else than `auto`, and `direct` keeps float32 on the plain cores (fitsConvMma).
std::unique_ptr<Prepared> prepareConv(const Op& op, const PrepareContext& context) {
  if (isDepthwise(op)) return prepareConvDepthwise(op, context);
  if (fitsConvMma(op, context)) return prepareConvMma(op, context);
  return prepareConvGemm(op, context);
}

Storage convStorage(const Op& op, size_t operand) {
  PrepareContext context;
  context.precision = Precision::kBfloat16;
  const bool weights = operand > 0 && operand < op.in.size() - (op.as<ConvParams>().hasResidual ? 1 : 0);
  const bool fits = isSingle(op.in[0].dtype) && (isDepthwise(op) || fitsConvMma(op, context));
  return fits && !weights ? Storage::kEither : Storage::kAsIs;
}

}  // namespace lw::cuda
