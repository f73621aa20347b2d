#pragma once

#include <map>
#include <mutex>
#include <vector>

#include "backend/backend.h"

namespace lw {

/// What the plans of a model share, for as long as it lives: packed weights by key, and the arenas of runs
/// that ended, for the next ones. Thread-safe.
class MapStore : public Store {
 public:
  std::shared_ptr<const Buffer> get(const std::string& key, const std::function<Buffer()>& make) override;
  /// Of the packed weights.
  int64_t bytes() const;

  /// The largest arena that no run uses, or an empty one.
  Buffer takeArena();
  void giveArena(Buffer arena);

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const Buffer>> buffers_;
  std::vector<Buffer> arenas_;
};

}  // namespace lw
