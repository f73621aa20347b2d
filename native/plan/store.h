#pragma once

#include <map>
#include <mutex>

#include "backend/backend.h"

namespace lw {

/// Packed weights by key, for as long as the model lives. Thread-safe.
class MapStore : public Store {
 public:
  std::shared_ptr<const Buffer> get(const std::string& key, const std::function<Buffer()>& make) override;
  int64_t bytes() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const Buffer>> buffers_;
};

}  // namespace lw
