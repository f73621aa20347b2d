#pragma once

#include "backend/cuda/block.h"
#include "base/view.h"

namespace lw::cuda {

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

/// Neighbours that move in one access: 16 bytes at most.
template <typename T, int kCount>
struct alignas(sizeof(T) * kCount) Pack {
  T v[kCount];
};

/// `from` must be a multiple of the pack's size, as what a plan or an allocation begins at is.
template <int kCount, typename T>
LW_HD Pack<T, kCount> load(const T* from) {
  return *reinterpret_cast<const Pack<T, kCount>*>(from);
}
template <int kCount, typename T>
LW_HD void store(T* to, const Pack<T, kCount>& pack) {
  *reinterpret_cast<Pack<T, kCount>*>(to) = pack;
}

/// Whether packs of `count` elements may be used on all of these.
template <typename... Pointers>
bool packed(int64_t bytes, Pointers... pointers) {
  return ((reinterpret_cast<uintptr_t>(pointers) % static_cast<uintptr_t>(bytes) == 0) && ...);
}

/// Division of non-negative integers by a number that is known before the kernel starts, by multiplication
/// (Granlund and Montgomery, "Division by invariant integers using multiplication", 1994): for dividends and
/// divisors below 2^31.
class Divisor {
 public:
  Divisor() = default;
  explicit Divisor(int64_t divisor) : divisor_(static_cast<uint32_t>(divisor)) {
    while (shift_ < 32 && (uint64_t{1} << shift_) < divisor_) ++shift_;
    factor_ =
        static_cast<uint32_t>(((uint64_t{1} << 32) * ((uint64_t{1} << shift_) - divisor_)) / divisor_ + 1);
  }
  LW_HD uint32_t quotient(uint32_t n) const {
    const uint32_t high = static_cast<uint32_t>((static_cast<uint64_t>(n) * factor_) >> 32);
    return static_cast<uint32_t>((static_cast<uint64_t>(high) + n) >> shift_);
  }
  LW_HD uint32_t rest(uint32_t n, uint32_t quotient) const { return n - quotient * divisor_; }
  LW_HD uint32_t divisor() const { return divisor_; }

 private:
  uint32_t divisor_ = 1, factor_ = 1, shift_ = 0;
};

}  // namespace lw::cuda
