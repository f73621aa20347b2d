#include "plan/device_run.h"

#include <cstdint>
#include <string>

#include "plan/run.h"
#include "plan/step.h"

namespace lw {
namespace {

/// What kernels may count on of an operand's address, as that of every allocation of a device.
constexpr uintptr_t kAlignment = 256;

bool isAligned(const void* memory) { return reinterpret_cast<uintptr_t>(memory) % kAlignment == 0; }

/// The message of an error that says which node it comes from.
std::string inNode(std::string message, size_t node, const std::string& op, const std::string& label) {
  if (!message.ends_with('.')) message += '.';
  return message + " In node " + std::to_string(node) + ", " + op +
         (label.empty() ? "" : " \"" + label + "\"") + ".";
}

}  // namespace

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
  lane.queue = device_->open();
  if (memory_.arenaBytes > 0) lane.arena = device_->allocate(static_cast<size_t>(memory_.arenaBytes));
  lane.in.resize(inputs_.size());
  lane.out.resize(outputs_.size());
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
      throw Error(error.code(), inNode(error.what(), node, step.op.name, step.label));
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
                       const std::atomic<bool>* cancelled, const Watch* watch, const OnDevice& there) const {
  // A lane whose run failed is not used again.
  std::unique_ptr<Lane> lane = lanes_.take();
  prepareLane(*lane);
  Queue& queue = *lane->queue;
  // One node computes where its operands lie, so that eager ops keep no copies; more are replayed, which
  // takes fixed places.
  const bool inPlace = steps_.size() == 1 && there.any();
  const auto placeOf = [&](Buffer& place, const TensorDesc& desc, const void* memory, bool isThere) {
    if (inPlace && isThere && isAligned(memory)) return static_cast<std::byte*>(const_cast<void*>(memory));
    if (place.data() == nullptr) place = device_->allocate(static_cast<size_t>(desc.bytes()));
    return place.data();
  };
  std::vector<const void*> deviceIn;
  std::vector<void*> deviceOut;
  for (size_t i = 0; i < in.size(); ++i)
    deviceIn.push_back(placeOf(lane->in[i], inputs_[i], in[i], there.input(i)));
  for (size_t i = 0; i < out.size(); ++i)
    deviceOut.push_back(placeOf(lane->out[i], outputs_[i], out[i], there.output(i)));
  const Run run{deviceIn, deviceOut, cancelled, watch, lane->arena.data(), 0, schedule_.batch};
  run.check();
  for (size_t i = 0; i < in.size(); ++i) {
    if (deviceIn[i] == in[i]) continue;
    const size_t bytes = static_cast<size_t>(inputs_[i].bytes());
    if (there.input(i))
      queue.copy(lane->in[i].data(), in[i], bytes);
    else
      queue.upload(lane->in[i].data(), in[i], bytes);
  }
  if (inPlace)
    computeOnDevice(*lane, run);
  else
    computeOrReplay(*lane, run);
  for (size_t i = 0; i < out.size(); ++i) {
    if (deviceOut[i] == out[i]) continue;
    const size_t bytes = static_cast<size_t>(outputs_[i].bytes());
    if (there.output(i))
      queue.copy(out[i], lane->out[i].data(), bytes);
    else
      queue.download(out[i], lane->out[i].data(), bytes);
  }
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
