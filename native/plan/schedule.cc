#include "plan/schedule.h"

#include <algorithm>

#include "base/cpu_info.h"

namespace lw {
namespace {

int64_t weightBytes(const Graph& graph, const Target& target, const Node& node) {
  int64_t bytes = 0;
  for (const int id : node.in)
    if (graph.values[id].constant != nullptr) bytes += graph.values[id].desc.bytes();
  return static_cast<int64_t>(static_cast<double>(bytes) *
                              target.backend.weightGrowth(node.op, target.precision));
}

int64_t activationBytes(const Graph& graph, const Node& node) {
  int64_t bytes = 0;
  for (const int id : node.in)
    if (graph.values[id].constant == nullptr) bytes += graph.values[id].desc.bytes();
  for (const int id : node.out) bytes += graph.values[id].desc.bytes();
  return bytes;
}

/// Samples per task: as many as keep the largest pair of neighbouring activations in half of L2, at least
/// one, and few enough that every thread gets a share.
int64_t microBatch(const Graph& graph, const Segment& segment, int64_t batch, int threads) {
  int64_t perSample = 1;
  for (int i = segment.first; i < segment.last; ++i)
    perSample = std::max(perSample, activationBytes(graph, graph.nodes[i]) / batch);
  const int64_t share = (batch + threads - 1) / threads;
  return std::clamp<int64_t>(cpuInfo().l2 / 2 / perSample, 1, std::max<int64_t>(1, share));
}

}  // namespace

int Schedule::segmentOf(int node) const {
  const auto after = std::upper_bound(segments.begin(), segments.end(), node,
                                      [](int value, const Segment& segment) { return value < segment.last; });
  return static_cast<int>(after - segments.begin());
}

Schedule schedule(const Graph& graph, const Target& target, int64_t batch, int threads) {
  Schedule result;
  result.batch = batch;
  result.batched.assign(graph.values.size(), false);
  if (batch > 0) {
    for (const int id : graph.inputs) {
      const Dims& dims = graph.values[id].desc.dims;
      result.batched[id] = dims.rank() > 0 && dims[0] == batch;
    }
  }
  // Samples over threads only pays when the shares are nearly equal; a small batch splits inside the ops.
  const bool worthIt = batch > 1 && (batch % threads == 0 || batch >= 4 * threads);
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
  for (Segment& segment : result.segments)
    if (segment.bySample) segment.microBatch = microBatch(graph, segment, batch, threads);
  return result;
}

}  // namespace lw
