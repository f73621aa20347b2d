#include "base/buffer.h"

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <string>
#include <utility>

#include "base/error.h"

#if defined(__GLIBC__)
#include <malloc.h>
#endif
#if defined(__linux__) || defined(__APPLE__)
#include <sys/mman.h>
#include <unistd.h>
// The address sanitizer watches what operator new gives, not pages.
#if !defined(__SANITIZE_ADDRESS__)
#define LW_PAGES 1
#endif
#endif

namespace lw {
namespace {
constexpr size_t kAlignment = 64;
std::atomic<int64_t> g_count{0};
std::atomic<int64_t> g_bytes{0};

#if defined(LW_PAGES)
/// From this size on memory comes from the system in whole pages and goes back to it at once: an allocator
/// would keep some of it.
constexpr size_t kPaged = size_t{256} << 10;
/// Buffers from this size on lie on huge pages where the system has them: streams through memory then stop
/// for few page walks, and few faults make it present.
constexpr size_t kHugePage = size_t{2} << 20, kHuge = 2 * kHugePage;

std::byte* map(size_t bytes) {
  void* pages = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return pages == MAP_FAILED ? nullptr : static_cast<std::byte*>(pages);
}

/// `bytes` at a multiple of a huge page: what lies before and after it is given back.
std::byte* mapHuge(size_t bytes) {
  std::byte* const pages = map(bytes + kHugePage);
  if (pages == nullptr) return nullptr;
  const size_t over = reinterpret_cast<uintptr_t>(pages) % kHugePage, head = over > 0 ? kHugePage - over : 0;
  static const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  const size_t end = (head + bytes + page - 1) / page * page;
  if (head > 0) munmap(pages, head);
  if (end < bytes + kHugePage) munmap(pages + end, bytes + kHugePage - end);
#if defined(MADV_HUGEPAGE)
  // Whole pages only: the last piece of one would take memory that nobody asked for.
  madvise(pages + head, bytes / kHugePage * kHugePage, MADV_HUGEPAGE);
#endif
  return pages + head;
}
#endif

std::byte* acquire(size_t bytes) {
#if defined(LW_PAGES)
  if (bytes >= kPaged) return bytes >= kHuge ? mapHuge(bytes) : map(bytes);
#endif
  return static_cast<std::byte*>(::operator new(bytes, std::align_val_t{kAlignment}, std::nothrow));
}

void release(std::byte* data, [[maybe_unused]] size_t bytes) {
#if defined(LW_PAGES)
  if (bytes >= kPaged) {
    munmap(data, bytes);
    return;
  }
#endif
  ::operator delete(data, std::align_val_t{kAlignment});
}

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
  if (release_ != nullptr) {
    release_(data_, bytes_);
    return;
  }
  g_bytes -= static_cast<int64_t>(bytes_);
  release(data_, bytes_);
}

Buffer& Buffer::operator=(Buffer&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(bytes_, other.bytes_);
  std::swap(release_, other.release_);
  return *this;
}

Buffer Buffer::adopt(std::byte* data, size_t bytes, Release release) {
  Buffer buffer;
  buffer.data_ = data, buffer.bytes_ = bytes, buffer.release_ = release;
  return buffer;
}

std::byte* Buffer::ensure(size_t bytes) {
  if (bytes <= bytes_) return data_;
  require(release_ == nullptr, Code::kState, "memory from elsewhere cannot grow");
  // Whole cache lines, and one more, so that a kernel may read a full packet at the last element.
  const size_t rounded = (bytes + 2 * kAlignment - 1) / kAlignment * kAlignment;
  if (rounded < bytes || rounded > physicalMemory())
    throw Error(Code::kNative,
                "a buffer of " + std::to_string(bytes >> 20) + " MiB is more than the machine's memory");
  *this = Buffer();  // before the new one is made: its content is lost anyway
  std::byte* fresh = acquire(rounded);
  if (fresh == nullptr) throw Error(Code::kNative, "out of memory");
  data_ = fresh;
  bytes_ = rounded;
  ++g_count;
  g_bytes += static_cast<int64_t>(rounded);
  return data_;
}

int64_t allocationCount() { return g_count; }
int64_t allocatedBytes() { return g_bytes; }

void trimHeap() {
#if defined(__GLIBC__)
  malloc_trim(0);
#endif
}

}  // namespace lw
