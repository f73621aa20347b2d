#include "plan/schedule.h"

#include <algorithm>
#include <cmath>

#include "base/cpu_info.h"

namespace lw {
namespace {

/// From so many on, the shares of the threads are nearly equal however many there are.
constexpr int64_t kSamplesPerThread = 4;

int64_t activationBytes(const Graph& graph, const Node& node) {
  int64_t bytes = 0;
  for (const int id : node.in)
    if (graph.values[id].constant == nullptr) bytes += graph.values[id].desc.bytes();
  for (const int id : node.out) bytes += graph.values[id].desc.bytes();
  return bytes;
}

}  // namespace

int64_t weightBytes(const Graph& graph, const Target& target, const Node& node) {
  int64_t bytes = 0;
  for (const int id : node.in)
    if (graph.values[id].constant != nullptr) bytes += graph.values[id].desc.bytes();
  return static_cast<int64_t>(static_cast<double>(bytes) *
                              target.backend.weightGrowth(node.op, target.precision));
}

int Schedule::segmentOf(int node) const {
  const auto after = std::upper_bound(segments.begin(), segments.end(), node,
                                      [](int value, const Segment& segment) { return value < segment.last; });
  return static_cast<int>(after - segments.begin());
}

const Chain* Schedule::chainOf(int node) const {
  const auto after = std::upper_bound(chains.begin(), chains.end(), node,
                                      [](int value, const Chain& chain) { return value < chain.last; });
  return after != chains.end() && after->first <= node ? &*after : nullptr;
}

Schedule schedule(const Graph& graph, const Target& target, int64_t batch, int64_t part, int threads) {
  Schedule result;
  result.batch = batch;
  result.part = part;
  result.batched.assign(graph.values.size(), false);
  result.rings.assign(graph.values.size(), 0);
  if (batch > 0) {
    for (const int id : graph.inputs) {
      const Dims& dims = graph.values[id].desc.dims;
      result.batched[id] = dims.rank() > 0 && dims[0] == batch;
    }
  }
  // Samples over threads only pays when the shares are nearly equal; a small batch splits inside the ops.
  const bool worthIt = part > 1 && (part % threads == 0 || part >= kSamplesPerThread * threads);
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    const Node& node = graph.nodes[i];
    std::vector<bool> in;
    for (const int id : node.in) in.push_back(result.batched[id]);
    const bool splits = std::any_of(in.begin(), in.end(), [](bool b) { return b; }) &&
                        splitsByBatch(node.op, in) &&
                        std::all_of(node.out.begin(), node.out.end(), [&](int id) {
                          const Dims& dims = graph.values[id].desc.dims;
                          return dims.rank() > 0 && dims[0] == batch;
                        });
    for (const int id : node.out) result.batched[id] = splits;
    // By sample the weights are read again for each, which costs nothing while they stay in L2; all together
    // the activations leave the cache instead.
    const int64_t free =
        std::max(activationBytes(graph, node) / std::max<int64_t>(1, batch), cpuInfo().l2 / 4);
    const bool bySample = worthIt && splits && weightBytes(graph, target, node) <= free;
    const int index = static_cast<int>(i);
    if (result.segments.empty() || result.segments.back().bySample != bySample)
      result.segments.push_back({index, index + 1, bySample, 0});
    else
      result.segments.back().last = index + 1;
  }
  return result;
}

int64_t smallestPart(const Graph& graph, const Target& target, const Schedule& whole, int threads) {
  // Weights that are at most so many times the activations of a part take little of its time.
  constexpr double kWeights = 0.25;
  if (whole.batch == 0) return 0;
  int64_t weights = 0, activations = 0;
  for (const Node& node : graph.nodes) {
    weights += weightBytes(graph, target, node);
    activations += activationBytes(graph, node);
    const auto batched = [&](int id) { return bool(whole.batched[id]); };
    const bool any = std::any_of(node.in.begin(), node.in.end(), batched);
    if (any && !std::all_of(node.out.begin(), node.out.end(), batched)) return whole.batch;
  }
  const double perSample = static_cast<double>(activations) / static_cast<double>(whole.batch);
  const double least = std::ceil(static_cast<double>(weights) / std::max(1.0, kWeights * perSample));
  if (least >= static_cast<double>(whole.batch)) return whole.batch;
  return std::min(whole.batch, std::max(kSamplesPerThread * threads, static_cast<int64_t>(least)));
}

}  // namespace lw
