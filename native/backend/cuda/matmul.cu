#include "backend/cuda/doors.h"
#include "backend/cuda/matmul.h"

namespace lw::cuda {

std::unique_ptr<Prepared> prepareMatmul(const Op& op, const PrepareContext& context) {
  if (fitsMatmulMma(op, context)) return prepareMatmulMma(op, context);
  return prepareMatmulTiles(op, context);
}

Storage matmulStorage(const Op& op, size_t operand) {
  PrepareContext context;
  context.precision = Precision::kBfloat16;
  // What does not lie along k is packed first, and B always.
  const bool packed = operand == 0 && op.as<MatmulParams>().transposeA;
  const bool other = operand > 0 && operand < op.in.size();
  return fitsMatmulMma(op, context) && !packed && !other ? Storage::kEither : Storage::kAsIs;
}

}  // namespace lw::cuda
