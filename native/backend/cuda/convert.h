#pragma once

#include <limits>

#include "backend/cuda/block.h"

namespace lw::cuda {

template <typename T>
inline constexpr T kMostOf = std::numeric_limits<T>::max();
template <typename T>
inline constexpr T kLeastOf = std::numeric_limits<T>::min();

/// A number as To. From float to integer it truncates and saturates, NaN becomes 0; integers wrap.
template <typename To, typename From>
LW_HD To convert(From x) {
  if constexpr (std::is_floating_point_v<From> && !std::is_floating_point_v<To>) {
    if (x != x) return To(0);
    // The largest integer may round up to the next power of two here, which is what the comparison needs.
    if (x >= static_cast<From>(kMostOf<To>)) return kMostOf<To>;
    if (x <= static_cast<From>(kLeastOf<To>)) return kLeastOf<To>;
  }
  return static_cast<To>(x);
}

}  // namespace lw::cuda
