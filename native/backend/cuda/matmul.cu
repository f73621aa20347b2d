#include "backend/cuda/doors.h"
#include "backend/cuda/matmul.h"

namespace lw::cuda {

std::unique_ptr<Prepared> prepareMatmul(const Op& op, const PrepareContext& context) {
  if (fitsMatmulMma(op, context)) return prepareMatmulMma(op, context);
  return prepareMatmulTiles(op, context);
}

}  // namespace lw::cuda
