#pragma once

#include "backend/cuda/block.h"
#include "base/by_type.h"

namespace lw::cuda {

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
