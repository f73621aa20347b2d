#include <algorithm>

#include "ops/op.h"

namespace lw {
namespace {

double volume(const Spatial& s) {
  return static_cast<double>(s[0]) * static_cast<double>(s[1]) * static_cast<double>(s[2]);
}

/// Of one output element where that is the unit, else of the whole op.
struct Flops {
  const Op& op;
  double outputs() const { return static_cast<double>(op.out[0].size()); }
  double inputs() const { return static_cast<double>(op.in[0].size()); }

  double operator()(const ConvParams& p) const {
    return 2 * outputs() * volume(p.kernel) * static_cast<double>(p.inChannels / p.groups);
  }
  double operator()(const ConvTransposeParams& p) const {
    return 2 * inputs() * volume(p.kernel) * static_cast<double>(p.outChannels / p.groups);
  }
  double operator()(const PoolParams& p) const { return outputs() * volume(p.window); }
  double operator()(const MatmulParams& p) const { return 2 * outputs() * static_cast<double>(p.K); }
  double operator()(const ScaleShiftParams&) const { return 2 * outputs(); }
  double operator()(const ReshapeParams&) const { return 0; }
  template <typename P>
  double operator()(const P&) const {
    return std::max(inputs(), outputs());
  }
};

}  // namespace

double flopsOf(const Op& op) { return std::visit(Flops{op}, op.params); }

}  // namespace lw
