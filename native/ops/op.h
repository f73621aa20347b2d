#pragma once

#include <array>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "base/view.h"
#include "ops/activation.h"
#include "ops/attrs.h"

namespace lw {

/// Three spatial sizes; a convolution of rank 1 or 2 fills the leading ones with 1 (or 0 for padding), so
/// that every kernel sees D, H, W.
using Spatial = std::array<int64_t, 3>;

/// kDirect keeps away from algorithms that round differently; kWinograd insists on the one that does.
enum class ConvAlgorithm : uint8_t { kAuto, kDirect, kWinograd };

/// x [N, D, H, W, C], w [kD, kH, kW, C / groups, O], out [N, oD, oH, oW, O]. A cross-correlation, as
/// everywhere in the field.
struct ConvParams {
  int64_t inChannels = 0, outChannels = 0, groups = 1;
  Spatial in{1, 1, 1}, out{1, 1, 1}, kernel{1, 1, 1}, strides{1, 1, 1}, dilations{1, 1, 1}, padBegin{0, 0, 0},
      padEnd{0, 0, 0};
  bool hasBias = false;      ///< inputs[2]
  bool hasResidual = false;  ///< the last input: [N, oD, oH, oW, O], added before the activation; made by the
                             ///< plan's fusion only
  Activation activation;
  ConvAlgorithm algorithm = ConvAlgorithm::kAuto;
};

/// x [N, D, H, W, I], w [kD, kH, kW, O / groups, I]: out[o] sums x[i] * w[k] over i * stride + k * dilation -
/// padBegin == o.
struct ConvTransposeParams {
  int64_t inChannels = 0, outChannels = 0, groups = 1;
  Spatial in{1, 1, 1}, out{1, 1, 1}, kernel{1, 1, 1}, strides{1, 1, 1}, dilations{1, 1, 1}, padBegin{0, 0, 0};
  bool hasBias = false;
  Activation activation;
};

/// x [N, D, H, W, C]. `hasIndices`: the second output, int32, is the flat index of the maximum in the
/// unpadded D x H x W plane.
struct PoolParams {
  bool isMax = true;
  int64_t channels = 0;
  Spatial in{1, 1, 1}, out{1, 1, 1}, window{1, 1, 1}, strides{1, 1, 1}, dilations{1, 1, 1}, padBegin{0, 0, 0},
      padEnd{0, 0, 0};
  bool countIncludePad = false;
  bool hasIndices = false;
};

/// Window i of an axis is [floor(i * in / out), ceil((i + 1) * in / out)).
struct AdaptivePoolParams {
  bool isMax = true;
  int64_t channels = 0;
  Spatial in{1, 1, 1}, out{1, 1, 1};
  bool hasIndices = false;
};

/// a [..., M, K] (or [..., K, M]), b [..., K, N] (or [..., N, K]); batch dimensions broadcast. bias [N] is
/// inputs[2].
struct MatmulParams {
  int64_t M = 0, N = 0, K = 0;
  bool transposeA = false, transposeB = false, hasBias = false;
  Activation activation;
};

struct UnaryParams {
  Activation fn;
};

struct BinaryParams {
  BinaryFn fn = BinaryFn::kAdd;
};

struct SelectParams {};

struct ReduceParams {
  ReduceFn fn = ReduceFn::kSum;
  std::vector<int> axes;  ///< sorted
  bool keepDims = false;
};

struct SoftmaxParams {
  int axis = 0;
  bool log = false;
};

struct NormalizeParams {
  std::vector<int> axes;  ///< sorted
  double epsilon = 0;
  bool center = true;
};

struct ScaleShiftParams {
  int axis = 0;
};

/// out[i...] = x.flat[offset + sum(i * strides)].
struct CopyParams {
  int64_t offset = 0;
  std::vector<int64_t> strides;  ///< one per output dimension; zero and negative allowed
};

struct ConcatParams {
  int axis = 0;
};

enum class PadMode : uint8_t { kConstant, kReflect, kSymmetric, kEdge, kWrap };
struct PadParams {
  PadMode mode = PadMode::kConstant;
  std::vector<int64_t> begin, end;
  double value = 0;
};

struct GatherParams {
  int axis = 0;
};

struct CastParams {};
struct ReshapeParams {};

using Params =
    std::variant<ConvParams, ConvTransposeParams, PoolParams, AdaptivePoolParams, MatmulParams, UnaryParams,
                 BinaryParams, SelectParams, ReduceParams, SoftmaxParams, NormalizeParams, ScaleShiftParams,
                 CopyParams, ConcatParams, PadParams, GatherParams, CastParams, ReshapeParams>;

/// One node's operation, verified: parameters and what goes in and out. Backends take it as it is and
/// recompute nothing.
struct Op {
  std::string name;  ///< the wire name, such as `conv`
  Params params;
  std::vector<TensorDesc> in, out;

  template <typename P>
  const P& as() const {
    return std::get<P>(params);
  }
  template <typename P>
  bool is() const {
    return std::holds_alternative<P>(params);
  }
};

/// Attributes to parameters, verified against the descriptions of the inputs and outputs so that no kernel
/// can leave a buffer. Throws Error (kShape, kDType, kArgument). The table of ops is in op.cc; each op's
/// rules are in its own file.
Op makeOp(const std::string& name, const Attrs& attrs, std::vector<TensorDesc> in,
          std::vector<TensorDesc> out);

/// Multiply-adds count double, everything else once: for plan information and cost models.
double flopsOf(const Op& op);

/// Whether sample n of the outputs depends only on sample n of those inputs that are marked as batched
/// (dimension 0 = the batch), so that a plan may run the op on a slice of the batch.
bool splitsByBatch(const Op& op, const std::vector<bool>& batched);

}  // namespace lw
