#include "plan/memory.h"

#include <algorithm>
#include <numeric>

#include "plan/bands.h"

namespace lw {
namespace {

constexpr int64_t kAlign = 64;

/// What shares one piece of memory: values joined by reshape or written in place.
struct Group {
  std::vector<int> values;
  int64_t bytes = 0;       ///< of a part of the batch in the arena, of one micro-batch in a workspace
  int begin = 0, end = 0;  ///< nodes, both inclusive
  int64_t offset = 0;
};

class Planner {
 public:
  Planner(const Graph& graph, const Schedule& schedule, const std::vector<bool>& overResidual)
      : graph_(graph), schedule_(schedule), overResidual_(overResidual) {
    root_.resize(graph.values.size());
    std::iota(root_.begin(), root_.end(), 0);
    plan_.slots.resize(graph.values.size());
  }

  MemoryPlan run() {
    placeExternal();
    shareMemory();
    collect();
    return std::move(plan_);
  }

 private:
  int rootOf(int id) const {
    while (root_[id] != id) id = root_[id];
    return id;
  }

  bool isExternal(int root) const { return plan_.slots[root].place != Place::kNone; }

  void placeExternal() {
    for (size_t i = 0; i < graph_.inputs.size(); ++i)
      plan_.slots[graph_.inputs[i]] = {Place::kInput, static_cast<int>(i), 0};
    for (size_t id = 0; id < graph_.values.size(); ++id)
      if (graph_.values[id].constant != nullptr)
        plan_.slots[id] = {Place::kConstant, static_cast<int>(id), 0};
    for (size_t i = 0; i < graph_.outputs.size(); ++i) {
      const int id = graph_.outputs[i];
      if (isExternal(id))
        plan_.copies.emplace_back(id, static_cast<int>(i));
      else
        plan_.slots[id] = {Place::kOutput, static_cast<int>(i), 0};
    }
  }

  int lastUse(int root) const {
    int last = -1;
    for (size_t id = 0; id < graph_.values.size(); ++id) {
      if (rootOf(static_cast<int>(id)) != root) continue;
      for (const int node : graph_.values[id].consumers) last = std::max(last, node);
    }
    return last;
  }

  /// Joins `out` to the memory of `in`. When both are fixed to different places they stay apart.
  bool join(int out, int in) {
    const int from = rootOf(out), to = rootOf(in);
    if (from == to) return true;
    if (isExternal(from) && isExternal(to)) return false;
    if (isExternal(from))
      root_[to] = from;
    else
      root_[from] = to;
    return true;
  }

  void shareMemory() {
    for (size_t i = 0; i < graph_.nodes.size(); ++i) {
      const Node& node = graph_.nodes[i];
      if (node.op.is<ReshapeParams>()) {
        join(node.out[0], node.in[0]);
      } else if (node.op.is<UnaryParams>() || node.op.is<BinaryParams>()) {
        if (mayWriteOver(node, 0, static_cast<int>(i))) join(node.out[0], node.in[0]);
      } else if (overResidual_[i]) {
        const size_t residual = node.in.size() - 1;
        if (mayWriteOver(node, residual, static_cast<int>(i)) &&
            chainAllows(node, residual, static_cast<int>(i)))
          join(node.out[0], node.in[residual]);
      }
    }
  }

  /// Whether an input looks like the output, and nothing else reads its memory from this node on.
  bool mayWriteOver(const Node& node, size_t input, int index) const {
    const TensorDesc &in = node.op.in[input], &out = node.op.out[0];
    if (in.dtype != out.dtype || !(in.dims == out.dims)) return false;
    const int root = rootOf(node.in[input]);
    for (size_t i = 0; i < node.in.size(); ++i)
      if (i != input && rootOf(node.in[i]) == root) return false;
    // The caller's memory and weights are never written; an output is not written through a value that lives
    // before it either.
    return !isExternal(root) && !isExternal(rootOf(node.out[0])) && lastUse(root) == index;
  }

  /// Whether the nodes of a chain, which are at different lines at a time, leave nothing to be read where one
  /// of them writes over its input.
  bool chainAllows(const Node& node, size_t input, int index) const {
    const Chain* chain = schedule_.chainOf(index);
    if (chain == nullptr) return true;
    const int residual = node.in[input], root = rootOf(residual);
    if (schedule_.rings[residual] > 0 || schedule_.rings[node.out[0]] > 0) return false;
    for (size_t id = 0; id < graph_.values.size(); ++id) {
      const Value& value = graph_.values[id];
      if (rootOf(static_cast<int>(id)) != root) continue;
      const bool readThere = std::any_of(value.consumers.begin(), value.consumers.end(),
                                         [&](int reader) { return reader >= chain->first; });
      if (!readThere) continue;
      if (!(value.desc.dims == node.op.out[0].dims) ||
          !readBefore(graph_, *chain, static_cast<int>(id), index))
        return false;
    }
    return true;
  }

