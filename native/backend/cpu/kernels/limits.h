#pragma once

#include <cstdint>

#include "backend/cpu/kernels/dispatch.h"

namespace lw {

/// What the machine can do at most: loops with nothing in them but the work itself.
struct LimitKernels {
  /// Multiply-adds in registers, enough independent ones to hide their latency. Returns their floating-point
  /// operations.
  double (*multiplyAdds)(int64_t iterations, float* sink);
};

}  // namespace lw

LW_KERNEL_FAMILY(LimitKernels, limitKernels)
