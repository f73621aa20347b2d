#include <atomic>
#include <cstring>
#include <mutex>
#include <unordered_set>

#include "backend/cuda/check.h"
#include "backend/cuda/queue.h"

namespace lw::cuda {
namespace {

/// Pinned memory between this process and the device: two pieces take turns, so that one is copied here while
/// the other one travels.
constexpr size_t kStage = size_t{4} << 20;
constexpr int kItemThreads = 256;
/// Blocks of items for each multiprocessor: enough to fill it, few enough to be started once.
constexpr int kItemBlocks = 16;

std::mutex g_mutex;
std::string g_ended;  ///< what ended the device, under the mutex
std::atomic<bool> g_dead{false};
std::atomic<int> g_gpu{0};
std::atomic<int64_t> g_used{0};

bool endsDevice(cudaError_t result) {
  switch (result) {
    case cudaErrorIllegalAddress:
    case cudaErrorLaunchTimeout:
    case cudaErrorHardwareStackError:
    case cudaErrorIllegalInstruction:
    case cudaErrorMisalignedAddress:
    case cudaErrorInvalidAddressSpace:
    case cudaErrorInvalidPc:
    case cudaErrorLaunchFailure:
    case cudaErrorAssert:
    case cudaErrorECCUncorrectable:
    case cudaErrorDevicesUnavailable:
      return true;
    default:
      return false;
  }
}

}  // namespace

void useGpu(int index) { g_gpu = index; }

void needAlive() {
  thread_local int bound = -1;
  if (const int gpu = g_gpu; bound != gpu) {
    check(cudaSetDevice(gpu), "choosing a GPU");
    bound = gpu;
  }
  if (!g_dead.load(std::memory_order_acquire)) return;
  std::lock_guard lock(g_mutex);
  throw Error(Code::kDevice,
              "cuda: the device failed earlier and answers nothing more in this process: " + g_ended);
}

void check(cudaError_t result, const std::string& what) {
  if (result == cudaSuccess) return;
  cudaGetLastError();  // or the next call would report it again
  const std::string message =
      what + ": " + cudaGetErrorString(result) + " (" + cudaGetErrorName(result) + ").";
  if (endsDevice(result)) {
    std::lock_guard lock(g_mutex);
    if (!g_dead.load(std::memory_order_relaxed)) g_ended = message;
    g_dead.store(true, std::memory_order_release);
  }
  throw Error(Code::kDevice, "cuda: " + message);
}

namespace {

struct Limits {
  int multiprocessors = 1;
  Limits() {
    int index = 0;
    check(cudaGetDevice(&index), "the current device");
    check(cudaDeviceGetAttribute(&multiprocessors, cudaDevAttrMultiProcessorCount, index), "multiprocessors");
  }
};
const Limits& limits() {
  static const Limits known;
  return known;
}

class Event {
 public:
  explicit Event(unsigned flags) { check(cudaEventCreateWithFlags(&event_, flags), "an event"); }
  ~Event() { cudaEventDestroy(event_); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  cudaEvent_t get() const { return event_; }

 private:
  cudaEvent_t event_ = nullptr;
};

/// One piece of pinned memory; its event says when the device has done with it.
class Stage {
 public:
  ~Stage() {
    if (data_ != nullptr) cudaFreeHost(data_);
  }
  std::byte* get() {
    if (data_ == nullptr) {
      void* memory = nullptr;
      check(cudaMallocHost(&memory, kStage), "pinned memory");
      data_ = static_cast<std::byte*>(memory);
    }
    return data_;
  }
  void record(cudaStream_t stream) { check(cudaEventRecord(free_.get(), stream), "an event"); }
  void wait(const char* what) { check(cudaEventSynchronize(free_.get()), what); }

 private:
  std::byte* data_ = nullptr;
  Event free_{cudaEventDisableTiming};
};

bool isPinned(const void* memory) {
  cudaPointerAttributes attributes{};
  check(cudaPointerGetAttributes(&attributes, memory), "where an operand lies");
  return attributes.type == cudaMemoryTypeHost;
}

class CudaQueue : public Queue {
 public:
  CudaQueue() { check(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "a stream"); }
  ~CudaQueue() override {
    cudaStreamSynchronize(stream_);
    if (graph_ != nullptr) cudaGraphExecDestroy(graph_);
    cudaStreamDestroy(stream_);
  }
  cudaStream_t stream() const { return stream_; }

