#include <algorithm>

#include "backend/reference/dispatch.h"
#include "backend/reference/indexing.h"
#include "backend/reference/reference.h"

namespace lw::reference {
namespace {

/// Python's: the sign of the divisor.
double floorMod(double a, double b) {
  const double rest = std::fmod(a, b);
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

/// The floor of the exact quotient, as in NumPy: a / b alone can round up to the next integer.
double floorDiv(double a, double b) {
  if (b == 0) return a / b;
  const double quotient = (a - floorMod(a, b)) / b;
  return std::isfinite(quotient) ? std::nearbyint(quotient) : quotient;
}

double arithmetic(BinaryFn fn, double a, double b) {
  switch (fn) {
    case BinaryFn::kAdd:
      return a + b;
    case BinaryFn::kSub:
      return a - b;
    case BinaryFn::kMul:
      return a * b;
    case BinaryFn::kDiv:
      return a / b;
    case BinaryFn::kPow:
      return std::pow(a, b);
    case BinaryFn::kMaximum:
      return std::isnan(a) || a > b ? a : b;  // NaN wins
    case BinaryFn::kMinimum:
      return std::isnan(a) || a < b ? a : b;
    case BinaryFn::kMod:
      return floorMod(a, b);
    case BinaryFn::kFloorDiv:
      return floorDiv(a, b);
    case BinaryFn::kSquaredDifference:
      return (a - b) * (a - b);
    case BinaryFn::kAtan2:
      return std::atan2(a, b);
    case BinaryFn::kPrelu:
      return a >= 0 ? a : a * b;
    default:
      return 0;
  }
}

/// Wraps in 64 bits; a division by zero gives 0. -1 is taken apart because the smallest integer divided by it
/// overflows.
int64_t truncatedDiv(int64_t a, int64_t b) {
  if (b == 0) return 0;
  return b == -1 ? static_cast<int64_t>(0 - static_cast<uint64_t>(a)) : a / b;
}
int64_t floorMod(int64_t a, int64_t b) {
  if (b == 0 || b == -1) return 0;
  const int64_t rest = a % b;
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}
int64_t floorDiv(int64_t a, int64_t b) {
  if (b == 0 || b == -1) return truncatedDiv(a, b);
  return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
}
int64_t power(int64_t base, int64_t exponent) {
  if (exponent < 0) {  // 1 / base^-exponent, truncated
    if (base == 1 || base == -1) return exponent % 2 == 0 ? 1 : base;
    return 0;
  }
  uint64_t result = 1, square = static_cast<uint64_t>(base);
  for (; exponent > 0; exponent >>= 1, square *= square)
    if (exponent & 1) result *= square;
  return static_cast<int64_t>(result);
}

int64_t arithmetic(BinaryFn fn, int64_t a, int64_t b) {
  const uint64_t p = static_cast<uint64_t>(a), q = static_cast<uint64_t>(b);
  switch (fn) {
    case BinaryFn::kAdd:
      return static_cast<int64_t>(p + q);
    case BinaryFn::kSub:
      return static_cast<int64_t>(p - q);
    case BinaryFn::kMul:
      return static_cast<int64_t>(p * q);
    case BinaryFn::kDiv:
      return truncatedDiv(a, b);
    case BinaryFn::kPow:
      return power(a, b);
    case BinaryFn::kMaximum:
      return std::max(a, b);
    case BinaryFn::kMinimum:
      return std::min(a, b);
    case BinaryFn::kMod:
      return floorMod(a, b);
    case BinaryFn::kFloorDiv:
      return floorDiv(a, b);
    case BinaryFn::kSquaredDifference:
      return static_cast<int64_t>((p - q) * (p - q));
    case BinaryFn::kPrelu:
      return a >= 0 ? a : static_cast<int64_t>(p * q);
    default:
      return 0;
  }
}

template <typename W>
bool logical(BinaryFn fn, W a, W b) {
  switch (fn) {
    case BinaryFn::kEqual:
      return a == b;
    case BinaryFn::kNotEqual:
      return a != b;
    case BinaryFn::kLess:
      return a < b;
    case BinaryFn::kLessEqual:
      return a <= b;
    case BinaryFn::kGreater:
      return a > b;
    case BinaryFn::kGreaterEqual:
      return a >= b;
    case BinaryFn::kLogicalAnd:
      return a != 0 && b != 0;
    case BinaryFn::kLogicalOr:
      return a != 0 || b != 0;
    case BinaryFn::kLogicalXor:
      return (a != 0) != (b != 0);
    default:
      return false;
  }
}

}  // namespace

void runBinary(const Op& op, const View* in, const View* out) {
  const BinaryFn fn = op.as<BinaryParams>().fn;
  const Dims a = broadcastStrides(in[0].dims, out[0].dims);
  const Dims b = broadcastStrides(in[1].dims, out[0].dims);
  const bool givesBool = fn >= BinaryFn::kEqual;
  byType(in[0].dtype, [&](auto zero) {
    using T = decltype(zero);
    using Wide = std::conditional_t<std::is_floating_point_v<T>, double, int64_t>;
    int64_t i = 0;
    forEach(out[0].dims, [&](const Index& index) {
      const Wide p = static_cast<Wide>(in[0].as<T>()[at(index, a)]);
      const Wide q = static_cast<Wide>(in[1].as<T>()[at(index, b)]);
      if (givesBool) {
        out[0].as<uint8_t>()[i++] = logical(fn, p, q);
      } else {
        out[0].as<T>()[i++] = static_cast<T>(arithmetic(fn, p, q));
      }
    });
  });
}

}  // namespace lw::reference
