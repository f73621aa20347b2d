#include "plan/store.h"

#include <algorithm>

namespace lw {

std::shared_ptr<const Buffer> MapStore::get(const std::string& key, const std::function<Buffer()>& make) {
  {
    std::lock_guard lock(mutex_);
    const auto found = buffers_.find(key);
    if (found != buffers_.end()) return found->second;
  }
  // Packed outside the lock: packing may use the thread pool.
  auto fresh = std::make_shared<const Buffer>(make());
  std::lock_guard lock(mutex_);
  return buffers_.emplace(key, std::move(fresh)).first->second;
}

int64_t MapStore::bytes() const {
  std::lock_guard lock(mutex_);
  int64_t total = 0;
  for (const auto& [key, buffer] : buffers_) total += static_cast<int64_t>(buffer->bytes());
  return total;
}

Buffer MapStore::takeArena() {
  std::lock_guard lock(mutex_);
  const auto largest = std::max_element(
      arenas_.begin(), arenas_.end(), [](const Buffer& a, const Buffer& b) { return a.bytes() < b.bytes(); });
  if (largest == arenas_.end()) return {};
  Buffer arena = std::move(*largest);
  arenas_.erase(largest);
  return arena;
}

void MapStore::giveArena(Buffer arena) {
  std::lock_guard lock(mutex_);
  arenas_.push_back(std::move(arena));
}

}  // namespace lw
