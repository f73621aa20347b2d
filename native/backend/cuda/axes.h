#pragma once

#include <algorithm>
#include <vector>

#include "backend/cuda/types.h"

namespace lw::cuda {

/// Division of numbers from 0 to `bound` by one that is known before the kernel starts.
class Division {
 public:
  Division() = default;
  Division(int64_t divisor, int64_t bound)
      : divisor_(std::max<int64_t>(divisor, 1)), narrow_(std::max(divisor_, bound) < int64_t{1} << 31) {
    if (narrow_) fast_ = Divisor(divisor_);
  }
  LW_HD int64_t quotient(int64_t n) const {
    if (narrow_) return fast_.quotient(static_cast<uint32_t>(n));
    return n / divisor_;
  }
  /// n becomes the quotient.
  LW_HD int64_t rest(int64_t& n) const {
    const int64_t whole = n;
    n = quotient(whole);
    return whole - n * divisor_;
  }
  LW_HD int64_t divisor() const { return divisor_; }

 private:
  Divisor fast_;
  int64_t divisor_ = 1;
  bool narrow_ = true;
};

/// Loops over some dimensions of a tensor, outermost first: where their i-th step lies. Neighbours that
/// follow each other are one, so what a reduction keeps and what it reduces are at most eight each.
class Axes {
 public:
  static constexpr int kMost = kMaxRank / 2;

  void push(int64_t dim, int64_t stride) {
    if (dim == 1) return;
    if (rank_ > 0 && strides_[rank_ - 1] == stride * dim) {
      dims_[rank_ - 1] *= dim, strides_[rank_ - 1] = stride;
    } else {
      dims_[rank_] = dim, strides_[rank_++] = stride;
    }
  }
  void finish() {
    count_ = 1;
    for (int i = 0; i < rank_; ++i) count_ *= dims_[i];
    for (int i = 0; i < rank_; ++i) divisions_[i] = Division(dims_[i], count_);
  }
  int64_t count() const { return count_; }
  int rank() const { return rank_; }
  /// Between neighbours of the innermost loop.
  int64_t step() const { return rank_ > 0 ? strides_[rank_ - 1] : 0; }
  /// Steps of the innermost loop where they are neighbours in memory, else 1; all other strides are multiples
  /// of it.
  int64_t inner() const { return isContiguous() ? dims_[rank_ - 1] : 1; }
  bool isContiguous() const { return rank_ > 0 && strides_[rank_ - 1] == 1; }
  LW_HD int64_t offset(int64_t i) const {
    int64_t result = 0;
    for (int k = rank_ - 1; k > 0; --k) result += divisions_[k].rest(i) * strides_[k];
    return result + i * strides_[0];
  }

 private:
  int rank_ = 0;
  int64_t count_ = 1;
  int64_t dims_[kMost] = {}, strides_[kMost] = {};
  Division divisions_[kMost];
};

/// Neighbours, in accesses of 16 bytes where all of them begin at a multiple of that (kAligned; then all are
/// there or none), else one by one; zeros behind the first `count`.
template <int kCount, bool kAligned, typename T>
LW_HD Pack<T, kCount> loadSome(const T* from, int64_t count) {
  constexpr int kPart = sizeof(T) * kCount > 16 ? 16 / sizeof(T) : kCount;
  Pack<T, kCount> pack{};
  if constexpr (kAligned) {
    if (count <= 0) return pack;
    LW_UNROLL_LOOP for (int k = 0; k < kCount; k += kPart) {
      const Pack<T, kPart> part = load<kPart>(from + k);
      LW_UNROLL_LOOP for (int i = 0; i < kPart; ++i) pack.v[k + i] = part.v[i];
    }
  } else {
    LW_UNROLL_LOOP for (int k = 0; k < kCount; ++k) {
      if (k < count) pack.v[k] = from[k];
    }
  }
  return pack;
}

template <int kCount, bool kAligned, typename T>
LW_HD void storeSome(T* to, const Pack<T, kCount>& pack, int64_t count) {
  constexpr int kPart = sizeof(T) * kCount > 16 ? 16 / sizeof(T) : kCount;
  if constexpr (kAligned) {
    if (count <= 0) return;
    LW_UNROLL_LOOP for (int k = 0; k < kCount; k += kPart) {
      Pack<T, kPart> part;
      LW_UNROLL_LOOP for (int i = 0; i < kPart; ++i) part.v[i] = pack.v[k + i];
      store(to + k, part);
    }
  } else {
    LW_UNROLL_LOOP for (int k = 0; k < kCount; ++k) {
      if (k < count) to[k] = pack.v[k];
    }
  }
}

/// The smallest power of two that is not below n.
inline int powerOfTwo(int64_t n) {
  int result = 1;
  while (result < n) result *= 2;
  return result;
}
LW_HD int log2Of(int powerOfTwo) {
  int result = 0;
  while (1 << result < powerOfTwo) ++result;
  return result;
}

}  // namespace lw::cuda
