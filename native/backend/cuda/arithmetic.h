#pragma once

#include <cmath>

#include "backend/cuda/block.h"
#include "ops/activation.h"

// Functions of two numbers, as backend/reference/binary.cc has them.
namespace lw::cuda {

/// Python's: the sign of the divisor.
template <typename T>
LW_HD T floorModOf(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) {
    const T rest = std::fmod(a, b);
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
  } else {
    if (b == 0 || b == -1) return 0;
    const T rest = a % b;
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
  }
}

/// Of integers towards zero, 0 when b is. -1 is taken apart because the smallest integer divided by it
/// overflows.
template <typename T>
LW_HD T quotientOf(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) {
    return a / b;
  } else {
    if (b == 0) return 0;
    return b == -1 ? static_cast<T>(0 - static_cast<std::make_unsigned_t<T>>(a)) : a / b;
  }
}

/// The floor of the exact quotient: a / b alone can round up to the next integer.
template <typename T>
LW_HD T floorQuotientOf(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) {
    if (b == 0) return a / b;
    return std::rint((a - floorModOf(a, b)) / b);
  } else {
    if (b == 0 || b == -1) return quotientOf(a, b);
    return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
  }
}

template <typename T>
LW_HD T powerOf(T base, T exponent) {
  if constexpr (std::is_floating_point_v<T>) {
    return std::pow(base, exponent);
  } else {
    using Unsigned = std::make_unsigned_t<T>;
    if (exponent < 0) {  // 1 / base^-exponent, truncated
      if (base == 1 || base == -1) return exponent % 2 == 0 ? 1 : base;
      return 0;
    }
    Unsigned result = 1, square = static_cast<Unsigned>(base);
    for (; exponent > 0; exponent >>= 1, square *= square)
      if (exponent & 1) result *= square;
    return static_cast<T>(result);
  }
}

/// a + b and the like; integers wrap.
template <BinaryFn kFn, typename T>
LW_HD T wrapped(T a, T b) {
  using U = typename std::conditional_t<std::is_floating_point_v<T>, std::type_identity<T>,
                                        std::make_unsigned<T>>::type;
  const U p = static_cast<U>(a), q = static_cast<U>(b);
  if constexpr (kFn == BinaryFn::kAdd) return static_cast<T>(p + q);
  if constexpr (kFn == BinaryFn::kSub) return static_cast<T>(p - q);
  if constexpr (kFn == BinaryFn::kMul) return static_cast<T>(p * q);
  if constexpr (kFn == BinaryFn::kSquaredDifference) return static_cast<T>((p - q) * (p - q));
  if constexpr (kFn == BinaryFn::kPrelu) return a >= 0 ? a : static_cast<T>(p * q);
}

/// One function of two elements, known when this is compiled; computed in W.
template <BinaryFn kFn, typename W>
struct Arithmetic {
  LW_HD W operator()(W a, W b) const {
    if constexpr (kFn == BinaryFn::kDiv)
      return quotientOf(a, b);
    else if constexpr (kFn == BinaryFn::kPow)
      return powerOf(a, b);
    else if constexpr (kFn == BinaryFn::kMaximum)
      return a != a || a > b ? a : b;  // NaN wins
    else if constexpr (kFn == BinaryFn::kMinimum)
      return a != a || a < b ? a : b;
    else if constexpr (kFn == BinaryFn::kMod)
      return floorModOf(a, b);
    else if constexpr (kFn == BinaryFn::kFloorDiv)
      return floorQuotientOf(a, b);
    else if constexpr (kFn == BinaryFn::kAtan2)
      return std::atan2(a, b);
    else
      return wrapped<kFn>(a, b);
  }
};

template <BinaryFn kFn>
struct Logical {
  template <typename T>
  LW_HD bool operator()(T a, T b) const {
    if constexpr (kFn == BinaryFn::kEqual) return a == b;
    if constexpr (kFn == BinaryFn::kNotEqual) return a != b;
    if constexpr (kFn == BinaryFn::kLess) return a < b;
    if constexpr (kFn == BinaryFn::kLessEqual) return a <= b;
    if constexpr (kFn == BinaryFn::kGreater) return a > b;
    if constexpr (kFn == BinaryFn::kGreaterEqual) return a >= b;
    if constexpr (kFn == BinaryFn::kLogicalAnd) return a != 0 && b != 0;
    if constexpr (kFn == BinaryFn::kLogicalOr) return a != 0 || b != 0;
    if constexpr (kFn == BinaryFn::kLogicalXor) return (a != 0) != (b != 0);
  }
};

}  // namespace lw::cuda
