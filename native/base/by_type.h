#pragma once

#include <cstdint>

#include "base/view.h"

namespace lw {

/// Calls body(T{}) with the element type of a float dtype.
template <typename Body>
auto byFloat(DType dtype, Body&& body) {
  if (dtype == DType::kFloat64) return body(double{});
  return body(float{});
}

/// Calls body(T{}) with the element type of any dtype; bool is stored as uint8_t.
template <typename Body>
auto byType(DType dtype, Body&& body) {
  switch (dtype) {
    case DType::kFloat64:
      return body(double{});
    case DType::kInt32:
      return body(int32_t{});
    case DType::kInt64:
      return body(int64_t{});
    case DType::kUInt8:
    case DType::kBool:
      return body(uint8_t{});
    case DType::kFloat32:
      break;
  }
  return body(float{});
}

/// Calls body(T{}) with an unsigned type of the element's size: for ops that move elements and compute
/// nothing.
template <typename Body>
auto bySize(DType dtype, Body&& body) {
  switch (sizeOf(dtype)) {
    case 1:
      return body(uint8_t{});
    case 4:
      return body(uint32_t{});
    default:
      return body(uint64_t{});
  }
}

}  // namespace lw
