#pragma once

#include <atomic>
#include <vector>

#include "plan/plan.h"

namespace lw {

/// One run of a plan, as its nodes see it.
struct Plan::Run {
  const std::vector<const void*>& in;
  const std::vector<void*>& out;
  const std::atomic<bool>* cancelled;
  const Watch* watch = nullptr;  ///< null: nobody wants to know
  std::byte* arena = nullptr;
  int64_t first = 0, count = 0;  ///< the samples of this part

  void check() const {
    if (cancelled != nullptr && cancelled->load(std::memory_order_relaxed))
      throw Error(Code::kAborted, "the run was aborted");
  }
};

}  // namespace lw
