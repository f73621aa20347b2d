#include "backend/cuda/doors.h"
#include "backend/cuda/pooling.h"

namespace lw::cuda {
namespace {

/// Window o of an axis is [floor(o * in / out), ceil((o + 1) * in / out)).
class AdaptiveWindows {
 public:
  explicit AdaptiveWindows(const AdaptivePoolParams& p) {
    for (int i = 0; i < 3; ++i) {
      in_[i] = p.in[i];
      out_[i] = Division(p.out[i], checkedAdd(checkedMul(p.in[i], checkedAdd(p.out[i], 1)), p.out[i]));
    }
  }
  LW_HD Taps taps(int i, int64_t o) const {
    const int64_t begin = out_[i].quotient(o * in_[i]);
    const int64_t end = out_[i].quotient((o + 1) * in_[i] + out_[i].divisor() - 1);
    return {begin, end - begin, end - begin};
  }
  void describe(PoolGrid&) const {}
  int64_t largest() const {
    int64_t result = 1;
    for (int i = 0; i < 3; ++i) result *= in_[i] / out_[i].divisor() + 1;
    return result;
  }
  template <typename Acc, int kWidth, typename X>
  bool launchSmall(RunContext&, const X*, const PoolTo<typename Acc::Element>&, const PoolGrid&) const {
    return false;
  }

 private:
  int64_t in_[3];
  Division out_[3];
};

int64_t planeOf(const AdaptivePoolParams& p) { return p.in[0] * p.in[1] * p.in[2]; }
bool isWhole(const AdaptivePoolParams& p) { return p.out == Spatial{1, 1, 1} && planeOf(p) > 0; }

}  // namespace

std::unique_ptr<Prepared> prepareAdaptivePool(const Op& op, const PrepareContext& context) {
  const auto& p = op.as<AdaptivePoolParams>();
  const int64_t plane = planeOf(p);
  if (isWhole(p)) return prepareWholePool(op, context, {p.isMax, p.hasIndices, p.channels, plane, plane});
  return byFloat(op.in[0].dtype, [&]<typename T>(T) -> std::unique_ptr<Prepared> {
    return std::make_unique<Pool<T, AdaptivePoolParams, AdaptiveWindows>>(op, context, AdaptiveWindows(p));
  });
}

Storage adaptivePoolStorage(const Op& op, size_t) {
  const auto& p = op.as<AdaptivePoolParams>();
  return isWhole(p) && !p.hasIndices && p.channels > 1 ? Storage::kEither : Storage::kAsIs;
}

}  // namespace lw::cuda
