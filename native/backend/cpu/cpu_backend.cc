#include <array>

#include "backend/backend.h"
#include "backend/cpu/adaptive_pool.h"
#include "backend/cpu/binary.h"
#include "backend/cpu/cast.h"
#include "backend/cpu/concat.h"
#include "backend/cpu/conv.h"
#include "backend/cpu/copy.h"
#include "backend/cpu/gather.h"
#include "backend/cpu/kernels/gemm_bf16.h"
#include "backend/cpu/matmul.h"
#include "backend/cpu/normalize.h"
#include "backend/cpu/pad.h"
#include "backend/cpu/pool.h"
#include "backend/cpu/reduce.h"
#include "backend/cpu/scale_shift.h"
#include "backend/cpu/select.h"
#include "backend/cpu/softmax.h"
#include "backend/cpu/unary.h"

namespace lw {

using namespace cpu;  // NOLINT: the products and convolutions keep their parts in a namespace of their own

namespace {

struct Entry {
  bool (*is)(const Op&);
  bool (*supports)(const Op&);
  std::unique_ptr<Prepared> (*prepare)(const Op&, const PrepareContext&);
};

template <typename P>
constexpr Entry entry(bool (*supports)(const Op&),
                      std::unique_ptr<Prepared> (*prepare)(const Op&, const PrepareContext&)) {
  return {[](const Op& op) { return op.is<P>(); }, supports, prepare};
}

/// What has kernels of its own; everything else, and every dtype these refuse, is the reference backend's.
constexpr Entry kEntries[] = {
    entry<ConvParams>(supportsConv, prepareConv),
    entry<ConvTransposeParams>(supportsConvTranspose, prepareConvTranspose),
    entry<PoolParams>(supportsPool, preparePool),
    entry<AdaptivePoolParams>(supportsAdaptivePool, prepareAdaptivePool),
    entry<MatmulParams>(supportsMatmul, prepareMatmul),
    entry<UnaryParams>(supportsUnary, prepareUnary),
    entry<BinaryParams>(supportsBinary, prepareBinary),
    entry<SelectParams>(supportsSelect, prepareSelect),
    entry<ReduceParams>(supportsReduce, prepareReduce),
    entry<SoftmaxParams>(supportsSoftmax, prepareSoftmax),
    entry<NormalizeParams>(supportsNormalize, prepareNormalize),
    entry<ScaleShiftParams>(supportsScaleShift, prepareScaleShift),
    entry<CopyParams>(supportsCopy, prepareCopy),
    entry<ConcatParams>(supportsConcat, prepareConcat),
    entry<PadParams>(supportsPad, preparePad),
    entry<GatherParams>(supportsGather, prepareGather),
    entry<CastParams>(supportsCast, prepareCast),
};

const Entry* find(const Op& op) {
  for (const Entry& entry : kEntries)
    if (entry.is(op)) return entry.supports(op) ? &entry : nullptr;
  return nullptr;
}

class CpuBackend : public Backend {
 public:
  const char* name() const override { return "cpu"; }
  bool supports(const Op& op) const override { return find(op) != nullptr; }
  bool supports(Precision precision) const override {
    return precision == Precision::kFloat32 ||
           (precision == Precision::kBfloat16 && bf16Kernels() != nullptr);
  }
  std::unique_ptr<Prepared> prepare(const Op& op, const PrepareContext& context) const override {
    const Entry* entry = find(op);
    require(entry != nullptr, Code::kState, "prepare: the CPU backend has no kernel for this op");
    return entry->prepare(op, context);
  }
  double weightGrowth(const Op& op, Precision precision) const override {
    if (!supports(op) || op.in[0].dtype != DType::kFloat32) return 1;
    if (op.is<ConvParams>()) return convWeightGrowth(op, precision);
    return op.is<MatmulParams>() && precision == Precision::kBfloat16 ? 0.5 : 1;
  }
};

}  // namespace

const Backend& cpuBackend() {
  static const CpuBackend backend;
  return backend;
}

}  // namespace lw
