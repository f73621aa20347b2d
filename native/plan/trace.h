#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <mutex>
#include <string>
#include <vector>

namespace lw {

using Clock = std::chrono::steady_clock;

/// What a trace tells of a node. `flops` and `bytes` of one sample where the node may take some of the batch
/// at a time, else of all.
struct TracedNode {
  std::string name, op, algorithm, kernel, inputs, outputs;
  double flops = 0, bytes = 0;
};

struct TraceEvent {
  int node = 0;         ///< its number; negative for a node that the trace does not know
  int64_t samples = 1;  ///< times that the work of the node was done
  Clock::time_point begin, end;
};

/// All runs of the process as a Chrome trace (chrome://tracing, https://ui.perfetto.dev), in the file that
/// LAYERWISE_PROFILE names. The first 100,000 events are kept; `otherData.droppedEvents` in the file counts
/// what came after. Any thread may call it.
class Trace {
 public:
  /// Null when LAYERWISE_PROFILE is not set, or names a file that cannot be written: then a line on stderr
  /// says so.
  static Trace* active();

  /// The number of the first of these nodes; -1 when the trace knows too many already.
  int addNodes(std::vector<TracedNode> nodes);
  void add(const TraceEvent& event);
  /// Writes the file, once more when it was written before.
  void write();

 private:
  explicit Trace(std::string path) : path_(std::move(path)), start_(Clock::now()) {}
  struct Entry {
    TraceEvent event;
    int thread;
  };
  void writeEvent(std::FILE* file, const Entry& entry) const;

  const std::string path_;
  const Clock::time_point start_;
  std::mutex mutex_;
  std::vector<TracedNode> nodes_;
  std::vector<Entry> entries_;
  int64_t dropped_ = 0;
};

}  // namespace lw
