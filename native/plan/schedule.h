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

/// The most nodes in a chain, and inputs of one: a run keeps what it knows of them on the stack.
inline constexpr int kLongestChain = 16, kChainInputs = 4;

/// Lines [first, last) of the output of a node.
struct BandStep {
  int node = 0;
  int64_t first = 0, last = 0;
};

/// Nodes [first, last) of a segment that is split by sample: for each sample their lines are made in turns,
/// so that a node finds in L2 what the one before it has made.
struct Chain {
  int first = 0, last = 0;
  std::vector<BandStep> steps;
};

struct Schedule {
  std::vector<Segment> segments;
  std::vector<Chain> chains;   ///< in the order of their nodes
  std::vector<int64_t> rings;  ///< per value: how many lines of it a chain keeps; 0: it is there as a whole
  std::vector<bool> batched;   ///< per value: dimension 0 is the batch and samples are independent
  int64_t batch = 0;
  int64_t part =
      0;  ///< samples that go through all segments at a time, one part of the batch after the other

  int segmentOf(int node) const;
  /// The chain of a node, or null.
  const Chain* chainOf(int node) const;
};

/// Cuts the graph, for parts of `part` samples (`batch` when it is not cut). Depends on the graph and the
/// machine's caches and threads; results do not depend on it.
Schedule schedule(const Graph& graph, const Target& target, int64_t batch, int64_t part, int threads);

/// The fewest samples that are worth a part, for all weights are read once for each; `batch` when the graph
/// mixes samples.
int64_t smallestPart(const Graph& graph, const Target& target, const Schedule& whole, int threads);

/// Bytes that a run of the node reads of packed weights.
int64_t weightBytes(const Graph& graph, const Target& target, const Node& node);

}  // namespace lw
