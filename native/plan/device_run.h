#pragma once

#include <mutex>
#include <vector>

#include "backend/device.h"

namespace lw {

/// What one run of a plan on a device needs: a queue, and memory at fixed places, so that a run that was
/// recorded can be replayed.
struct Lane {
  std::unique_ptr<Queue> queue;
  Buffer arena;
  std::vector<Buffer> in, out;
  int runs = 0;
  bool recorded = false;
};

/// The lanes of a plan that no run uses. Runs at the same time take one each, so that one's copies go on
/// while another computes.
class Lanes {
 public:
  std::unique_ptr<Lane> take();
  void give(std::unique_ptr<Lane> lane);

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<Lane>> idle_;
};

}  // namespace lw
