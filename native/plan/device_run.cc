#include "plan/device_run.h"

#include "plan/run.h"
#include "plan/step.h"

namespace lw {

std::unique_ptr<Lane> Lanes::take() {
  std::lock_guard lock(mutex_);
  if (idle_.empty()) return std::make_unique<Lane>();
  std::unique_ptr<Lane> lane = std::move(idle_.back());
  idle_.pop_back();
  return lane;
}

void Lanes::give(std::unique_ptr<Lane> lane) {
  std::lock_guard lock(mutex_);
  idle_.push_back(std::move(lane));
}

void Plan::prepareLane(Lane& lane) const {
  if (lane.queue) return;
  const auto allocate = [&](int64_t bytes) { return device_->allocate(static_cast<size_t>(bytes)); };
  lane.queue = device_->open();
  if (memory_.arenaBytes > 0) lane.arena = allocate(memory_.arenaBytes);
  for (const TensorDesc& desc : inputs_) lane.in.push_back(allocate(desc.bytes()));
  for (const TensorDesc& desc : outputs_) lane.out.push_back(allocate(desc.bytes()));
}

/// All nodes, and the outputs that are copies: everything between the uploads and the downloads.
void Plan::computeOnDevice(Lane& lane, const Run& run) const {
  const bool noted = run.watch != nullptr && run.watch->times != nullptr;
  if (noted) lane.queue->note();
  for (size_t node = 0; node < steps_.size(); ++node) {
    run.check();
    try {
      computeNode(static_cast<int>(node), *lane.queue, run, 0, schedule_.batch, nullptr);
      if (lane.runs == 0) lane.queue->wait("its kernels");  // what fails later names no node
    } catch (const Error& error) {
      const Step& step = *steps_[node];
      throw Error(error.code(), std::string(error.what()) + " In node " + std::to_string(node) + ", " +
                                    step.op.name + (step.label.empty() ? "" : " \"" + step.label + "\"") +
                                    ".");
    }
    if (noted) lane.queue->note();
  }
  for (const auto& [value, output] : memory_.copies) {
    const View source = view(value, run, 0, schedule_.batch, nullptr);
    lane.queue->copy(run.out[static_cast<size_t>(output)], source.data,
                     static_cast<size_t>(descs_[value].bytes()));
  }
}

/// The first run finds out how much workspace the nodes need, the second one is recorded, all later ones are
/// replayed.
void Plan::computeOrReplay(Lane& lane, const Run& run) const {
  Queue& queue = *lane.queue;
  if (run.watch != nullptr || lane.runs == 0) return computeOnDevice(lane, run);
  if (!lane.recorded) {
    if (!queue.beginRecording()) return computeOnDevice(lane, run);
    computeOnDevice(lane, run);
    queue.endRecording();
    lane.recorded = true;
  }
  queue.replay();
}

void Plan::runOnDevice(const std::vector<const void*>& in, const std::vector<void*>& out,
                       const std::atomic<bool>* cancelled, const Watch* watch) const {
  // A lane whose run failed is not used again.
  std::unique_ptr<Lane> lane = lanes_.take();
  prepareLane(*lane);
  Queue& queue = *lane->queue;
  std::vector<const void*> deviceIn;
  std::vector<void*> deviceOut;
  for (const Buffer& buffer : lane->in) deviceIn.push_back(buffer.data());
  for (const Buffer& buffer : lane->out) deviceOut.push_back(buffer.data());
  const Run run{deviceIn, deviceOut, cancelled, watch, lane->arena.data(), 0, schedule_.batch};
  run.check();
  for (size_t i = 0; i < in.size(); ++i)
    queue.upload(lane->in[i].data(), in[i], static_cast<size_t>(inputs_[i].bytes()));
  computeOrReplay(*lane, run);
  for (size_t i = 0; i < out.size(); ++i)
    queue.download(out[i], lane->out[i].data(), static_cast<size_t>(outputs_[i].bytes()));
  queue.wait("a run of " + std::to_string(steps_.size()) + " nodes");
  if (watch != nullptr && watch->times != nullptr) {
    const std::vector<double> spent = queue.spent();
    for (size_t node = 0; node < spent.size(); ++node)
      watch->times->add(static_cast<int>(node), std::chrono::duration_cast<Clock::duration>(
                                                    std::chrono::duration<double, std::milli>(spent[node])));
  }
  ++lane->runs;
  lanes_.give(std::move(lane));
}

}  // namespace lw
