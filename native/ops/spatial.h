#pragma once

#include "ops/op.h"

namespace lw {

/// How many spatial dimensions x [N, ...spatial, C] has: 1 to 3.
int spatialRank(const Dims& x);

/// `count` extents from `dims[from]`, right-aligned in D, H, W; each at most kMaxExtent.
Spatial spatialDims(const Dims& dims, int from, int count);

/// The attribute `name`: `count` integers in [min, kMaxExtent], right-aligned; the leading ones become
/// `fill`.
Spatial spatialAttr(const Attrs& attrs, const char* name, int count, int64_t min, int64_t fill);

std::vector<int64_t> spatialList(const Spatial& values);

/// Whether all three are positive: whether there is anything to compute.
bool nonEmpty(const Spatial& extents);

/// The indices of a max pool are int32: the plane must be small enough.
void checkIndices(const TensorDesc& indices, const TensorDesc& out, const Spatial& in);

}  // namespace lw
