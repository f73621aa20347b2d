#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "base/by_type.h"

namespace lw::reference {

/// A double as T: integers truncate and saturate, NaN becomes 0.
template <typename T>
T saturate(double value) {
  if constexpr (std::is_floating_point_v<T>) {
    return static_cast<T>(value);
  } else {
    using Limits = std::numeric_limits<T>;
    if (std::isnan(value)) return 0;
    // The largest int64 rounds up to 2^63 here, which is what the comparison needs.
    if (value >= static_cast<double>(Limits::max())) return Limits::max();
    if (value <= static_cast<double>(Limits::min())) return Limits::min();
    return static_cast<T>(value);
  }
}

}  // namespace lw::reference
