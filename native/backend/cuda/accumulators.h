#pragma once

#include <limits>

#include "backend/cuda/epilogue.h"

/// What a reduction gathers of the elements that it meets: one thread some of them, then `join`ed. An
/// accumulator has none(), of no elements; add(x, count, index, step), for the first `count` of some elements
/// whose indices are index, index + step, ...; the others are zeros. One that has turn() also serves the
/// opposite question, of elements that were turned.
namespace lw::cuda {

/// What sums and extremes of T are kept in: integers wrap as in 64 bits, of which T holds the low ones.
template <typename T>
using SumOf = std::conditional_t<std::is_floating_point_v<T>, T,
                                 std::conditional_t<sizeof(T) == 8, uint64_t, uint32_t>>;
template <typename T>
using ValueOf = std::conditional_t<sizeof(T) == 1, uint32_t, T>;

/// What the maximum of nothing is.
template <typename T>
inline constexpr T kLowest =
    std::is_floating_point_v<T> ? -std::numeric_limits<T>::infinity() : std::numeric_limits<T>::lowest();

template <typename T>
LW_HD bool isNan(T x) {
  return x != x;
}

/// An addition that is not made one with the multiplication before it, see multiplyAdd.
LW_HD float addOnly(float a, float b) {
#if defined(__CUDA_ARCH__)
  return __fadd_rn(a, b);
#else
  return a + b;
#endif
}
LW_HD double addOnly(double a, double b) {
#if defined(__CUDA_ARCH__)
  return __dadd_rn(a, b);
#else
  return a + b;
#endif
}

template <typename T>
struct Sum {
  using Element = T;
  SumOf<T> sum;
  static LW_HD Sum none() { return {0}; }
  template <int kCount>
  LW_HD void add(const T (&x)[kCount], int, int64_t, int64_t) {
    // In pairs: errors grow more slowly, and so does the chain of additions.
    static_assert(kCount == 4);
    using S = SumOf<T>;
    sum += (static_cast<S>(x[0]) + static_cast<S>(x[2])) + (static_cast<S>(x[1]) + static_cast<S>(x[3]));
  }
  static LW_HD Sum join(Sum a, Sum b) { return {a.sum + b.sum}; }
};

template <typename T>
struct SquareSum {
  using Element = T;
  T sum;
  static LW_HD SquareSum none() { return {0}; }
  template <int kCount>
  LW_HD void add(const T (&x)[kCount], int, int64_t, int64_t) {
    static_assert(kCount == 4);
    const T even = multiplyAdd(x[2], x[2], x[0] * x[0]), odd = multiplyAdd(x[3], x[3], x[1] * x[1]);
    sum += even + odd;
  }
  static LW_HD SquareSum join(SquareSum a, SquareSum b) { return {a.sum + b.sum}; }
};

/// Of floats in double: a product may leave float's range on its way to a result within it.
template <typename T>
struct Product {
  using Element = T;
  using Value = std::conditional_t<std::is_floating_point_v<T>, double, SumOf<T>>;
  Value product;
  static LW_HD Product none() { return {1}; }
  template <int kCount>
  LW_HD void add(const T (&x)[kCount], int count, int64_t, int64_t) {
    LW_UNROLL_LOOP for (int k = 0; k < kCount; ++k) {
      if (k < count) product *= static_cast<Value>(x[k]);
    }
  }
  static LW_HD Product join(Product a, Product b) { return {a.product * b.product}; }
};

/// The greatest; of `turned` elements the least. NaN is both.
template <typename T>
struct Extreme {
  using Element = T;
  ValueOf<T> value;
  static LW_HD Extreme none() { return {static_cast<ValueOf<T>>(kLowest<T>)}; }
  static LW_HD T turn(T x) {
    if constexpr (std::is_floating_point_v<T>)
      return -x;
    else
      return static_cast<T>(~x);
  }
  template <int kCount>
  LW_HD void add(const T (&x)[kCount], int count, int64_t, int64_t) {
    LW_UNROLL_LOOP for (int k = 0; k < kCount; ++k) {
      if (k < count) *this = join(*this, {static_cast<ValueOf<T>>(x[k])});
    }
  }
  static LW_HD Extreme join(Extreme a, Extreme b) { return b.value > a.value || isNan(b.value) ? b : a; }
};

/// The first of equal extremes, and the first NaN.
template <typename T>
struct ArgExtreme {
  using Element = T;
  ValueOf<T> value;
  int32_t index;
  static LW_HD ArgExtreme none() { return {Extreme<T>::none().value, -1}; }
  static LW_HD T turn(T x) { return Extreme<T>::turn(x); }
  template <int kCount>
  LW_HD void add(const T (&x)[kCount], int count, int64_t index, int64_t step) {
    LW_UNROLL_LOOP for (int k = 0; k < kCount; ++k) {
      // Indices come in their order here.
      const ValueOf<T> v = static_cast<ValueOf<T>>(x[k]);
      if (k < count && (this->index < 0 || v > value || (isNan(v) && !isNan(value))))
        value = v, this->index = static_cast<int32_t>(index + k * step);
    }
  }
  static LW_HD ArgExtreme join(ArgExtreme a, ArgExtreme b) {
    if (b.index < 0) return a;
    if (a.index < 0) return b;
    const bool nanA = isNan(a.value), nanB = isNan(b.value);
    const bool equal = a.value == b.value || (nanA && nanB);
    return (equal ? b.index < a.index : (nanB && !nanA) || b.value > a.value) ? b : a;
  }
};

/// Whether any is not zero; of `turned` elements whether any is zero.
template <typename T>
struct Any {
  using Element = T;
  uint32_t holds;
  static LW_HD Any none() { return {0}; }
  static LW_HD T turn(T x) { return x == T(0) ? T(1) : T(0); }
  template <int kCount>
  LW_HD void add(const T (&x)[kCount], int count, int64_t, int64_t) {
    LW_UNROLL_LOOP for (int k = 0; k < kCount; ++k) {
      if (k < count && x[k] != T(0)) holds = 1;
    }
  }
  static LW_HD Any join(Any a, Any b) { return {a.holds | b.holds}; }
};

/// Count, mean and sum of squared distances from it, joined as in Chan, Golub and LeVeque, "Updating formulae
/// and a pairwise algorithm for computing sample variances" (1979). Elements are given as distances from one
/// of them, so that the result is accurate to the spread of the values, not to their size.
template <typename T>
struct Moments {
  using Element = T;
  T count, mean, squares;
  static LW_HD Moments none() { return {0, 0, 0}; }
  template <int kCount>
  LW_HD void add(const T (&x)[kCount], int count, int64_t, int64_t) {
    Moments part;
    part.count = static_cast<T>(count);
    Sum<T> sum{0};
    sum.add(x, kCount, 0, 0);
    part.mean = count == kCount ? sum.sum * (T(1) / T(kCount)) : sum.sum / part.count;
    part.squares = 0;
    LW_UNROLL_LOOP for (int k = 0; k < kCount; ++k) {
      const T distance = k < count ? x[k] - part.mean : T(0);
      part.squares = multiplyAdd(distance, distance, part.squares);
    }
    *this = join(*this, part);
  }
  static LW_HD Moments join(Moments a, Moments b) {
    const T count = a.count + b.count;
    if (count == T(0)) return a;
    const T weight = b.count / count, distance = b.mean - a.mean;
    return {count, multiplyAdd(distance, weight, a.mean),
            multiplyAdd(distance * distance * a.count, weight, a.squares + b.squares)};
  }
};

template <typename Acc>
concept Turns = requires(typename Acc::Element x) { Acc::turn(x); };
template <typename Acc>
inline constexpr bool kOfDistances = false;
template <typename T>
inline constexpr bool kOfDistances<Moments<T>> = true;

}  // namespace lw::cuda
