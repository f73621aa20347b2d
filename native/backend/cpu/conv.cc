#include "backend/cpu/conv.h"

#include <limits>

#include "backend/cpu/epilogue.h"
#include "backend/cpu/gemm_bf16.h"
#include "ops/conv.h"

namespace lw::cpu {
namespace {

int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// Loading, storing and finishing a sum takes as long as so many multiply-adds.
constexpr double kTileCost = 24;

bool isPointwise(const ConvParams& p) {
  for (int i = 0; i < 3; ++i)
    if (p.kernel[i] != 1 || p.strides[i] != 1 || p.padBegin[i] != 0 || p.out[i] != p.in[i]) return false;
  return p.groups == 1;
}

bool isDepthwise(const ConvParams& p) { return p.groups == p.inChannels && p.groups > 1; }

/// The implicit GEMM reads a window as runs of inputs that lie side by side, with a loop for each; the direct
/// kernel has one loop for the window, whose every step finds its input by a table.
bool readsShortRuns(const ConvParams& p) {
  constexpr int64_t kShort = 40;  // where the one is as fast as the other
  const bool beside = p.kernel[2] > 1 && p.dilations[2] == 1;
  return p.groups == 1 && p.inChannels * (beside ? p.kernel[2] : 1) < kShort;
}

/// Multiply-adds of a direct convolution of one sample, or what takes as long.
double directCost(const ConvParams& p) {
  const double pixels = static_cast<double>(p.out[0] * p.out[1] * p.out[2]);
  const double window = static_cast<double>(p.kernel[0] * p.kernel[1] * p.kernel[2]);
  return pixels * (window * static_cast<double>(p.inChannels / p.groups) + kTileCost) *
         static_cast<double>(p.outChannels);
}

/// Of Winograd with tiles of m x m outputs. Each channel of a point costs a transform on its way in and on
/// its way out. The weights, all points of them, are read from memory once for a batch, each in the time of
/// some 25 multiply-adds: divided among four samples, for the batch itself must not decide about bits.
double winogradCost(const ConvParams& p, int64_t m) {
  constexpr double kTransform = 6, kWeight = 6.2;
  const int64_t n = m + p.kernel[1] - 1;
  const auto tiles = static_cast<double>(p.out[0] * ceilDiv(p.out[1], m) * ceilDiv(p.out[2], m));
  const auto points = static_cast<double>(n * n), C = static_cast<double>(p.inChannels),
             O = static_cast<double>(p.outChannels), groupIn = C / static_cast<double>(p.groups);
  return points * (tiles * ((groupIn + kTileCost) * O + kTransform * (C + O)) + kWeight * groupIn * O);
}

bool mayTransform(const Op& op) {
  const ConvParams& p = op.as<ConvParams>();
  return p.algorithm != ConvAlgorithm::kDirect && hasWinograd(p) && op.in[0].dtype == DType::kFloat32;
}

/// The size of Winograd's tiles, or 0 when a direct convolution is faster.
int winogradTile(const ConvParams& p, Precision precision) {
  int best = 0;
  double cost = p.algorithm == ConvAlgorithm::kWinograd ? std::numeric_limits<double>::infinity()
                                                        : directCost(p) / multiplyRate(precision);
  for (const int m : {2, 4})
    if (winogradCost(p, m) < cost) best = m, cost = winogradCost(p, m);
  return best;
}

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

double convWeightGrowth(const Op& op, Precision precision) {
  const ConvParams& p = op.as<ConvParams>();
  const int tile = mayTransform(op) ? winogradTile(p, precision) : 0;
  if (tile == 0) return precision == Precision::kBfloat16 ? 0.5 : 1;
  const double n = static_cast<double>(tile + p.kernel[1] - 1), r = static_cast<double>(p.kernel[1]);
  return n * n / (r * r);
}

std::unique_ptr<Prepared> prepareConv(const Op& op, const PrepareContext& context) {
  const ConvParams& p = op.as<ConvParams>();
  const bool bf16 = multipliesBf16(op, context);
  if (isPointwise(p)) return bf16 ? prepareConvPointwiseBf16(op, context) : prepareConvPointwise(op, context);
  // Weights that come with each run are not worth a transform, unless it is asked for.
  if (mayTransform(op) && (context.constants[1] || p.algorithm == ConvAlgorithm::kWinograd)) {
    if (const int tile = winogradTile(p, context.precision)) return prepareConvWinograd(op, context, tile);
  }
  if (isDepthwise(p) && op.in[0].dtype == DType::kFloat32) return prepareConvDepthwise(op, context);
  if (bf16) return prepareConvBf16(op, context);
  if (readsShortRuns(p) && op.in[0].dtype == DType::kFloat32) return prepareConvDirect(op, context);
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
