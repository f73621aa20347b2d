#include "ops/line_window.h"

namespace lw {
namespace {

constexpr int kImageRank = 4;  // [N, H, W, C]

bool isImage(const TensorDesc& desc) { return desc.dims.rank() == kImageRank; }

/// Of parameters with a window along three axes, of which an image has the last two.
template <typename P>
LineWindow windowAlongH(const P& p, int64_t window) {
  return {p.strides[1], p.padBegin[1], (window - 1) * p.dilations[1] + 1};
}

}  // namespace

std::optional<LineWindow> lineWindow(const Op& op, size_t input) {
  if (op.out.size() != 1 || !isImage(op.out[0]) || !isImage(op.in[input])) return std::nullopt;
  if (op.is<ConvParams>()) {
    const ConvParams& p = op.as<ConvParams>();
    if (input == 0) return windowAlongH(p, p.kernel[1]);
    if (p.hasResidual && input + 1 == op.in.size()) return LineWindow{};
  }
  if (op.is<PoolParams>() && input == 0)
    return windowAlongH(op.as<PoolParams>(), op.as<PoolParams>().window[1]);
  return std::nullopt;
}

}  // namespace lw
