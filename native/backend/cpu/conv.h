#pragma once

#include <memory>

#include "backend/backend.h"

namespace lw::cpu {

bool supportsConv(const Op& op);
/// See Backend::weightGrowth.
double convWeightGrowth(const Op& op, Precision precision);
/// Chooses the algorithm.
std::unique_ptr<Prepared> prepareConv(const Op& op, const PrepareContext& context);

/// The algorithms; each one's file says what it needs.
std::unique_ptr<Prepared> prepareConvPointwise(const Op& op, const PrepareContext& context);
/// For float32 without groups.
std::unique_ptr<Prepared> prepareConvDirect(const Op& op, const PrepareContext& context);
std::unique_ptr<Prepared> prepareConvGemm(const Op& op, const PrepareContext& context);
std::unique_ptr<Prepared> prepareConvDepthwise(const Op& op, const PrepareContext& context);
/// For geometries that `hasWinograd`; tiles of `tile` x `tile` outputs: 2 or 4.
std::unique_ptr<Prepared> prepareConvWinograd(const Op& op, const PrepareContext& context, int tile);
/// For float32 with constant weights, where the plan's precision is bfloat16.
std::unique_ptr<Prepared> prepareConvPointwiseBf16(const Op& op, const PrepareContext& context);
std::unique_ptr<Prepared> prepareConvBf16(const Op& op, const PrepareContext& context);

bool supportsConvTranspose(const Op& op);
/// Chooses the algorithm.
std::unique_ptr<Prepared> prepareConvTranspose(const Op& op, const PrepareContext& context);

std::unique_ptr<Prepared> prepareConvTransposeGemm(const Op& op, const PrepareContext& context);
/// For float32 with an activation that float64 supports too.
std::unique_ptr<Prepared> prepareConvTransposeSmall(const Op& op, const PrepareContext& context);

/// The products that a band of a pointwise convolution is made of, one for each piece within which no ring
/// begins again. `whole`: all but the number of its rows.
template <typename Product, typename Body>
void eachProduct(const Product& whole, const ConvParams& p, const Band& band, Body&& body) {
  const int64_t W = p.out[2], ring = p.hasResidual ? band.in[p.hasBias ? 3 : 2] : band.out;
  eachPiece(band.first, band.last, {band.in[0], band.out, ring}, [&](int64_t line, int64_t count) {
    Product g = whole;
    g.M = count * W;
    g.a += line % band.in[0] * W * p.inChannels;
    g.c += line % band.out * W * p.outChannels;
    if (p.hasResidual) g.epilogue.residual += line % ring * W * p.outChannels;
    body(g);
  });
}

}  // namespace lw::cpu
