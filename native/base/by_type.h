#pragma once

#include <cstdint>

#include "base/view.h"

namespace lw {

/// What has no kernels for DType::kBfloat16 is never given it by a plan.
inline void needOrdinary(DType dtype) {
  require(dtype != DType::kBfloat16, Code::kState, "an op was given bfloat16, and has no kernels for it");
}

/// Calls body(T{}) with the element type of a float dtype.
template <typename Body>
auto byFloat(DType dtype, Body&& body) {
  needOrdinary(dtype);
  if (dtype == DType::kFloat64) return body(double{});
  return body(float{});
}

/// Calls body(T{}) with the element type of any dtype; bool is stored as uint8_t.
template <typename Body>
auto byType(DType dtype, Body&& body) {
  needOrdinary(dtype);
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
    case DType::kBfloat16:
      break;
  }
  return body(float{});
}

/// Calls body(T{}) with an unsigned type of the element's size: for ops that move elements and compute
/// nothing.
template <typename Body>
auto bySize(DType dtype, Body&& body) {
  needOrdinary(dtype);
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
