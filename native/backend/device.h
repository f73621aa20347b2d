#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "backend/backend.h"

namespace lw {

/// A stream of a device: what is asked of it happens in that order, while this thread goes on. Each thread
/// needs one of its own. An error of the device may come out of any later call, as Error(kDevice).
class Queue : public RunContext {
 public:
  /// From this process's memory; `from` may be changed as soon as the call returns, or after `wait` when it
  /// is Device::allocateHost's.
  virtual void upload(void* to, const void* from, size_t bytes) = 0;
  /// To this process's memory; `to` is complete after `wait`.
  virtual void download(void* to, const void* from, size_t bytes) = 0;
  /// Within the device.
  virtual void copy(void* to, const void* from, size_t bytes) = 0;
  /// Device memory for the ops of this queue, one at a time: of any content, kept between runs.
  virtual std::byte* workspace(size_t bytes) = 0;
  /// A word of the device, 0 unless a kernel found a run-time value that the op refuses and wrote its number
  /// plus 1; `wait` then throws Error(kArgument, `what`, with that number for its `%`).
  virtual uint64_t* refusal(const std::string& what) = 0;
  /// Until everything that was asked for has happened. `what` names it in an error.
  virtual void wait(const std::string& what) = 0;

  /// What comes between the two is not done, but kept to be replayed: kernels and copies within the device.
  /// False: this device keeps nothing, and does it at once.
  virtual bool beginRecording() = 0;
  virtual void endRecording() = 0;
  /// Does again what was recorded. Memory that it reads and writes must be where it was.
  virtual void replay() = 0;

  /// Notes the moment; `spent` gives the milliseconds between consecutive notes, after `wait`.
  virtual void note() = 0;
  virtual std::vector<double> spent() = 0;

  void parallelFor(int64_t tasks, FunctionRef<void(int64_t)> body) override {
    for (int64_t task = 0; task < tasks; ++task) body(task);
  }
  int concurrency() const override { return 1; }
};

/// Memory and work that are not this CPU's.
class Device {
 public:
  virtual ~Device() = default;
  /// Throws Error(kDevice) when the device has not as much.
  virtual Buffer allocate(size_t bytes) = 0;
  /// Memory of this process that the device reads by itself, so that an upload needs no copy here.
  virtual Buffer allocateHost(size_t bytes) { return Buffer(bytes); }
  /// At once, from and to this process's memory: for weights and tensors. Every queue sees what was written.
  virtual void write(void* to, const void* from, size_t bytes) = 0;
  virtual void read(void* to, const void* from, size_t bytes) = 0;
  virtual std::unique_ptr<Queue> open() = 0;
};

/// A constant input on the device, made by `pack` on this CPU first; kept by the store under `tag`.
template <typename Pack>
std::shared_ptr<const Buffer> packOn(Device& device, const PrepareContext& context, size_t input,
                                     const std::string& tag, Pack&& pack) {
  return context.pack(input, "device/" + tag, [&](const View& view) {
    const Buffer host = pack(view);
    Buffer there = device.allocate(host.bytes());
    device.write(there.data(), host.data(), host.bytes());
    return there;
  });
}

/// A constant input on the device as it is.
std::shared_ptr<const Buffer> keepOn(Device& device, const PrepareContext& context, size_t input);

}  // namespace lw
