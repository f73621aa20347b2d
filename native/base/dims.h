#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>

#include "base/error.h"

namespace lw {

/// Highest rank of any tensor. 16, because tile, repeat and upsampling of a rank-5 tensor copy through 10
/// dimensions.
inline constexpr int kMaxRank = 16;

inline int64_t checkedMul(int64_t a, int64_t b) {
  int64_t result;
  if (__builtin_mul_overflow(a, b, &result))
    throw Error(Code::kShape, "a product of dimensions overflows 64 bits");
  return result;
}

inline int64_t checkedAdd(int64_t a, int64_t b) {
  int64_t result;
  if (__builtin_add_overflow(a, b, &result))
    throw Error(Code::kShape, "a sum of dimensions overflows 64 bits");
  return result;
}

/// Sizes, outermost first. Non-negative once `verified`.
class Dims {
 public:
  Dims() = default;
  Dims(std::initializer_list<int64_t> dims) : Dims(std::span<const int64_t>(dims.begin(), dims.size())) {}
  explicit Dims(std::span<const int64_t> dims) : rank_(static_cast<int>(dims.size())) {
    require(dims.size() <= kMaxRank, Code::kShape, "a tensor has at most 16 dimensions");
    for (int i = 0; i < rank_; ++i) dims_[i] = dims[i];
  }

  int rank() const { return rank_; }
  int64_t operator[](int i) const { return dims_[i]; }
  int64_t& operator[](int i) { return dims_[i]; }
  int64_t back() const { return dims_[rank_ - 1]; }
  const int64_t* begin() const { return dims_.data(); }
  const int64_t* end() const { return dims_.data() + rank_; }

  /// Product of dimensions [from, to), overflow-checked. 1 when empty.
  int64_t product(int from, int to) const {
    int64_t result = 1;
    for (int i = from; i < to; ++i) result = checkedMul(result, dims_[i]);
    return result;
  }
  int64_t size() const { return product(0, rank_); }

  /// Row-major strides in elements.
  Dims strides() const {
    Dims result = *this;
    int64_t stride = 1;
    for (int i = rank_ - 1; i >= 0; --i) {
      result.dims_[i] = stride;
      stride = checkedMul(stride, dims_[i]);
    }
    return result;
  }

  void push(int64_t dim) {
    require(rank_ < kMaxRank, Code::kShape, "a tensor has at most 16 dimensions");
    dims_[rank_++] = dim;
  }
  bool operator==(const Dims& other) const {
    if (rank_ != other.rank_) return false;
    for (int i = 0; i < rank_; ++i)
      if (dims_[i] != other.dims_[i]) return false;
    return true;
  }
  std::string toString() const {
    std::string text = "[";
    for (int i = 0; i < rank_; ++i) text += (i ? ", " : "") + std::to_string(dims_[i]);
    return text + "]";
  }

 private:
  int rank_ = 0;
  std::array<int64_t, kMaxRank> dims_{};
};

}  // namespace lw
