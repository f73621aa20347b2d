#include "backend/cpu/adaptive_pool.h"

#include "backend/cpu/pooling.h"

namespace lw {
namespace {

PoolTables tablesOf(const AdaptivePoolParams& p) {
  PoolTables t{
      .isMax = p.isMax, .hasIndices = p.hasIndices, .channels = p.channels, .in = p.in, .out = p.out};
  for (int axis = 0; axis < 3; ++axis)
    for (int64_t o = 0; o < p.out[axis]; ++o) {
      const int64_t begin = o * p.in[axis] / p.out[axis],
                    end = ((o + 1) * p.in[axis] + p.out[axis] - 1) / p.out[axis];
      t.taps[axis].push_back(
          {static_cast<int32_t>(begin), static_cast<int32_t>(end - begin), static_cast<float>(end - begin)});
    }
  return t;
}

}  // namespace

bool supportsAdaptivePool(const Op& op) { return op.in[0].dtype == DType::kFloat32; }

std::unique_ptr<Prepared> prepareAdaptivePool(const Op& op, const PrepareContext& context) {
  return std::make_unique<Pooling>(tablesOf(op.as<AdaptivePoolParams>()), op, context);
}

}  // namespace lw