  void upload(void* to, const void* from, size_t bytes) override {
    needAlive();
    if (bytes > kStage && isPinned(from)) {
      check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyHostToDevice, stream_), "an upload");
      return;
    }
    for (size_t at = 0; at < bytes; at += kStage, turn_ ^= 1) {
      const size_t count = std::min(kStage, bytes - at);
      Stage& stage = up_[turn_];
      std::byte* pinned = stage.get();
      stage.wait("an upload");
      std::memcpy(pinned, static_cast<const std::byte*>(from) + at, count);
      check(cudaMemcpyAsync(static_cast<std::byte*>(to) + at, pinned, count, cudaMemcpyHostToDevice, stream_),
            "an upload");
      stage.record(stream_);
    }
  }

  /// Each piece is copied out while the next one travels.
  void download(void* to, const void* from, size_t bytes) override {
    needAlive();
    const auto send = [&](size_t at, int turn) {
      const size_t count = std::min(kStage, bytes - at);
      check(cudaMemcpyAsync(down_[turn].get(), static_cast<const std::byte*>(from) + at, count,
                            cudaMemcpyDeviceToHost, stream_),
            "a download");
      down_[turn].record(stream_);
    };
    if (bytes > 0) send(0, 0);
    int turn = 0;
    for (size_t at = 0; at < bytes; at += kStage, turn ^= 1) {
      if (at + kStage < bytes) send(at + kStage, turn ^ 1);
      down_[turn].wait("a download");
      std::memcpy(static_cast<std::byte*>(to) + at, down_[turn].get(), std::min(kStage, bytes - at));
    }
  }

  void copy(void* to, const void* from, size_t bytes) override {
    needAlive();
    if (bytes > 0)
      check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice, stream_), "a copy on the device");
  }

  std::byte* workspace(size_t bytes) override {
    if (bytes > workspace_.bytes()) {
      require(!recording_, Code::kState, "workspace: it cannot grow while work is recorded");
      check(cudaStreamSynchronize(stream_), "waiting for the old workspace");
      workspace_ = Buffer();
      workspace_ = device().allocate(bytes);
    }
    return workspace_.data();
  }

  uint64_t* refusal(const std::string& what) override {
    if (words_.data() == nullptr) {
      require(!recording_, Code::kState, "refusal: its word cannot be made while work is recorded");
      words_ = device().allocate(kWordBytes);
      check(cudaMemsetAsync(words_.data(), 0, kWordBytes, stream_), "the words of refusals");
    }
    return words_.as<uint64_t>() + refusals_.of(what);
  }
  void wait(const std::string& what) override {
    uint64_t words[Refusals::kMost] = {};
    if (refusals_.count() > 0) download(words, words_.data(), kWordBytes);
    check(cudaStreamSynchronize(stream_), what);
    for (size_t i = 0; i < refusals_.count(); ++i) {
      if (words[i] == 0) continue;
      check(cudaMemsetAsync(words_.data(), 0, kWordBytes, stream_), "the words of refusals");
      throw refusalError(refusals_.message(i), words[i]);
    }
  }

  bool beginRecording() override {
    needAlive();
    check(cudaStreamBeginCapture(stream_, cudaStreamCaptureModeThreadLocal), "recording");
    recording_ = true;
    return true;
  }
  void endRecording() override {
    recording_ = false;
    cudaGraph_t graph = nullptr;
    check(cudaStreamEndCapture(stream_, &graph), "recording");
    if (graph_ != nullptr) cudaGraphExecDestroy(std::exchange(graph_, nullptr));
    const cudaError_t result = cudaGraphInstantiate(&graph_, graph, 0);
    cudaGraphDestroy(graph);
    check(result, "a graph");
  }
  void replay() override {
    needAlive();
    require(graph_ != nullptr, Code::kState, "replay: nothing was recorded");
    check(cudaGraphLaunch(graph_, stream_), "a graph");
  }

  void note() override {
    if (used_ == notes_.size()) notes_.push_back(std::make_unique<Event>(cudaEventDefault));
    check(cudaEventRecord(notes_[used_++]->get(), stream_), "an event");
  }
  std::vector<double> spent() override {
    std::vector<double> result;
    for (size_t i = 1; i < used_; ++i) {
      float ms = 0;
      check(cudaEventElapsedTime(&ms, notes_[i - 1]->get(), notes_[i]->get()), "the time between events");
      result.push_back(static_cast<double>(ms));
    }
    used_ = 0;
    return result;
  }

 private:
  cudaStream_t stream_ = nullptr;
  cudaGraphExec_t graph_ = nullptr;
  bool recording_ = false;
  static constexpr size_t kWordBytes = Refusals::kMost * sizeof(uint64_t);
  Buffer workspace_, words_;
  Refusals refusals_;
  Stage up_[2], down_[2];
  int turn_ = 0;
  std::vector<std::unique_ptr<Event>> notes_;
  size_t used_ = 0;
};

