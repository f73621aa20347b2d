#include <algorithm>

#include "plan/graph.h"

// Which values of a plan of precision bfloat16 lie in memory as such.

namespace lw {
namespace {

/// An operand of a node: inputs, then outputs.
int valueOf(const Node& node, size_t operand) {
  return operand < node.in.size() ? node.in[operand] : node.out[operand - node.in.size()];
}

/// A reshape moves nothing, or copies bytes.
Storage storageOf(const Node& node, size_t operand, const Backend& backend) {
  if (node.op.is<ReshapeParams>()) return Storage::kAlike;
  return backend.supports(node.op) ? backend.storage(node.op, operand) : Storage::kAsIs;
}

}  // namespace

void narrow(Graph& graph, const Backend& backend) {
  std::vector<bool> narrow;
  for (const Value& value : graph.values)
    narrow.push_back(value.desc.dtype == DType::kFloat32 && !value.isInput && !value.isOutput &&
                     value.constant == nullptr);
  std::vector<std::vector<int>> alike;
  for (const Node& node : graph.nodes) {
    std::vector<int> group;
    for (size_t i = 0; i < node.in.size() + node.out.size(); ++i) {
      const Storage storage = storageOf(node, i, backend);
      if (storage == Storage::kAsIs) narrow[valueOf(node, i)] = false;
      if (storage == Storage::kAlike) group.push_back(valueOf(node, i));
    }
    if (group.size() > 1) alike.push_back(std::move(group));
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (const std::vector<int>& group : alike) {
      const auto isNarrow = [&](int id) { return bool(narrow[id]); };
      if (std::all_of(group.begin(), group.end(), isNarrow) ||
          std::none_of(group.begin(), group.end(), isNarrow))
        continue;
      for (const int id : group) narrow[id] = false;
      changed = true;
    }
  }
  for (size_t id = 0; id < graph.values.size(); ++id)
    if (narrow[id]) graph.values[id].desc.dtype = DType::kBfloat16;
  for (Node& node : graph.nodes) {
    for (size_t i = 0; i < node.in.size(); ++i) node.op.in[i].dtype = graph.values[node.in[i]].desc.dtype;
    for (size_t i = 0; i < node.out.size(); ++i) node.op.out[i].dtype = graph.values[node.out[i]].desc.dtype;
  }
}

}  // namespace lw
