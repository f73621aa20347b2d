#pragma once

#include <utility>

#include "backend/cuda/index.h"

// Elementwise ops of any number of operands. A function of elements is a functor whose
//   template <class Body> LW_HD void with(const Body& body) const;
// calls body(g) for a g(X...) that gives an element of the result: whatever g is chosen by is decided once
// for all the elements that a thread has.
namespace lw::cuda {

template <class Y, int kCount, class F, class... X>
LW_HD Pack<Y, kCount> applied(const F& f, const Pack<X, kCount>&... x) {
  Pack<Y, kCount> y;
  f.with([&](const auto& g) {
    LW_UNROLL_LOOP for (int j = 0; j < kCount; ++j) y.v[j] = static_cast<Y>(g(x.v[j]...));
  });
  return y;
}

/// Packs of neighbours; of some operands one element for the whole pack.
template <int kWidth, class F, class Y, class... X>
struct MapPacks {
  static constexpr int kInputs = sizeof...(X);
  F f;
  Y* y;
  const void* x[kInputs];
  bool repeats[kInputs];
  int64_t count;  ///< of elements
  Strided<kInputs> strided;

  LW_HD void operator()(int64_t i) const { run(static_cast<uint32_t>(i), std::index_sequence_for<X...>{}); }

 private:
  template <size_t... k>
  LW_HD void run(uint32_t i, std::index_sequence<k...>) const {
    const Offsets<kInputs> at = strided.at(i);
    const int64_t first = int64_t{i} * kWidth;
    const int rest = count - first < kWidth ? static_cast<int>(count - first) : kWidth;
    const Pack<Y, kWidth> result = applied<Y, kWidth>(f, get<X>(k, at.v[k], rest)...);
    if (rest == kWidth) {
      store(y + first, result);
    } else {
      LW_UNROLL_LOOP for (int j = 0; j < kWidth; ++j) if (j < rest) y[first + j] = result.v[j];
    }
  }
  template <class T>
  LW_HD Pack<T, kWidth> get(size_t k, int64_t at, int rest) const {
    const T* from = static_cast<const T*>(x[k]) + at;
    if (rest == kWidth && !repeats[k]) return load<kWidth>(from);
    Pack<T, kWidth> pack;
    LW_UNROLL_LOOP for (int j = 0; j < kWidth; ++j) pack.v[j] = from[repeats[k] || j >= rest ? 0 : j];
    return pack;
  }
};

/// Single elements at any strides.
template <class F, class Y, class... X>
struct MapScattered {
  static constexpr int kInputs = sizeof...(X);
  F f;
  Y* y;
  const void* x[kInputs];
  uint32_t count, items;
  Strided<kInputs> strided;

  LW_HD void operator()(int64_t i) const { run(static_cast<uint32_t>(i), std::index_sequence_for<X...>{}); }

 private:
  template <size_t... k>
  LW_HD void run(uint32_t i, std::index_sequence<k...>) const {
    Offsets<kInputs> at[kScattered];
    strided.at(scattered(i, items, count), at);
    const Pack<Y, kScattered> result = applied<Y, kScattered>(f, get<X>(k, at)...);
    LW_UNROLL_LOOP for (uint32_t u = 0; u < kScattered; ++u) if (i + u * items < count) y[i + u * items] =
        result.v[u];
  }
  template <class T>
  LW_HD Pack<T, kScattered> get(size_t k, const Offsets<kInputs> (&at)[kScattered]) const {
    Pack<T, kScattered> values;
    LW_UNROLL_LOOP for (int u = 0; u < kScattered; ++u) values.v[u] = static_cast<const T*>(x[k])[at[u].v[k]];
    return values;
  }
};

template <class F, class Y, class... X>
void mapScattered(RunContext& queue, const F& f, const Walk<sizeof...(X)>& walk, Y* y, const X*... x) {
  eachBox(walk.box(), [&](const Box& part) {
    const uint32_t count = static_cast<uint32_t>(part.count()), items = scatteredItems(count);
    MapScattered<F, Y, X...> kernel{f, y + part.first, {}, count, items, {walk, part}};
    int k = 0;
    ((kernel.x[k] = x + walk.offset(part, k), ++k), ...);
    forEach(queue, items, kernel);
  });
}

/// Whether each operand has neighbours, or one element, where the result has a pack.
template <int kInputs>
bool hasPacks(const Walk<kInputs>& walk, int width) {
  const int last = walk.rank - 1;
  if (last < 0 || (last > 0 && walk.dims[last] % width != 0)) return false;
  for (int k = 0; k < kInputs; ++k) {
    const int64_t stride = walk.strides[last][k];
    if (stride != 0 && stride != 1) return false;
    for (int i = 0; i < last; ++i)
      if (stride == 1 && walk.strides[i][k] % width != 0) return false;
  }
  return true;
}

/// y = f(x...) by the walk of y. An x that is y itself may be written over.
template <class F, class Y, class... X>
void map(RunContext& queue, const F& f, const Walk<sizeof...(X)>& walk, Y* y, const X*... x) {
  constexpr int kInputs = sizeof...(X);
  constexpr int kWidth = 16 / static_cast<int>(std::max({sizeof(Y), size_t{2}, sizeof(X)...}));
  if (!hasPacks(walk, kWidth) || !packed(sizeof(Y) * kWidth, y) || !(packed(sizeof(X) * kWidth, x) && ...))
    return mapScattered(queue, f, walk, y, x...);
  Walk<kInputs> packs = walk;
  const int last = walk.rank - 1;
  packs.dims[last] = (walk.dims[last] + kWidth - 1) / kWidth;
  for (int64_t& stride : packs.strides[last]) stride *= kWidth;
  eachBox(packs.box(), [&](const Box& part) {
    const int64_t first = part.first * kWidth;
    MapPacks<kWidth, F, Y, X...> kernel{f, y + first, {}, {}, walk.box().count() - first, {packs, part}};
    int k = 0;
    ((kernel.x[k] = x + packs.offset(part, k), kernel.repeats[k] = packs.strides[last][k] == 0, ++k), ...);
    forEach(queue, part.count(), kernel);
  });
}

/// A walk of one dimension, for operands that all have the result's shape.
template <int kInputs>
Walk<kInputs> flatWalk(int64_t count) {
  Walk<kInputs> walk;
  std::array<int64_t, kInputs> step;
  step.fill(1);
  walk.push(count, step);
  return walk;
}

}  // namespace lw::cuda
