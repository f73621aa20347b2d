#include <utility>

#include "backend/backend.h"
#include "backend/reference/reference.h"

namespace lw {
namespace {

using namespace reference;

struct RunOf {
  Run operator()(const ConvParams&) const { return runConv; }
  Run operator()(const ConvTransposeParams&) const { return runConvTranspose; }
  Run operator()(const PoolParams&) const { return runPool; }
  Run operator()(const AdaptivePoolParams&) const { return runAdaptivePool; }
  Run operator()(const MatmulParams&) const { return runMatmul; }
  Run operator()(const UnaryParams&) const { return runUnary; }
  Run operator()(const BinaryParams&) const { return runBinary; }
  Run operator()(const SelectParams&) const { return runSelect; }
  Run operator()(const ReduceParams&) const { return runReduce; }
  Run operator()(const SoftmaxParams&) const { return runSoftmax; }
  Run operator()(const NormalizeParams&) const { return runNormalize; }
  Run operator()(const ScaleShiftParams&) const { return runScaleShift; }
  Run operator()(const CopyParams&) const { return runCopy; }
  Run operator()(const ConcatParams&) const { return runConcat; }
  Run operator()(const PadParams&) const { return runPad; }
  Run operator()(const GatherParams&) const { return runGather; }
  Run operator()(const CastParams&) const { return runCast; }
  Run operator()(const ReshapeParams&) const { return runReshape; }
};

class ReferencePrepared : public Prepared {
 public:
  ReferencePrepared(const Op& op, const PrepareContext& context)
      : op_(op), run_(std::visit(RunOf{}, op.params)), kept_(op.in.size()) {
    for (size_t i = 0; i < op.in.size() && i < context.constants.size(); ++i)
      if (context.constants[i] != nullptr) kept_[i] = context.keep(i);
  }

  void run(RunContext&, const View* in, const View* out) const override {
    std::vector<View> views(in, in + op_.in.size());
    for (size_t i = 0; i < views.size(); ++i)
      if (kept_[i]) views[i] = View{kept_[i]->data(), op_.in[i].dtype, op_.in[i].dims};
    run_(op_, views.data(), out);
  }

  const char* algorithm() const override { return "reference"; }

 private:
  Op op_;
  Run run_;
  std::vector<std::shared_ptr<const Buffer>> kept_;
};

class ReferenceBackend : public Backend {
 public:
  const char* name() const override { return "reference"; }
  bool supports(const Op&) const override { return true; }
  bool supports(Precision precision) const override { return precision == Precision::kFloat32; }
  std::unique_ptr<Prepared> prepare(const Op& op, const PrepareContext& context) const override {
    return std::make_unique<ReferencePrepared>(op, context);
  }
};

}  // namespace

const Backend& referenceBackend() {
  static const ReferenceBackend backend;
  return backend;
}

}  // namespace lw
