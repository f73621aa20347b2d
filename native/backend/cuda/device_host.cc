#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

#include "backend/cuda/queue.h"

// This process as the device: what the tests of a machine without a GPU run kernels on.

namespace lw::cuda {
namespace {

constexpr size_t kAlignment = 256;  ///< as the device's
std::atomic<int64_t> g_used{0};

/// LAYERWISE_CUDA_HOST_MIB: as if the device had that much memory. For tests of what comes when it is full.
int64_t capacity() {
  static const char* asked = std::getenv("LAYERWISE_CUDA_HOST_MIB");
  static const int64_t bytes = asked == nullptr ? INT64_MAX : int64_t{std::atoi(asked)} << 20;
  return bytes;
}

void move(void* to, const void* from, size_t bytes) {
  if (bytes > 0) std::memcpy(to, from, bytes);
}

class HostQueue : public Queue {
 public:
  void upload(void* to, const void* from, size_t bytes) override { move(to, from, bytes); }
  void download(void* to, const void* from, size_t bytes) override { move(to, from, bytes); }
  void copy(void* to, const void* from, size_t bytes) override {
    submit([=] { move(to, from, bytes); });
  }
  void submit(std::function<void()> work) {
    if (recording_)
      recorded_.push_back(std::move(work));
    else
      work();
  }
  std::byte* workspace(size_t bytes) override {
    require(!recording_ || bytes <= workspace_.bytes(), Code::kState,
            "workspace: it cannot grow while work is recorded");
    std::byte* data = workspace_.ensure(bytes);
    if (!recording_ && bytes > 0) std::memset(data, 0xff, bytes);  // of any content
    return data;
  }
  uint64_t* refusal(const std::string& what) override { return &refused_[refusals_.of(what)]; }
  void wait(const std::string&) override {
    for (size_t i = 0; i < refusals_.count(); ++i)
      if (refused_[i] != 0) throw refusalError(refusals_.message(i), std::exchange(refused_[i], 0));
  }
  bool beginRecording() override {
    recorded_.clear();
    return recording_ = true;
  }
  void endRecording() override { recording_ = false; }
  void replay() override {
    for (const auto& work : recorded_) work();
  }
  void note() override { ++notes_; }
  std::vector<double> spent() override {
    return std::vector<double>(static_cast<size_t>(std::max(0, std::exchange(notes_, 0) - 1)), 0.0);
  }

 private:
  Buffer workspace_;
  Refusals refusals_;
  uint64_t refused_[Refusals::kMost] = {};
  int notes_ = 0;
  bool recording_ = false;
  std::vector<std::function<void()>> recorded_;
};

class HostDevice : public Device {
 public:
  Buffer allocate(size_t bytes) override {
    const size_t size = std::max<size_t>(bytes, 1);
    const int64_t used = g_used += static_cast<int64_t>(size), before = used - static_cast<int64_t>(size);
    void* given =
        used > capacity() ? nullptr : ::operator new(size, std::align_val_t{kAlignment}, std::nothrow);
    if (given == nullptr) {
      g_used -= static_cast<int64_t>(size);
      throw outOfMemory(size, static_cast<size_t>(std::max<int64_t>(0, capacity() - before)),
                        static_cast<size_t>(capacity()));
    }
    auto* memory = static_cast<std::byte*>(given);
    std::memset(memory, 0xff, size);
    return Buffer::adopt(memory, size, [](std::byte* data, size_t count) {
      g_used -= static_cast<int64_t>(count);
      ::operator delete(data, std::align_val_t{kAlignment});
    });
  }
  void write(void* to, const void* from, size_t bytes) override { move(to, from, bytes); }
  void read(void* to, const void* from, size_t bytes) override { move(to, from, bytes); }
  std::unique_ptr<Queue> open() override { return std::make_unique<HostQueue>(); }
};

}  // namespace

void doOnHost(RunContext& queue, std::function<void()> work) {
  static_cast<HostQueue&>(queue).submit(std::move(work));
}

int64_t usedBytes() { return g_used; }

Device& device() {
  static HostDevice host;
  return host;
}

}  // namespace lw::cuda
