#include "backend/cpu/conv.h"

#include "backend/cpu/epilogue.h"

namespace lw::cpu {
namespace {

bool isPointwise(const ConvParams& p) {
  for (int i = 0; i < 3; ++i)
    if (p.kernel[i] != 1 || p.strides[i] != 1 || p.padBegin[i] != 0 || p.out[i] != p.in[i]) return false;
  return p.groups == 1;
}

bool isDepthwise(const ConvParams& p) { return p.groups == p.inChannels && p.groups > 1; }

/// Multiply-adds of a sample up to which a transposed convolution sums in double: some 20 us of a core's
/// time.
constexpr double kSmall = 1 << 20;

/// Of one sample: the batch must not decide about bits.
bool isSmall(const Op& op) {
  const ConvTransposeParams& p = op.as<ConvTransposeParams>();
  const double pixels = static_cast<double>(p.in[0] * p.in[1] * p.in[2]);
  return op.in[0].dtype == DType::kFloat32 && supportsActivation<double>(p.activation) &&
         pixels * static_cast<double>(op.in[1].size()) <= kSmall;
}

}  // namespace

bool supportsConv(const Op& op) {
  const Activation& activation = op.as<ConvParams>().activation;
  if (op.in[0].size() == 0 || op.out[0].size() == 0) return false;  // nothing to speed up
  if (op.in[0].dtype == DType::kFloat64) return supportsActivation<double>(activation);
  return op.in[0].dtype == DType::kFloat32 && supportsActivation<float>(activation);
}

std::unique_ptr<Prepared> prepareConv(const Op& op, const PrepareContext& context) {
  const ConvParams& p = op.as<ConvParams>();
  if (isPointwise(p)) return prepareConvPointwise(op, context);
  if (isDepthwise(p) && op.in[0].dtype == DType::kFloat32) return prepareConvDepthwise(op, context);
  return prepareConvGemm(op, context);
}

bool supportsConvTranspose(const Op& op) {
  const Activation& activation = op.as<ConvTransposeParams>().activation;
  if (op.in[0].size() == 0 || op.out[0].size() == 0) return false;
  if (op.in[0].dtype == DType::kFloat64) return supportsActivation<double>(activation);
  return op.in[0].dtype == DType::kFloat32 && supportsActivation<float>(activation);
}

std::unique_ptr<Prepared> prepareConvTranspose(const Op& op, const PrepareContext& context) {
  if (isSmall(op)) return prepareConvTransposeSmall(op, context);
  return prepareConvTransposeGemm(op, context);
}

}  // namespace lw::cpu
