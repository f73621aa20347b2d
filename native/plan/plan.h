#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "plan/device_run.h"
#include "plan/graph.h"
#include "plan/memory.h"
#include "plan/schedule.h"
#include "plan/store.h"
#include "plan/watch.h"

namespace lw {

struct NodeInfo {
  std::string op, label, algorithm;
  std::string kernel;  ///< the instruction set of its loops, `reference`, or nothing for an alias
  std::vector<std::string>
      fused;  ///< what was folded into it: pad, bias, residual, the name of an activation
  std::vector<Dims> inputs, outputs;
  double flops = 0;
  int64_t bytes = 0;
  int segment = 0;
  /// `whole`: its threads share the batch; `sample`: each takes some samples; `lines`: so too, some lines at
  /// a time.
  const char* mode = "whole";
};

/// A graph made ready: fused, scheduled, placed and packed. Immutable, so several threads may run it at once.
class Plan {
 public:
  /// `batch`: dimension 0 of the inputs when samples are independent; 0 never splits. Throws Error.
  Plan(const GraphDesc& desc, const Target& target, std::shared_ptr<MapStore> store, int64_t batch);

  const std::vector<TensorDesc>& inputs() const { return inputs_; }
  const std::vector<TensorDesc>& outputs() const { return outputs_; }

  /// On a device or not.
  bool onDevice() const { return device_ != nullptr; }
  /// Memory for an input, which it is quickest to read from.
  Buffer inputMemory(size_t bytes) const {
    return device_ != nullptr ? device_->allocateHost(bytes) : Buffer(bytes);
  }
  /// One pointer per input and output, of the lengths of inputs() and outputs(), in this process's memory
  /// except for those that are `there`. All outputs are complete when it returns. Throws Error(kAborted) soon
  /// after `*cancelled`. `times`, of nodes() entries, is told how long each node took.
  void run(const std::vector<const void*>& in, const std::vector<void*>& out,
           const std::atomic<bool>* cancelled, NodeTimes* times = nullptr, const OnDevice& there = {}) const;

  std::vector<NodeInfo> describe() const;
  int64_t arenaBytes() const { return memory_.arenaBytes; }
  int64_t packedBytes() const { return store_->bytes(); }
  /// How many samples go through at a time; 0 when samples are not kept apart.
  int64_t part() const { return schedule_.part; }
  size_t nodes() const { return steps_.size(); }
  int values() const { return static_cast<int>(slots_.size()); }

 private:
  struct Step;
  struct Run;

  std::shared_ptr<const Buffer> keep(const Constant& constant) const;
  void place(const Graph& graph, const Target& target, int64_t batch);
  void prepare(const Graph& graph, const Target& target);
  void runParts(Run& run) const;
  void runSegment(const Segment& segment, const Run& run) const;
  void runChain(const Chain& chain, const Run& run, int64_t first, int64_t count, std::byte* local) const;
  void runNode(int node, RunContext& context, const Run& run, int64_t first, int64_t count,
               std::byte* local) const;
  void computeNode(int node, RunContext& context, const Run& run, int64_t first, int64_t count,
                   std::byte* local) const;
  void prepareLane(Lane& lane) const;
  void computeOnDevice(Lane& lane, const Run& run) const;
  void computeOrReplay(Lane& lane, const Run& run) const;
  void runOnDevice(const std::vector<const void*>& in, const std::vector<void*>& out,
                   const std::atomic<bool>* cancelled, const Watch* watch, const OnDevice& there) const;
  int addToTrace() const;
  View view(int value, const Run& run, int64_t first, int64_t count, std::byte* local) const;

  std::shared_ptr<MapStore> store_;
  Device* device_ = nullptr;  ///< null: it runs in this process's memory, on its threads
  std::vector<TensorDesc> inputs_, outputs_, descs_;
  std::vector<Slot> slots_;
  std::vector<std::shared_ptr<const Step>> steps_;
  std::vector<std::shared_ptr<const Buffer>> kept_;  ///< per value: weights that are read as they are
  Schedule schedule_;
  MemoryPlan memory_;
  mutable Lanes lanes_;
  int traced_ = -1;  ///< the number in the trace of the process
};

}  // namespace lw
