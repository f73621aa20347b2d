#include "ops/spatial.h"

#include <cstdint>

#include "ops/check.h"

namespace lw {

int spatialRank(const Dims& x) {
  check(x.rank() >= 3 && x.rank() <= 5, Code::kShape,
        "x must have 1 to 3 dimensions between batch and channels. Received x=", x);
  return x.rank() - 2;
}

Spatial spatialDims(const Dims& dims, int from, int count) {
  Spatial result{1, 1, 1};
  for (int i = 0; i < count; ++i) {
    check(dims[from + i] <= kMaxExtent, Code::kShape, "a spatial extent is above ", kMaxExtent, ". Received ",
          dims);
    result[3 - count + i] = dims[from + i];
  }
  return result;
}

Spatial spatialAttr(const Attrs& attrs, const char* name, int count, int64_t min, int64_t fill) {
  const std::vector<int64_t> values = attrs.integers(name, count, min, kMaxExtent);
  Spatial result{fill, fill, fill};
  for (int i = 0; i < count; ++i) result[3 - count + i] = values[i];
  return result;
}

std::vector<int64_t> spatialList(const Spatial& values) { return {values.begin(), values.end()}; }

bool nonEmpty(const Spatial& extents) { return extents[0] > 0 && extents[1] > 0 && extents[2] > 0; }

void checkIndices(const TensorDesc& indices, const TensorDesc& out, const Spatial& in) {
  checkDType("indices", indices.dtype, DType::kInt32);
  checkDims("indices", indices.dims, out.dims);
  const int64_t plane = checkedMul(checkedMul(in[0], in[1]), in[2]);
  check(plane <= INT32_MAX, Code::kShape, "the spatial plane is too large for int32 indices. Received ",
        plane, " positions");
}

}  // namespace lw
