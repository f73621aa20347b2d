#include "backend/cuda/cuda_backend.h"
#include "backend/cuda/doors.h"
#include "backend/cuda/queue.h"

namespace lw {
namespace {

using Prepare = std::unique_ptr<Prepared> (*)(const Op&, const PrepareContext&);

struct Door {
  bool (*is)(const Op&);
  Prepare prepare;
};

template <typename P>
constexpr Door door(Prepare prepare) {
  return {[](const Op& op) { return op.is<P>(); }, prepare};
}

constexpr Door kDoors[] = {
    door<BinaryParams>(cuda::prepareBinary),
    door<CastParams>(cuda::prepareCast),
    door<ConcatParams>(cuda::prepareConcat),
    door<ConvParams>(cuda::prepareConv),
    door<ConvTransposeParams>(cuda::prepareConvTranspose),
    door<CopyParams>(cuda::prepareCopy),
    door<GatherParams>(cuda::prepareGather),
    door<MatmulParams>(cuda::prepareMatmul),
    door<PadParams>(cuda::preparePad),
    door<NormalizeParams>(cuda::prepareNormalize),
    door<AdaptivePoolParams>(cuda::prepareAdaptivePool),
    door<PoolParams>(cuda::preparePool),
    door<ReduceParams>(cuda::prepareReduce),
    door<ScaleShiftParams>(cuda::prepareScaleShift),
    door<SelectParams>(cuda::prepareSelect),
    door<SoftmaxParams>(cuda::prepareSoftmax),
    door<UnaryParams>(cuda::prepareUnary),
};

const Door* find(const Op& op) {
  for (const Door& door : kDoors)
    if (door.is(op)) return &door;
  return nullptr;
}

class CudaBackend : public Backend {
 public:
  const char* name() const override { return "cuda"; }
  bool supports(const Op& op) const override { return find(op) != nullptr; }
  bool supports(Precision) const override { return true; }
  std::unique_ptr<Prepared> prepare(const Op& op, const PrepareContext& context) const override {
    const Door* door = find(op);
    require(door != nullptr, Code::kState, "prepare: the CUDA backend has no kernel for this op");
    return door->prepare(op, context);
  }
  Device* device() const override { return &cuda::device(); }
};

}  // namespace

const Backend& cudaBackend() {
  static const CudaBackend backend;
  return backend;
}

}  // namespace lw
