#include "plan/step.h"

namespace lw {
namespace {

void addActivation(std::vector<std::string>& fused, const Activation& activation) {
  if (activation.fn != UnaryFn::kIdentity) fused.emplace_back(unaryFnName(activation.fn));
}

template <typename P>
void addEpilogue(std::vector<std::string>& fused, const P& params) {
  if (params.hasBias) fused.emplace_back("bias");
  if constexpr (std::is_same_v<P, ConvParams>)
    if (params.hasResidual) fused.emplace_back("residual");
  addActivation(fused, params.activation);
}

std::vector<std::string> fusedInto(const Op& op) {
  std::vector<std::string> fused;
  if (op.is<ConvParams>()) addEpilogue(fused, op.as<ConvParams>());
  if (op.is<ConvTransposeParams>()) addEpilogue(fused, op.as<ConvTransposeParams>());
  if (op.is<MatmulParams>()) addEpilogue(fused, op.as<MatmulParams>());
  return fused;
}

std::vector<Dims> dimsOf(const std::vector<TensorDesc>& descs) {
  std::vector<Dims> dims;
  for (const TensorDesc& desc : descs) dims.push_back(desc.dims);
  return dims;
}

std::string joined(const std::vector<Dims>& shapes) {
  std::string text;
  for (const Dims& dims : shapes) text += (text.empty() ? "" : " ") + dims.toString();
  return text;
}

}  // namespace

std::vector<NodeInfo> Plan::describe() const {
  std::vector<NodeInfo> result;
  for (size_t i = 0; i < steps_.size(); ++i) {
    const Step& step = *steps_[i];
    NodeInfo info;
    info.op = step.op.name;
    info.label = step.label;
    info.algorithm = step.prepared ? step.prepared->algorithm() : "alias";
    info.kernel = step.kernel;
    info.fused = fusedInto(step.op);
    info.inputs = dimsOf(step.op.in);
    info.outputs = dimsOf(step.op.out);
    info.flops = flopsOf(step.op);
    if (step.prepared || !(slots_[step.in[0]] == slots_[step.out[0]])) {
      for (const TensorDesc& desc : step.op.in) info.bytes += desc.bytes();
      for (const TensorDesc& desc : step.op.out) info.bytes += desc.bytes();
    }
    info.segment = schedule_.segmentOf(static_cast<int>(i));
    if (schedule_.segments[static_cast<size_t>(info.segment)].bySample)
      info.mode = schedule_.chainOf(static_cast<int>(i)) != nullptr ? "lines" : "sample";
    result.push_back(std::move(info));
  }
  return result;
}

int Plan::addToTrace() const {
  std::vector<Dims> in = dimsOf(inputs_), out = dimsOf(outputs_);
  std::vector<TracedNode> nodes{{"run", "run", "", "", joined(in), joined(out), 0, 0}};
  const std::vector<NodeInfo> infos = describe();
  for (size_t i = 0; i < infos.size(); ++i) {
    const NodeInfo& info = infos[i];
    const bool batched = schedule_.batched[steps_[i]->out[0]];
    const double samples = batched ? static_cast<double>(schedule_.batch) : 1;
    nodes.push_back({info.label.empty() ? info.op : info.label, info.op, info.algorithm, info.kernel,
                     joined(info.inputs), joined(info.outputs), info.flops / samples,
                     static_cast<double>(info.bytes) / samples});
  }
  return Trace::active()->addNodes(std::move(nodes));
}

}  // namespace lw