  /// Nodes of a chain run at the same time.
  int beginOf(int node) const {
    const Chain* chain = schedule_.chainOf(node);
    return chain != nullptr ? chain->first : node;
  }
  int endOf(int node) const {
    const Chain* chain = schedule_.chainOf(node);
    return chain != nullptr ? chain->last - 1 : node;
  }

  /// A value lives for whole segments when it crosses a border, because tasks of a split segment run at
  /// different nodes at a time.
  void collect() {
    std::vector<Group> arena;
    std::vector<std::vector<Group>> local(schedule_.segments.size());
    std::vector<Group> groups(graph_.values.size());
    for (size_t id = 0; id < graph_.values.size(); ++id) {
      const Value& value = graph_.values[id];
      const int root = rootOf(static_cast<int>(id));
      plan_.slots[id] = plan_.slots[root];
      if (isExternal(root) || (value.producer < 0 && value.consumers.empty())) continue;
      Group& group = groups[root];
      const int begin = beginOf(value.producer);
      const int last = value.consumers.empty()
                           ? value.producer
                           : *std::max_element(value.consumers.begin(), value.consumers.end());
      const int end = endOf(last);
      if (group.values.empty()) group.begin = begin, group.end = end;
      group.begin = std::min(group.begin, begin);
      group.end = std::max(group.end, end);
      group.bytes = std::max(group.bytes, value.desc.bytes());
      group.values.push_back(static_cast<int>(id));
    }
    for (Group& group : groups) {
      if (group.values.empty()) continue;
      const int first = schedule_.segmentOf(group.begin), last = schedule_.segmentOf(group.end);
      const Segment &a = schedule_.segments[first], &b = schedule_.segments[last];
      const bool allBatched = std::all_of(group.values.begin(), group.values.end(),
                                          [&](int id) { return bool(schedule_.batched[id]); });
      if (first == last && a.bySample && allBatched) {
        // A ring shares its memory with no other value.
        const int value = group.values.front();
        const int64_t sample = group.bytes / schedule_.batch, ring = schedule_.rings[value];
        group.bytes = ring > 0 ? sample / graph_.values[value].desc.dims[1] * ring : sample * a.microBatch;
        local[first].push_back(group);
        continue;
      }
      if (allBatched) group.bytes = group.bytes / schedule_.batch * schedule_.part;
      if (a.bySample) group.begin = a.first;
      if (b.bySample) group.end = b.last - 1;
      arena.push_back(group);
    }
    plan_.arenaBytes = assign(arena, Place::kArena);
    for (std::vector<Group>& groupsOfSegment : local)
      plan_.localBytes = std::max(plan_.localBytes, assign(groupsOfSegment, Place::kLocal));
  }

  /// Largest first, each at the lowest offset that no group alive at the same time covers.
  int64_t assign(std::vector<Group>& groups, Place place) {
    std::stable_sort(groups.begin(), groups.end(),
                     [](const Group& a, const Group& b) { return a.bytes > b.bytes; });
    int64_t total = 0;
    std::vector<const Group*> placed;
    for (Group& group : groups) {
      group.bytes = (group.bytes + kAlign - 1) / kAlign * kAlign;
      std::sort(placed.begin(), placed.end(),
                [](const Group* a, const Group* b) { return a->offset < b->offset; });
      int64_t offset = 0;
      for (const Group* other : placed) {
        if (other->end < group.begin || group.end < other->begin) continue;
        if (other->offset >= offset + group.bytes) break;
        offset = std::max(offset, other->offset + other->bytes);
      }
      group.offset = offset;
      total = std::max(total, checkedAdd(offset, group.bytes));
      placed.push_back(&group);
      for (const int id : group.values) plan_.slots[id] = {place, 0, offset};
    }
    return total;
  }

  const Graph& graph_;
  const Schedule& schedule_;
  const std::vector<bool>& overResidual_;
  std::vector<int> root_;
  MemoryPlan plan_;
};

}  // namespace

MemoryPlan planMemory(const Graph& graph, const Schedule& schedule, const std::vector<bool>& overResidual) {
  return Planner(graph, schedule, overResidual).run();
}

}  // namespace lw
