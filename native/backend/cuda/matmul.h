#pragma once

#include "backend/backend.h"

/// The algorithms of batched products; matmul.cu chooses.
namespace lw::cuda {

/// Any shape, float32 and float64, without tensor cores.
std::unique_ptr<Prepared> prepareMatmulTiles(const Op& op, const PrepareContext& context);

/// On tensor cores, in the context's precision; float32 there in three products of TensorFloat-32.
bool fitsMatmulMma(const Op& op, const PrepareContext& context);
std::unique_ptr<Prepared> prepareMatmulMma(const Op& op, const PrepareContext& context);

}  // namespace lw::cuda
