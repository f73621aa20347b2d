#include "plan/graph.h"

#include <algorithm>

namespace lw {
namespace {

int checkedId(int id, size_t count) {
  require(id >= 0 && static_cast<size_t>(id) < count, Code::kArgument,
          "compile: a value id is out of range.");
  return id;
}

}  // namespace

Graph::Graph(const GraphDesc& desc) : inputs(desc.inputs), outputs(desc.outputs) {
  values.resize(desc.values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    values[i].desc = desc.values[i];
    for (const int64_t dim : values[i].desc.dims)
      require(dim >= 0, Code::kShape, "compile: a dimension is negative.");
    values[i].desc.bytes();  // throws when the product overflows
  }
  std::vector<bool> written(values.size(), false);
  const auto write = [&](int id) {
    checkedId(id, values.size());
    require(!written[id], Code::kArgument, "compile: a value is written twice.");
    written[id] = true;
  };
  for (const int id : inputs) write(id), values[id].isInput = true;
  for (const ConstantDesc& constant : desc.constants) {
    write(constant.value);
    Value& value = values[constant.value];
    const std::string key = constant.key < 0 ? "" : "c" + std::to_string(constant.key);
    constants.emplace_back(key, View{const_cast<void*>(constant.data), value.desc.dtype, value.desc.dims});
    value.constant = &constants.back();
  }
  for (const NodeDesc& node : desc.nodes) {
    std::vector<TensorDesc> in, out;
    for (const int id : node.inputs) {
      require(written[checkedId(id, values.size())], Code::kArgument,
              "compile: a node reads a value before it is written.");
      in.push_back(values[id].desc);
    }
    for (const int id : node.outputs) {
      write(id);
      out.push_back(values[id].desc);
    }
    nodes.push_back(
        {makeOp(node.op, node.attrs, std::move(in), std::move(out)), node.label, node.inputs, node.outputs});
  }
  for (const int id : outputs) {
    require(written[checkedId(id, values.size())], Code::kArgument, "compile: an output is never written.");
    values[id].isOutput = true;
  }
  relink();
}

int Graph::addValue(TensorDesc desc) {
  values.emplace_back();
  values.back().desc = desc;
  return static_cast<int>(values.size()) - 1;
}

int Graph::addConstant(Constant constant, TensorDesc desc) {
  const int id = addValue(desc);
  constants.push_back(std::move(constant));
  values[id].constant = &constants.back();
  return id;
}

void Graph::relink() {
  std::vector<bool> needed(values.size(), false);
  for (const int id : outputs) needed[id] = true;
  std::vector<bool> alive(nodes.size(), false);
  for (size_t i = nodes.size(); i-- > 0;) {
    const Node& node = nodes[i];
    alive[i] = std::any_of(node.out.begin(), node.out.end(), [&](int id) { return needed[id]; });
    if (!alive[i]) continue;
    for (const int id : node.in) needed[id] = true;
  }
  std::vector<Node> kept;
  for (size_t i = 0; i < nodes.size(); ++i)
    if (alive[i]) kept.push_back(std::move(nodes[i]));
  nodes = std::move(kept);
  for (Value& value : values) value.producer = -1, value.consumers.clear();
  for (size_t i = 0; i < nodes.size(); ++i) {
    for (const int id : nodes[i].out) values[id].producer = static_cast<int>(i);
    for (const int id : nodes[i].in) values[id].consumers.push_back(static_cast<int>(i));
  }
}

}  // namespace lw
