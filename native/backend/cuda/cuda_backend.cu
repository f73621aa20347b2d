#include "backend/cuda/cuda_backend.h"
#include "backend/cuda/doors.h"
#include "backend/cuda/queue.h"

namespace lw {
namespace {

using Prepare = std::unique_ptr<Prepared> (*)(const Op&, const PrepareContext&);
using StorageOf = Storage (*)(const Op&, size_t operand);

struct Door {
  bool (*is)(const Op&);
  Prepare prepare;
  StorageOf storage;
};

Storage asIs(const Op&, size_t) { return Storage::kAsIs; }
/// Of ops that move elements and compute nothing.
Storage alike(const Op&, size_t) { return Storage::kAlike; }

template <typename P>
constexpr Door door(Prepare prepare, StorageOf storage = asIs) {
  return {[](const Op& op) { return op.is<P>(); }, prepare, storage};
}

constexpr Door kDoors[] = {
    door<BinaryParams>(cuda::prepareBinary, cuda::binaryStorage),
    door<CastParams>(cuda::prepareCast),
    door<ConcatParams>(cuda::prepareConcat, alike),
    door<ConvParams>(cuda::prepareConv, cuda::convStorage),
    door<ConvTransposeParams>(cuda::prepareConvTranspose),
    door<CopyParams>(cuda::prepareCopy, alike),
    door<GatherParams>(cuda::prepareGather),
    door<MatmulParams>(cuda::prepareMatmul, cuda::matmulStorage),
    door<PadParams>(cuda::preparePad, alike),
    door<NormalizeParams>(cuda::prepareNormalize),
    door<AdaptivePoolParams>(cuda::prepareAdaptivePool, cuda::adaptivePoolStorage),
    door<PoolParams>(cuda::preparePool, cuda::poolStorage),
    door<ReduceParams>(cuda::prepareReduce, cuda::reduceStorage),
    door<ScaleShiftParams>(cuda::prepareScaleShift, cuda::scaleShiftStorage),
    door<SelectParams>(cuda::prepareSelect),
    door<SoftmaxParams>(cuda::prepareSoftmax),
    door<UnaryParams>(cuda::prepareUnary, cuda::unaryStorage),
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
    for (size_t i = 0; i < op.in.size() + op.out.size(); ++i) {
      const TensorDesc& desc = i < op.in.size() ? op.in[i] : op.out[i - op.in.size()];
      require(desc.dtype != DType::kBfloat16 || door->storage(op, i) != Storage::kAsIs, Code::kState,
              "prepare: an operand lies as bfloat16, and the op has no kernel for it");
    }
    return door->prepare(op, context);
  }
  Storage storage(const Op& op, size_t operand) const override {
    const Door* door = find(op);
    return door != nullptr ? door->storage(op, operand) : Storage::kAsIs;
  }
  Device* device() const override { return &cuda::device(); }
};

}  // namespace

const Backend& cudaBackend() {
  static const CudaBackend backend;
  return backend;
}

}  // namespace lw
