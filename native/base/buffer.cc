#include "base/buffer.h"

#include <atomic>
#include <cstdlib>
#include <new>
#include <string>
#include <utility>

#include "base/error.h"

#if defined(__linux__) || defined(__APPLE__)
#include <unistd.h>
#endif
#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace lw {
namespace {
constexpr size_t kAlignment = 64;
/// Buffers from this size on lie on huge pages where the system has them: streams through memory then stop
/// for few page walks.
constexpr size_t kHugePage = 2 << 20, kHuge = 2 * kHugePage;

size_t alignmentOf(size_t bytes) { return bytes >= kHuge ? kHugePage : kAlignment; }

void* allocate(size_t bytes) {
  void* data = ::operator new(bytes, std::align_val_t{alignmentOf(bytes)}, std::nothrow);
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  // Whole pages only: the last piece of one would take memory that nobody asked for.
  if (data != nullptr && bytes >= kHuge) madvise(data, bytes / kHugePage * kHugePage, MADV_HUGEPAGE);
#endif
  return data;
}
std::atomic<int64_t> g_count{0};
std::atomic<int64_t> g_bytes{0};

/// More than the machine has is refused before it is asked for: the system would promise it and fail at the
/// first touch.
size_t physicalMemory() {
#if defined(_SC_PHYS_PAGES) && defined(_SC_PAGESIZE)
  static const size_t bytes =
      static_cast<size_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<size_t>(sysconf(_SC_PAGESIZE));
  return bytes;
#else
  return SIZE_MAX;
#endif
}
}  // namespace

Buffer::~Buffer() {
  if (data_ == nullptr) return;
  g_bytes -= static_cast<int64_t>(bytes_);
  ::operator delete(data_, std::align_val_t{alignmentOf(bytes_)});
}

Buffer& Buffer::operator=(Buffer&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

std::byte* Buffer::ensure(size_t bytes) {
  if (bytes <= bytes_) return data_;
  // Whole cache lines, and one more, so that a kernel may read a full packet at the last element.
  const size_t rounded = (bytes + 2 * kAlignment - 1) / kAlignment * kAlignment;
  if (rounded < bytes || rounded > physicalMemory())
    throw Error(Code::kNative,
                "a buffer of " + std::to_string(bytes >> 20) + " MiB is more than the machine's memory");
  Buffer old = std::move(*this);
  void* fresh = allocate(rounded);
  if (fresh == nullptr) throw Error(Code::kNative, "out of memory");
  data_ = static_cast<std::byte*>(fresh);
  bytes_ = rounded;
  ++g_count;
  g_bytes += static_cast<int64_t>(rounded);
  return data_;
}

int64_t allocationCount() { return g_count; }
int64_t allocatedBytes() { return g_bytes; }

}  // namespace lw
