#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <mutex>

#include "base/error.h"

namespace lw::test {

/// Mappings of a number of bytes between two pages that nobody may touch. Those given back are used again:
/// making one costs the system far more than the test that it is for.
class GuardedMappings {
 public:
  static GuardedMappings& shared() {
    static GuardedMappings mappings;
    return mappings;
  }

  /// The first of `inner` bytes, a multiple of the page.
  std::byte* take(size_t inner) {
    {
      const std::lock_guard lock(mutex_);
      if (const auto found = free_.find(inner); found != free_.end()) {
        std::byte* begin = found->second;
        free_.erase(found);
        freeBytes_ -= inner;
        return begin;
      }
    }
    void* mapped = mmap(nullptr, inner + 2 * page(), PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    require(mapped != MAP_FAILED, Code::kNative, "mmap failed");
    std::byte* begin = static_cast<std::byte*>(mapped) + page();
    const int status = inner > 0 ? mprotect(begin, inner, PROT_READ | PROT_WRITE) : 0;
    require(status == 0, Code::kNative, "mprotect failed");
    return begin;
  }

  void giveBack(std::byte* begin, size_t inner) {
    {
      const std::lock_guard lock(mutex_);
      if (freeBytes_ + inner <= kMostFreeBytes && free_.size() < kMostFree) {
        free_.emplace(inner, begin);
        freeBytes_ += inner;
        return;
      }
    }
    munmap(begin - page(), inner + 2 * page());
  }

  static size_t page() {
    static const auto bytes = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    return bytes;
  }

 private:
  static constexpr size_t kMostFreeBytes = size_t{256} << 20;
  static constexpr size_t kMostFree = 4096;
  std::mutex mutex_;
  std::multimap<size_t, std::byte*> free_;
  size_t freeBytes_ = 0;
};

/// Memory between two unmapped pages. A read or write of one element before (kBegin) or after (kEnd) it ends
/// the program.
class Guarded {
 public:
  enum class At { kBegin, kEnd };

  Guarded(size_t bytes, At at) : bytes_(bytes) {
    const size_t page = GuardedMappings::page();
    const size_t inner = (bytes + page - 1) / page * page;
    begin_ = GuardedMappings::shared().take(inner);
    // The slack between data and the page's other end is checked by `slackIntact`.
    if (inner > 0) std::memset(begin_, kFill, inner);
    data_ = at == At::kBegin ? begin_ : begin_ + inner - bytes;
    slack_ = at == At::kBegin ? data_ + bytes : begin_;
    slackBytes_ = inner - bytes;
  }
  ~Guarded() {
    if (begin_ != nullptr) GuardedMappings::shared().giveBack(begin_, bytes_ + slackBytes_);
  }
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;
  Guarded(Guarded&& other) noexcept
      : bytes_(other.bytes_),
        slackBytes_(other.slackBytes_),
        begin_(other.begin_),
        data_(other.data_),
        slack_(other.slack_) {
    other.begin_ = nullptr;
  }

  std::byte* data() const { return data_; }
  size_t bytes() const { return bytes_; }
  /// What nobody has written holds 0xA5 bytes.
  bool slackIntact() const {
    for (size_t i = 0; i < slackBytes_; ++i)
      if (slack_[i] != std::byte{kFill}) return false;
    return true;
  }

 private:
  static constexpr unsigned char kFill = 0xA5;
  size_t bytes_, slackBytes_ = 0;
  std::byte* begin_ = nullptr;
  std::byte* data_ = nullptr;
  std::byte* slack_ = nullptr;
};

}  // namespace lw::test
