#include <algorithm>
#include <cstring>
#include <optional>

#include "plan/graph.h"

// Every rule looks at one node and the producer of one of its inputs, when that producer's value has no other
// reader. A rule that fires rewrites the later node's slot, so the order of execution stays valid, and the
// loop starts again at that node.

namespace lw {
namespace {

bool hasEpilogue(const Op& op) {
  return op.is<ConvParams>() || op.is<MatmulParams>() || op.is<ConvTransposeParams>();
}

Activation& activationOf(Op& op) {
  if (op.is<ConvParams>()) return std::get<ConvParams>(op.params).activation;
  if (op.is<ConvTransposeParams>()) return std::get<ConvTransposeParams>(op.params).activation;
  return std::get<MatmulParams>(op.params).activation;
}

bool& biasOf(Op& op) {
  if (op.is<ConvParams>()) return std::get<ConvParams>(op.params).hasBias;
  if (op.is<ConvTransposeParams>()) return std::get<ConvTransposeParams>(op.params).hasBias;
  return std::get<MatmulParams>(op.params).hasBias;
}

bool hasResidual(const Op& op) { return op.is<ConvParams>() && op.as<ConvParams>().hasResidual; }

/// The producer of the node's input, when only this node reads it and it has an epilogue that is still open.
Node* openProducer(Graph& graph, const Node& node, size_t input) {
  const Value& value = graph.values[node.in[input]];
  if (value.producer < 0 || value.isOutput || value.consumers.size() != 1) return nullptr;
  Node& producer = graph.nodes[value.producer];
  if (!hasEpilogue(producer.op) || producer.out.size() != 1) return nullptr;
  return activationOf(producer.op).fn == UnaryFn::kIdentity ? &producer : nullptr;
}

/// `node` becomes its producer, which now writes what `node` wrote.
void absorb(Node& node, Node& producer) {
  const std::vector<int> out = node.out;
  const TensorDesc desc = node.op.out[0];
  node = producer;
  node.out = out;
  node.op.out[0] = desc;
}

template <typename T>
Buffer scaledKernel(const Constant& kernel, const Constant& scale, int64_t channels) {
  const int64_t size = kernel.view().size();
  Buffer result(static_cast<size_t>(size) * sizeof(T));
  const T *w = kernel.view().as<const T>(), *s = scale.view().as<const T>();
  T* out = result.as<T>();
  for (int64_t i = 0; i < size; i += channels)
    for (int64_t c = 0; c < channels; ++c) out[i + c] = w[i + c] * s[c];
  return result;
}

template <typename T>
Buffer scaledBias(const Constant* bias, const Constant& scale, const Constant& shift) {
  const int64_t size = scale.view().size();
  Buffer result(static_cast<size_t>(size) * sizeof(T));
  const T *s = scale.view().as<const T>(), *t = shift.view().as<const T>();
  const T* b = bias != nullptr ? bias->view().as<const T>() : nullptr;
  T* out = result.as<T>();
  for (int64_t c = 0; c < size; ++c)
    out[c] = b != nullptr ? static_cast<T>(static_cast<double>(b[c]) * s[c] + t[c]) : t[c];
  return result;
}

std::string derivedKey(const char* rule, std::initializer_list<const Constant*> parts) {
  std::string key = rule;
  for (const Constant* part : parts) {
    if (part != nullptr && part->key().empty()) return "";
    key += "(" + (part != nullptr ? part->key() : "") + ")";
  }
  return key;
}

/// y = conv(x) * scale + shift: the scale goes into the weights, whose last dimension is the output channel,
/// the shift into the bias.
bool foldScaleShift(Graph& graph, size_t index) {
  Node& node = graph.nodes[index];
  if (!node.op.is<ScaleShiftParams>()) return false;
  if (node.op.as<ScaleShiftParams>().axis != node.op.in[0].dims.rank() - 1) return false;
  Node* producer = openProducer(graph, node, 0);
  if (producer == nullptr || hasResidual(producer->op) || producer->op.is<ConvTransposeParams>())
    return false;
  if (producer->op.is<MatmulParams>() && producer->op.as<MatmulParams>().transposeB) return false;
  const Constant* kernel = graph.values[producer->in[1]].constant;
  const bool hasBias = biasOf(producer->op);
  const Constant* bias = hasBias ? graph.values[producer->in[2]].constant : nullptr;
  const Constant* scale = graph.values[node.in[1]].constant;
  const Constant* shift = graph.values[node.in[2]].constant;
  if (kernel == nullptr || scale == nullptr || shift == nullptr || (hasBias && bias == nullptr)) return false;

  const TensorDesc kernelDesc = producer->op.in[1], vector = node.op.in[1];
  const bool isDouble = kernelDesc.dtype == DType::kFloat64;
  const int64_t channels = kernelDesc.dims.back();
  const int newKernel =
      graph.addConstant(Constant(derivedKey("scaled", {kernel, scale}), kernelDesc,
                                 [=] {
                                   return isDouble ? scaledKernel<double>(*kernel, *scale, channels)
                                                   : scaledKernel<float>(*kernel, *scale, channels);
                                 }),
                        kernelDesc);
  const int newBias = graph.addConstant(Constant(derivedKey("shifted", {bias, scale, shift}), vector,
                                                 [=] {
                                                   return isDouble ? scaledBias<double>(bias, *scale, *shift)
                                                                   : scaledBias<float>(bias, *scale, *shift);
                                                 }),
                                        vector);
  absorb(node, *producer);
  node.in[1] = newKernel;
  if (hasBias) {
    node.in[2] = newBias;
  } else {
    node.in.insert(node.in.begin() + 2, newBias);
    node.op.in.insert(node.op.in.begin() + 2, vector);
    biasOf(node.op) = true;
  }
  return true;
}

/// conv(x) + b with b a constant of one value per output channel.
bool foldBias(Graph& graph, size_t index) {
  Node& node = graph.nodes[index];
  if (!node.op.is<BinaryParams>() || node.op.as<BinaryParams>().fn != BinaryFn::kAdd) return false;
  for (const size_t side : {size_t{0}, size_t{1}}) {
    const Value& other = graph.values[node.in[1 - side]];
    Node* producer = openProducer(graph, node, side);
    if (producer == nullptr || other.constant == nullptr || biasOf(producer->op) || hasResidual(producer->op))
      continue;
    const TensorDesc& out = node.op.out[0];
    const bool perChannel = other.desc.dims.rank() >= 1 && other.desc.size() == out.dims.back() &&
                            other.desc.dims.back() == out.dims.back() && node.op.in[side].dims == out.dims;
    if (!perChannel) continue;
    const TensorDesc vector{other.desc.dtype, Dims{out.dims.back()}};
    const Constant* constant = other.constant;
    const int bias = graph.addConstant(
        Constant(constant->key(), View{constant->view().data, vector.dtype, vector.dims}), vector);
    absorb(node, *producer);
    node.in.push_back(bias);
    node.op.in.push_back(vector);
    biasOf(node.op) = true;
    return true;
  }
  return false;
}

/// conv(x) + y with y of the same shape, computed at run time: added in the epilogue.
bool foldResidual(Graph& graph, size_t index) {
  Node& node = graph.nodes[index];
  if (!node.op.is<BinaryParams>() || node.op.as<BinaryParams>().fn != BinaryFn::kAdd ||
      node.in[0] == node.in[1])
    return false;
  // The later of two convolutions takes the other's result as its residual.
  size_t sides[2] = {0, 1};
  if (graph.values[node.in[1]].producer > graph.values[node.in[0]].producer) std::swap(sides[0], sides[1]);
  for (const size_t side : sides) {
    const int other = node.in[1 - side];
    Node* producer = openProducer(graph, node, side);
    if (producer == nullptr || !producer->op.is<ConvParams>() || hasResidual(producer->op)) continue;
    if (graph.values[other].constant != nullptr || !(graph.values[other].desc.dims == node.op.out[0].dims))
      continue;
    const TensorDesc desc = graph.values[other].desc;
    absorb(node, *producer);
    node.in.push_back(other);
    node.op.in.push_back(desc);
    std::get<ConvParams>(node.op.params).hasResidual = true;
    return true;
  }
  return false;
}

bool foldActivation(Graph& graph, size_t index) {
  Node& node = graph.nodes[index];
  if (!node.op.is<UnaryParams>()) return false;
  Node* producer = openProducer(graph, node, 0);
  if (producer == nullptr) return false;
  const Activation activation = node.op.as<UnaryParams>().fn;
  absorb(node, *producer);
  activationOf(node.op) = activation;
  return true;
}

/// A constant pad of zeros over spatial axes becomes the convolution's own padding.
bool foldPad(Graph& graph, size_t index) {
  Node& node = graph.nodes[index];
  if (!node.op.is<ConvParams>()) return false;
  const Value& value = graph.values[node.in[0]];
  if (value.producer < 0 || value.isOutput || value.consumers.size() != 1) return false;
  const Node& producer = graph.nodes[value.producer];
  if (!producer.op.is<PadParams>()) return false;
  const PadParams& pad = producer.op.as<PadParams>();
  const int rank = producer.op.in[0].dims.rank(), spatial = rank - 2;
  if (pad.mode != PadMode::kConstant || pad.value != 0) return false;
  if (pad.begin[0] != 0 || pad.end[0] != 0 || pad.begin[rank - 1] != 0 || pad.end[rank - 1] != 0)
    return false;
  ConvParams& conv = std::get<ConvParams>(node.op.params);
  for (int i = 0; i < spatial; ++i) {
    const int axis = 3 - spatial + i;  // D, H, W: lower ranks fill the leading ones
    conv.padBegin[axis] += pad.begin[i + 1];
    conv.padEnd[axis] += pad.end[i + 1];
    conv.in[axis] -= pad.begin[i + 1] + pad.end[i + 1];
  }
  node.in[0] = producer.in[0];
  node.op.in[0] = producer.op.in[0];
  return true;
}

}  // namespace

void fuse(Graph& graph) {
  constexpr bool (*kRules[])(Graph&, size_t) = {foldPad, foldScaleShift, foldBias, foldResidual,
                                                foldActivation};
  for (size_t i = 0; i < graph.nodes.size();) {
    const bool fired =
        std::any_of(std::begin(kRules), std::end(kRules), [&](auto rule) { return rule(graph, i); });
    if (!fired) {
      ++i;
      continue;
    }
    const int kept = graph.nodes[i].out[0];
    graph.relink();
    i = static_cast<size_t>(graph.values[kept].producer);
  }
}

}  // namespace lw
