#include "backend/cpu/pool.h"

#include "backend/cpu/pooling.h"

namespace lw {
namespace {

/// Positions o * stride - padBegin + k * dilation, k < window: those in the input are taps; those in the
/// input (or, counting padding, in the padded input) make the divisor.
PoolTap tapOf(const PoolParams& p, int axis, int64_t o) {
  const int64_t start = o * p.strides[axis] - p.padBegin[axis], dilation = p.dilations[axis],
                window = p.window[axis];
  const auto tapsBelow = [&](int64_t limit) {
    return limit <= start ? 0 : std::min(window, (limit - start + dilation - 1) / dilation);
  };
  const int64_t skipped = tapsBelow(0), end = tapsBelow(p.in[axis]),
                inPadded = tapsBelow(p.in[axis] + p.padEnd[axis]);
  const int64_t count = end - skipped;
  return {static_cast<int32_t>(count > 0 ? start + skipped * dilation : 0), static_cast<int32_t>(count),
          static_cast<float>(p.countIncludePad ? inPadded : count)};
}

PoolTables tablesOf(const PoolParams& p) {
  PoolTables t{.isMax = p.isMax,
               .hasIndices = p.hasIndices,
               .channels = p.channels,
               .in = p.in,
               .out = p.out,
               .dilations = p.dilations};
  for (int axis = 0; axis < 3; ++axis)
    for (int64_t o = 0; o < p.out[axis]; ++o) t.taps[axis].push_back(tapOf(p, axis, o));
  t.strideW = p.strides[2];
  t.windowW = p.window[2];
  t.padW = p.padBegin[2];
  t.wholeCount = p.window[2];
  const auto whole = [&](int64_t o) { return t.taps[2][o].count == t.wholeCount; };
  while (t.wholeBegin < p.out[2] && !whole(t.wholeBegin)) ++t.wholeBegin;
  t.wholeEnd = t.wholeBegin;
  while (t.wholeEnd < p.out[2] && whole(t.wholeEnd)) ++t.wholeEnd;
  return t;
}

}  // namespace

bool supportsPool(const Op& op) { return op.in[0].dtype == DType::kFloat32; }

std::unique_ptr<Prepared> preparePool(const Op& op, const PrepareContext& context) {
  return std::make_unique<Pooling>(tablesOf(op.as<PoolParams>()), op, context);
}

}  // namespace lw