class CudaDevice : public Device {
 public:
  Buffer allocate(size_t bytes) override {
    needAlive();
    void* data = nullptr;
    const size_t size = std::max<size_t>(bytes, 256);
    const cudaError_t result = cudaMalloc(&data, size);
    if (result == cudaErrorMemoryAllocation) {
      cudaGetLastError();
      size_t free = 0, total = 0;
      check(cudaMemGetInfo(&free, &total), "the memory of the device");
      throw outOfMemory(size, free, total);
    }
    check(result, "device memory");
    g_used += static_cast<int64_t>(size);
    return Buffer::adopt(static_cast<std::byte*>(data), size, [](std::byte* memory, size_t bytes) {
      g_used -= static_cast<int64_t>(bytes);
      cudaFree(memory);
    });
  }
  Buffer allocateHost(size_t bytes) override {
    needAlive();
    void* data = nullptr;
    check(cudaMallocHost(&data, std::max<size_t>(bytes, 1)), "pinned memory");
    return Buffer::adopt(static_cast<std::byte*>(data), bytes,
                         [](std::byte* memory, size_t) { cudaFreeHost(memory); });
  }
  void write(void* to, const void* from, size_t bytes) override {
    needAlive();
    if (bytes == 0) return;
    check(cudaMemcpy(to, from, bytes, cudaMemcpyHostToDevice), "values to the device");
    // It returns as soon as `from` may change, and the streams of queues do not wait for the default one.
    check(cudaStreamSynchronize(nullptr), "values to the device");
  }
  void read(void* to, const void* from, size_t bytes) override {
    needAlive();
    if (bytes > 0) check(cudaMemcpy(to, from, bytes, cudaMemcpyDeviceToHost), "values from the device");
  }
  std::unique_ptr<Queue> open() override {
    needAlive();
    return std::make_unique<CudaQueue>();
  }
};

/// More than 48 KiB of shared memory has to be asked for, once for each kernel.
void allowShared(const void* kernel, int bytes) {
  if (bytes <= 48 << 10) return;
  static std::mutex mutex;
  static std::unordered_set<const void*> allowed;
  std::lock_guard lock(mutex);
  if (allowed.contains(kernel)) return;
  check(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes), "shared memory");
  allowed.insert(kernel);
}

cudaStream_t streamOf(RunContext& queue) { return static_cast<CudaQueue&>(queue).stream(); }

}  // namespace

Device& device() {
  static CudaDevice gpu;
  return gpu;
}

int64_t usedBytes() { return g_used; }

void launchBlocks(RunContext& queue, const void* kernel, const void* argument, int threads, int bytes,
                  int64_t x, int64_t y, int64_t z) {
  require(x < int64_t{1} << 31 && y < 65536 && z < 65536, Code::kDevice,
          "cuda: a grid of blocks is too large");
  needAlive();
  allowShared(kernel, bytes);
  void* arguments[] = {const_cast<void*>(argument)};
  const dim3 grid(static_cast<unsigned>(x), static_cast<unsigned>(y), static_cast<unsigned>(z));
  check(cudaLaunchKernel(kernel, grid, dim3(static_cast<unsigned>(threads)), arguments,
                         static_cast<size_t>(bytes), streamOf(queue)),
        "a kernel");
}

void launchItems(RunContext& queue, const void* kernel, const void* argument, int64_t count) {
  needAlive();
  const int64_t blocks =
      std::min((count + kItemThreads - 1) / kItemThreads, int64_t{kItemBlocks} * limits().multiprocessors);
  void* arguments[] = {const_cast<void*>(argument), &count};
  check(cudaLaunchKernel(kernel, dim3(static_cast<unsigned>(blocks)), dim3(kItemThreads), arguments, 0,
                         streamOf(queue)),
        "a kernel");
}

}  // namespace lw::cuda
