#include "ops/pool.h"

#include <algorithm>

#include "ops/pool_io.h"

namespace lw {
namespace {

/// A window starts inside the padded input, so that its clipped form is not empty: no division by zero for
/// any mode.
void checkStarts(const PoolParams& p) {
  for (int i = 0; i < 3; ++i) {
    if (p.out[i] == 0) continue;
    const int64_t start = checkedMul(p.out[i] - 1, p.strides[i]);
    const int64_t padded = checkedAdd(checkedAdd(p.in[i], p.padBegin[i]), p.padEnd[i]);
    // A kernel may form the end of an unclipped window.
    checkedAdd(start, checkedMul(p.window[i], p.dilations[i]));
    check(start < padded, Code::kShape,
          "the last window starts after the padded input. Received input=", p.in[i], ", padding=[",
          p.padBegin[i], ", ", p.padEnd[i], "], stride=", p.strides[i], ", output=", p.out[i]);
  }
  check(!nonEmpty(p.out) || nonEmpty(p.in), Code::kShape,
        "the input is empty and the output is not. Received input=", spatialList(p.in),
        ", output=", spatialList(p.out));
}

/// Whether window o of an axis holds an element of the input.
bool reachesInput(const PoolParams& p, int axis, int64_t o) {
  const int64_t start = o * p.strides[axis] - p.padBegin[axis];
  const int64_t d = p.dilations[axis];
  const int64_t skipped = start >= 0 ? 0 : (-start + d - 1) / d;
  return skipped < p.window[axis] && start + skipped * d < p.in[axis];
}

/// The maximum of padding alone has no index.
void checkIndicesExist(const PoolParams& p) {
  if (!nonEmpty(p.out)) return;
  for (int axis = 0; axis < 3; ++axis) {
    bool all = reachesInput(p, axis, p.out[axis] - 1);
    // Only windows that start in the padding in front can miss an input that the last window reaches.
    const int64_t inFront = std::min(p.out[axis], p.padBegin[axis] / p.strides[axis] + 1);
    for (int64_t o = 0; o < inFront && all; ++o) all = reachesInput(p, axis, o);
    check(all, Code::kShape,
          "a window holds padding alone, so its maximum has no index. Received input=", p.in[axis],
          ", padding=[", p.padBegin[axis], ", ", p.padEnd[axis], "], window=", p.window[axis],
          ", dilation=", p.dilations[axis], ", output=", p.out[axis]);
  }
}

}  // namespace

Params makePool(const Attrs& attrs, const std::vector<TensorDesc>& in, const std::vector<TensorDesc>& out) {
  PoolParams p = readPoolIo<PoolParams>(attrs, in, out);
  const int s = spatialRank(in[0].dims);
  p.window = spatialAttr(attrs, "window", s, 1, 1);
  p.strides = spatialAttr(attrs, "strides", s, 1, 1);
  p.dilations = spatialAttr(attrs, "dilations", s, 1, 1);
  p.padBegin = spatialAttr(attrs, "padBegin", s, 0, 0);
  p.padEnd = spatialAttr(attrs, "padEnd", s, 0, 0);
  p.countIncludePad = attrs.boolean("countIncludePad", false);
  checkStarts(p);
  if (p.hasIndices) {
    check(p.isMax, Code::kArgument, "an average has no indices. Received mode=avg and 2 outputs");
    checkIndices(out[1], out[0], p.in);
    checkIndicesExist(p);
  }
  return p;
}

}  // namespace lw
