#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/error.h"

namespace lw::test {

/// Memory between two unmapped pages. A read or write of one element before (kBegin) or after (kEnd) it ends
/// the program.
class Guarded {
 public:
  enum class At { kBegin, kEnd };

  Guarded(size_t bytes, At at) : bytes_(bytes) {
    const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    const size_t inner = (bytes + page - 1) / page * page;
    mappedBytes_ = inner + 2 * page;
    void* mapped = mmap(nullptr, mappedBytes_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    require(mapped != MAP_FAILED, Code::kNative, "mmap failed");
    mapped_ = static_cast<std::byte*>(mapped);
    std::byte* begin = mapped_ + page;
    const int status = inner > 0 ? mprotect(begin, inner, PROT_READ | PROT_WRITE) : 0;
    require(status == 0, Code::kNative, "mprotect failed");
    // The slack between data and the page's other end is checked by `slackIntact`.
    if (inner > 0) std::memset(begin, kFill, inner);
    data_ = at == At::kBegin ? begin : begin + inner - bytes;
    slack_ = at == At::kBegin ? data_ + bytes : begin;
    slackBytes_ = inner - bytes;
  }
  ~Guarded() {
    if (mapped_ != nullptr) munmap(mapped_, mappedBytes_);
  }
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;
  Guarded(Guarded&& other) noexcept
      : bytes_(other.bytes_),
        mappedBytes_(other.mappedBytes_),
        slackBytes_(other.slackBytes_),
        mapped_(other.mapped_),
        data_(other.data_),
        slack_(other.slack_) {
    other.mapped_ = nullptr;
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
  size_t bytes_, mappedBytes_ = 0, slackBytes_ = 0;
  std::byte* mapped_ = nullptr;
  std::byte* data_ = nullptr;
  std::byte* slack_ = nullptr;
};

}  // namespace lw::test
