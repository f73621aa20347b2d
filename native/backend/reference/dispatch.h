#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "base/view.h"

namespace lw::reference {

/// Calls body(T{}) with the element type of a float dtype.
template <typename Body>
void byFloat(DType dtype, Body&& body) {
  if (dtype == DType::kFloat64) return body(double{});
  body(float{});
}

/// Calls body(T{}) with the element type of any dtype; bool is stored as uint8_t.
template <typename Body>
void byType(DType dtype, Body&& body) {
  switch (dtype) {
    case DType::kFloat32:
      return body(float{});
    case DType::kFloat64:
      return body(double{});
    case DType::kInt32:
      return body(int32_t{});
    case DType::kInt64:
      return body(int64_t{});
    case DType::kUInt8:
    case DType::kBool:
      return body(uint8_t{});
  }
}

/// Calls body(T{}) with an unsigned type of the element's size: for ops that move elements and compute
/// nothing.
template <typename Body>
void bySize(DType dtype, Body&& body) {
  switch (sizeOf(dtype)) {
    case 1:
      return body(uint8_t{});
    case 4:
      return body(uint32_t{});
    default:
      return body(uint64_t{});
  }
}

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
