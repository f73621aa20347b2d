#pragma once

#include <cstdint>
#include <vector>

#include "plan/graph.h"

namespace lw {

/// A run of nodes that is executed the same way.
struct Segment {
  int first = 0, last = 0;  ///< nodes [first, last)
  bool bySample = false;  ///< each thread takes micro-batches through all nodes; otherwise one node after the
                          ///< other, split inside
  int64_t microBatch = 0;  ///< samples a task takes; set when bySample
};

struct Schedule {
  std::vector<Segment> segments;
  std::vector<bool> batched;  ///< per value: dimension 0 is the batch and samples are independent
  int64_t batch = 0;

  int segmentOf(int node) const;
};

/// Cuts the graph. Depends on the graph and the machine's caches and threads; results do not depend on it.
Schedule schedule(const Graph& graph, const Target& target, int64_t batch, int threads);

}  // namespace lw
