#pragma once

#include <mutex>
#include <vector>

#include "backend/device.h"

namespace lw {

/// Which operands of a run lie in the memory of the plan's device already; the others lie in this process's.
/// Empty: none.
struct OnDevice {
  std::vector<bool> in, out;

  bool any() const { return !in.empty() || !out.empty(); }
  bool input(size_t i) const { return i < in.size() && in[i]; }
  bool output(size_t i) const { return i < out.size() && out[i]; }
};

/// What one run of a plan on a device needs: a queue, and memory at fixed places, so that a run that was
/// recorded can be replayed. The places of operands are made when a run needs them.
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
