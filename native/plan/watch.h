#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <vector>

#include "plan/trace.h"

namespace lw {

/// How long the nodes of one run took. A node that had the machine to itself: from its begin to its end.
/// Nodes of a segment that is split by sample, where threads are at different nodes at a time: the segment's
/// time, shared out by what the threads spent in each node. So the times add up to that of the run.
class NodeTimes {
 public:
  explicit NodeTimes(size_t nodes) : nanoseconds_(nodes) {}
  void add(int node, Clock::duration time) { at(node) += count(time); }
  /// Shares `time` out to the nodes [first, last).
  void share(int first, int last, Clock::duration time);
  double milliseconds(size_t node) const { return static_cast<double>(nanoseconds_[node]) / 1e6; }
  size_t size() const { return nanoseconds_.size(); }

 private:
  static int64_t count(Clock::duration time) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(time).count();
  }
  std::atomic<int64_t>& at(int node) { return nanoseconds_[static_cast<size_t>(node)]; }

  std::vector<std::atomic<int64_t>> nanoseconds_;
};

/// Who wants to know about a run; most runs have none.
struct Watch {
  NodeTimes* times = nullptr;
  Trace* trace = nullptr;
  int traced = -1;  ///< the number of the plan in the trace, its nodes follow; -1: it is not known there

  void node(int node, int64_t samples, Clock::time_point begin, Clock::time_point end) const {
    if (times != nullptr) times->add(node, end - begin);
    if (trace != nullptr) trace->add({traced < 0 ? -1 : traced + 1 + node, samples, begin, end});
  }
  void run(Clock::time_point begin, Clock::time_point end) const {
    if (trace != nullptr) trace->add({traced, 1, begin, end});
  }
};

}  // namespace lw
