#include <algorithm>

#include "ops/op.h"

namespace lw {
namespace {

struct Splits {
  const Op& op;
  const std::vector<bool>& batched;

  /// Input 0 carries the batch, the others (weights) do not.
  bool onlyFirst() const {
    return batched[0] && std::none_of(batched.begin() + 1, batched.end(), [](bool b) { return b; });
  }
  /// Batched: the output's rank and its batch. Not batched: nothing at the batch's position but a 1 to
  /// repeat.
  bool broadcastOperand(size_t i) const {
    const Dims& x = op.in[i].dims;
    const Dims& y = op.out[0].dims;
    if (batched[i]) return x.rank() == y.rank() && x[0] == y[0];
    return x.rank() < y.rank() || x[0] == 1;
  }
  bool avoidsBatch(const std::vector<int>& axes) const { return axes.empty() || axes.front() != 0; }

  bool operator()(const ConvParams& p) const {
    const size_t weights = op.in.size() - (p.hasResidual ? 1 : 0);
    for (size_t i = 1; i < weights; ++i)
      if (batched[i]) return false;
    return batched[0] && (!p.hasResidual || batched[weights]);
  }
  bool operator()(const ConvTransposeParams&) const { return onlyFirst(); }
  bool operator()(const PoolParams&) const { return onlyFirst(); }
  bool operator()(const AdaptivePoolParams&) const { return onlyFirst(); }
  bool operator()(const MatmulParams& p) const {
    if (p.hasBias && batched[2]) return false;
    if (op.out[0].dims.rank() == 2) return batched[0] && !batched[1] && !p.transposeA;
    return (batched[0] || batched[1]) && broadcastOperand(0) && broadcastOperand(1);
  }
  bool operator()(const UnaryParams&) const { return onlyFirst(); }
  bool operator()(const CastParams&) const { return onlyFirst(); }
  bool operator()(const BinaryParams&) const { return broadcastAll(); }
  bool operator()(const SelectParams&) const { return broadcastAll(); }
  bool broadcastAll() const {
    bool any = false;
    for (size_t i = 0; i < op.in.size(); ++i) {
      if (!broadcastOperand(i)) return false;
      any = any || batched[i];
    }
    return any;
  }
  bool operator()(const ReduceParams& p) const { return onlyFirst() && avoidsBatch(p.axes); }
  bool operator()(const NormalizeParams& p) const { return onlyFirst() && avoidsBatch(p.axes); }
  bool operator()(const SoftmaxParams& p) const { return onlyFirst() && p.axis != 0; }
  bool operator()(const ScaleShiftParams& p) const { return onlyFirst() && p.axis != 0; }
  bool operator()(const CopyParams& p) const {
    const Dims& x = op.in[0].dims;
    const Dims& y = op.out[0].dims;
    if (!batched[0] || x.rank() == 0 || x[0] != y[0]) return false;
    const int64_t sample = x.product(1, x.rank());
    if (p.strides[0] != sample) return false;
    int64_t first = p.offset, last = p.offset;
    for (int i = 1; i < y.rank(); ++i) {
      if (y[i] == 0) return true;  // every sample is empty
      const int64_t reach = checkedMul(y[i] - 1, p.strides[i]);
      int64_t& bound = reach < 0 ? first : last;
      bound = checkedAdd(bound, reach);
    }
    return first >= 0 && last < sample;
  }
  bool operator()(const ConcatParams& p) const {
    return p.axis != 0 && std::all_of(batched.begin(), batched.end(), [](bool b) { return b; });
  }
  bool operator()(const PadParams& p) const { return onlyFirst() && p.begin[0] == 0 && p.end[0] == 0; }
  bool operator()(const GatherParams& p) const { return onlyFirst() && p.axis != 0; }
  bool operator()(const ReshapeParams&) const { return onlyFirst() && op.in[0].dims[0] == op.out[0].dims[0]; }
};

}  // namespace

bool splitsByBatch(const Op& op, const std::vector<bool>& batched) {
  require(batched.size() == op.in.size(), Code::kState, "splitsByBatch needs one flag per input");
  if (op.out[0].dims.rank() == 0) return false;
  for (size_t i = 0; i < op.in.size(); ++i)
    if (batched[i] && op.in[i].dims.rank() == 0) return false;
  return std::visit(Splits{op, batched}, op.params);
}

}  // namespace lw
