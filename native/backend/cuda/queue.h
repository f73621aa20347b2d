#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>

#include "backend/device.h"

namespace lw::cuda {

/// The GPU; in a build for the host this process, which computes as one.
Device& device();

/// What the device's buffers take together.
int64_t usedBytes();

/// Launches on the queue's stream, with `bytes` of shared memory. Throws Error(kDevice). For block.h.
void launchBlocks(RunContext& queue, const void* kernel, const void* argument, int threads, int bytes,
                  int64_t x, int64_t y, int64_t z);
void launchItems(RunContext& queue, const void* kernel, const void* argument, int64_t count);

/// The words of a queue's refusals, one for each message.
class Refusals {
 public:
  static constexpr size_t kMost = 64;
  /// The place of that message's word.
  size_t of(const std::string& what) {
    const size_t i =
        static_cast<size_t>(std::find(messages_.begin(), messages_.end(), what) - messages_.begin());
    require(i < kMost, Code::kState, "refusal: a plan has too many different ones");
    if (i == messages_.size()) messages_.push_back(what);
    return i;
  }
  size_t count() const { return messages_.size(); }
  const std::string& message(size_t i) const { return messages_[i]; }

 private:
  std::vector<std::string> messages_;
};

/// What `wait` throws for a refused value: see Queue::refusal.
inline Error refusalError(std::string what, uint64_t word) {
  const size_t at = what.find('%');
  if (at != std::string::npos) what.replace(at, 1, std::to_string(static_cast<int64_t>(word - 1)));
  return Error(Code::kArgument, what);
}

/// What `allocate` throws when the device has not as much.
inline Error outOfMemory(size_t asked, size_t free, size_t total) {
  const auto mebibytes = [](size_t bytes) { return std::to_string(bytes >> 20); };
  return Error(Code::kDevice, "cuda: out of device memory: " + mebibytes(asked) + " MiB were asked for, " +
                                  mebibytes(free) + " of " + mebibytes(total) + " MiB are free.");
}

/// In a build for the host: does it, or keeps it to be replayed. For block.h.
void doOnHost(RunContext& queue, std::function<void()> work);

/// The run context of an op of this backend.
inline Queue& queueOf(RunContext& context) { return static_cast<Queue&>(context); }

}  // namespace lw::cuda
