#pragma once

#include <array>

#include "base/dims.h"

namespace lw::reference {

using Index = std::array<int64_t, kMaxRank>;

/// Calls body(index) for every index of `dims`, the last dimension fastest.
template <typename Body>
void forEach(const Dims& dims, Body&& body) {
  if (dims.size() == 0) return;
  Index index{};
  while (true) {
    body(static_cast<const Index&>(index));
    int axis = dims.rank() - 1;
    while (axis >= 0 && ++index[axis] == dims[axis]) index[axis--] = 0;
    if (axis < 0) return;
  }
}

/// The element that `index` names in a tensor with these strides.
inline int64_t at(const Index& index, const Dims& strides) {
  int64_t offset = 0;
  for (int i = 0; i < strides.rank(); ++i) offset += index[i] * strides[i];
  return offset;
}

/// Strides that read x as if it had the shape `out`: 0 where x repeats.
inline Dims broadcastStrides(const Dims& x, const Dims& out) {
  const Dims strides = x.strides();
  Dims result = out;
  for (int i = 0; i < out.rank(); ++i) {
    const int axis = i - (out.rank() - x.rank());
    result[i] = axis < 0 || x[axis] == 1 ? 0 : strides[axis];
  }
  return result;
}

}  // namespace lw::reference
