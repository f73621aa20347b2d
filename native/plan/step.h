#pragma once

#include <memory>
#include <string>
#include <vector>

#include "plan/plan.h"

namespace lw {

/// A node of a plan, ready to run.
struct Plan::Step {
  Op op;
  std::string label;
  const char* kernel = "";  ///< of NodeInfo
  std::vector<int> in, out;
  std::unique_ptr<Prepared> prepared;  ///< null: reshape
};

}  // namespace lw
