#pragma once

#include <cstddef>
#include <cstdint>

namespace lw {

/// Bytes from the system, 64-byte aligned, grown on demand and never shrunk: what plans and threads keep
/// between runs.
class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(size_t bytes) { ensure(bytes); }
  ~Buffer();
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  Buffer(Buffer&& other) noexcept : data_(other.data_), bytes_(other.bytes_), release_(other.release_) {
    other.data_ = nullptr, other.bytes_ = 0, other.release_ = nullptr;
  }
  Buffer& operator=(Buffer&& other) noexcept;

  /// Memory from elsewhere, a device's for instance, which `release` frees; it cannot grow, and does not
  /// count below.
  using Release = void (*)(std::byte* data, size_t bytes);
  static Buffer adopt(std::byte* data, size_t bytes, Release release);

  /// At least `bytes` bytes; the content is lost when it grows. Throws Error(kNative) when there is no
  /// memory.
  std::byte* ensure(size_t bytes);
  std::byte* data() const { return data_; }
  size_t bytes() const { return bytes_; }
  template <typename T>
  T* as() const {
    return reinterpret_cast<T*>(data_);
  }

 private:
  std::byte* data_ = nullptr;
  size_t bytes_ = 0;
  Release release_ = nullptr;  ///< null: it is the system's
};

/// How often, and how much, the core holds from the system through Buffer: constant in steady state.
int64_t allocationCount();
int64_t allocatedBytes();

/// Gives back to the system what the process's allocator keeps of freed memory, where it can.
void trimHeap();

}  // namespace lw
