#pragma once

#include "backend/backend.h"

/// The algorithms of convolution; conv.cu chooses.
namespace lw::cuda {

/// Any geometry, float32 and float64, without tensor cores.
std::unique_ptr<Prepared> prepareConvGemm(const Op& op, const PrepareContext& context);

/// One input channel for each group.
bool isDepthwise(const Op& op);
std::unique_ptr<Prepared> prepareConvDepthwise(const Op& op, const PrepareContext& context);

/// On tensor cores, in the context's precision; float32 there in three products of TensorFloat-32.
bool fitsConvMma(const Op& op, const PrepareContext& context);
std::unique_ptr<Prepared> prepareConvMma(const Op& op, const PrepareContext& context);

}  // namespace lw::cuda
