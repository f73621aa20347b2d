#pragma once

#include <algorithm>

#include "backend/cuda/types.h"

// A loop over the dimensions of a tensor, whose number is known at run only, is not worth being repeated.
#if defined(__CUDACC__)
#define LW_KEEP_LOOP _Pragma("unroll 1")
#else
#define LW_KEEP_LOOP
#endif

namespace lw::cuda {

/// Items that one launch counts at most, so that a Divisor can take their numbers apart.
inline constexpr int64_t kMostItems = (int64_t{1} << 31) - 1;

/// A part of a row-major tensor: `dims` from `from` on. Its items follow one another, `first` is the number
/// of the first one in the whole.
struct Box {
  int rank = 0;
  int64_t from[kMaxRank] = {}, dims[kMaxRank] = {};
  int64_t first = 0;

  int64_t count() const {
    int64_t result = 1;
    for (int i = 0; i < rank; ++i) result *= dims[i];
    return result;
  }
};

/// Calls body(part) for the parts of `box` that one launch can count.
template <typename Body>
void eachBox(const Box& box, const Body& body, int axis = 0) {
  const int64_t count = box.count();
  if (count == 0) return;
  if (count <= kMostItems) return body(box);
  const int64_t extent = box.dims[axis], inner = count / extent;
  const int64_t step = std::max<int64_t>(1, kMostItems / inner);
  for (int64_t at = 0; at < extent; at += step) {
    Box part = box;
    part.from[axis] = at;
    part.dims[axis] = std::min(step, extent - at);
    part.first = box.first + at * inner;
    eachBox(part, body, axis + 1);
  }
}

/// The dimensions of a result, with what a step along each of them is in every operand. Dimensions of one
/// element are left out, and neighbours that are walked as one are one.
template <int kOperands>
struct Walk {
  int rank = 0;
  int64_t dims[kMaxRank] = {}, strides[kMaxRank][kOperands] = {};

  /// The next dimension inwards.
  void push(int64_t dim, const std::array<int64_t, kOperands>& step) {
    if (dim == 1) return;
    bool merges = rank > 0;
    for (int k = 0; k < kOperands && merges; ++k) merges = strides[rank - 1][k] == step[k] * dim;
    if (merges)
      dims[rank - 1] *= dim;
    else
      dims[rank++] = dim;
    std::copy_n(step.begin(), kOperands, strides[rank - 1]);
  }
  Box box() const {
    Box result;
    result.rank = rank;
    std::copy_n(dims, rank, result.dims);
    return result;
  }
  int64_t offset(const Box& part, int operand) const {
    int64_t result = 0;
    for (int i = 0; i < rank; ++i) result += part.from[i] * strides[i][operand];
    return result;
  }
};

/// Of operands that repeat along the dimensions which they have only one element of.
template <int kOperands>
Walk<kOperands> broadcastWalk(const Dims& out, const std::array<const Dims*, kOperands>& operands) {
  Walk<kOperands> walk;
  std::array<Dims, kOperands> own;
  for (int k = 0; k < kOperands; ++k) own[k] = operands[k]->strides();
  for (int i = 0; i < out.rank(); ++i) {
    std::array<int64_t, kOperands> step{};
    for (int k = 0; k < kOperands; ++k) {
      const int axis = i - (out.rank() - own[k].rank());
      if (axis >= 0 && (*operands[k])[axis] != 1) step[k] = own[k][axis];
    }
    walk.push(out[i], step);
  }
  return walk;
}

template <int kOperands>
struct Offsets {
  int64_t v[kOperands];
};

/// From the number of an item to where it is in each operand.
template <int kOperands>
class Strided {
 public:
  Strided() = default;
  Strided(const Walk<kOperands>& walk, const Box& part) : rank_(walk.rank) {
    for (int i = 0; i < rank_; ++i) {
      dims_[i] = Divisor(part.dims[i]);
      std::copy_n(walk.strides[i], kOperands, strides_[i]);
    }
  }
  LW_HD Offsets<kOperands> at(uint32_t item) const {
    Offsets<kOperands> result[1];
    at<1>({item}, result);
    return result[0];
  }
  /// For several items, side by side. The numbers are passed by value: they are used up.
  template <int kCount>
  LW_HD void at(Pack<uint32_t, kCount> item, Offsets<kOperands> (&result)[kCount]) const {
    LW_UNROLL_LOOP for (int u = 0; u < kCount; ++u) result[u] = {};
    LW_KEEP_LOOP for (int i = rank_ - 1; i > 0; --i) {
      LW_UNROLL_LOOP for (int u = 0; u < kCount; ++u) {
        const uint32_t outer = dims_[i].quotient(item.v[u]), rest = dims_[i].rest(item.v[u], outer);
        add(result[u], rest, i);
        item.v[u] = outer;
      }
    }
    LW_UNROLL_LOOP for (int u = 0; u < kCount; ++u) add(result[u], item.v[u], 0);
  }

 private:
  LW_HD void add(Offsets<kOperands>& to, uint32_t steps, int axis) const {
    LW_UNROLL_LOOP for (int k = 0; k < kOperands; ++k) to.v[k] += int64_t{steps} * strides_[axis][k];
  }

  int rank_ = 0;
  Divisor dims_[kMaxRank];
  int64_t strides_[kMaxRank][kOperands] = {};
};

/// Where an op has no packs a thread does this many single elements, far from one another: its loads are
/// under way at the same time, and neighbouring threads read neighbours.
inline constexpr int kScattered = 4;

/// The elements of thread `item` of `items`; behind the end the last one again.
LW_HD Pack<uint32_t, kScattered> scattered(uint32_t item, uint32_t items, uint32_t count) {
  Pack<uint32_t, kScattered> result;
  LW_UNROLL_LOOP for (uint32_t u = 0; u < kScattered; ++u) result.v[u] =
      item + u * items < count ? item + u * items : count - 1;
  return result;
}
/// Threads for `count` elements; a small tensor takes one for each.
inline uint32_t scatteredItems(int64_t count) {
  constexpr int64_t kFew = 1 << 16;
  return static_cast<uint32_t>(std::max((count + kScattered - 1) / kScattered, std::min(count, kFew)));
}

/// The widest unit of 1 to 16 bytes, of which all of these numbers of bytes are multiples.
inline int64_t unitOf(std::initializer_list<int64_t> bytes) {
  uint64_t all = 16;
  for (const int64_t each : bytes) all |= static_cast<uint64_t>(each);
  return static_cast<int64_t>(all & (0 - all));
}
inline int64_t address(const void* pointer) {
  return static_cast<int64_t>(reinterpret_cast<uintptr_t>(pointer));
}

/// Calls body(T{}) with a type of that many bytes, for what is moved and not looked at.
template <typename Body>
void byUnit(int64_t bytes, Body&& body) {
  switch (bytes) {
    case 1:
      return body(uint8_t{});
    case 2:
      return body(uint16_t{});
    case 4:
      return body(uint32_t{});
    case 8:
      return body(uint64_t{});
    default:
      return body(Pack<uint64_t, 2>{});
  }
}

}  // namespace lw::cuda
