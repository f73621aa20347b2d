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

}  // namespace lw::cuda
