#include "backend/cpu/kernels/binary.h"

#include <cmath>

#include "backend/cpu/kernels/simd.h"

// Rows are plain loops that the compiler vectorises for its ISA; each element sees exactly these operations
// (no contraction, no reassociation), so bodies and tails agree bit by bit.

namespace LW_ISA_NS {
namespace {

using lw::BinaryFn;
using lw::RowMode;

template <typename T>
inline T floorMod(T a, T b) {
  const T m = std::fmod(a, b);
  return m != 0 && (m < 0) != (b < 0) ? m + b : m;
}

/// The floor of the exact quotient, as in NumPy: a / b alone can round up to the next integer. In double,
/// which holds the quotients of floats.
inline double floorDiv(double a, double b) {
  if (b == 0) return a / b;
  const double quotient = (a - floorMod(a, b)) / b;
  return std::isfinite(quotient) ? std::nearbyint(quotient) : quotient;
}

template <BinaryFn fn, typename T>
inline auto eval(T a, T b) {
  if constexpr (fn == BinaryFn::kAdd) return a + b;
  if constexpr (fn == BinaryFn::kSub) return a - b;
  if constexpr (fn == BinaryFn::kMul) return a * b;
  if constexpr (fn == BinaryFn::kDiv) return a / b;
  if constexpr (fn == BinaryFn::kPow) return static_cast<T>(std::pow(a, b));
  // NaN when either is NaN.
  if constexpr (fn == BinaryFn::kMaximum) return a > b || a != a ? a : b;
  if constexpr (fn == BinaryFn::kMinimum) return a < b || a != a ? a : b;
  if constexpr (fn == BinaryFn::kMod) return floorMod(a, b);
  if constexpr (fn == BinaryFn::kFloorDiv) return static_cast<T>(floorDiv(a, b));
  if constexpr (fn == BinaryFn::kSquaredDifference) return (a - b) * (a - b);
  if constexpr (fn == BinaryFn::kAtan2) return static_cast<T>(std::atan2(a, b));
  if constexpr (fn == BinaryFn::kPrelu) return a >= 0 ? a : a * b;
  if constexpr (fn == BinaryFn::kEqual) return static_cast<uint8_t>(a == b);
  if constexpr (fn == BinaryFn::kNotEqual) return static_cast<uint8_t>(a != b);
  if constexpr (fn == BinaryFn::kLess) return static_cast<uint8_t>(a < b);
  if constexpr (fn == BinaryFn::kLessEqual) return static_cast<uint8_t>(a <= b);
  if constexpr (fn == BinaryFn::kGreater) return static_cast<uint8_t>(a > b);
  if constexpr (fn == BinaryFn::kGreaterEqual) return static_cast<uint8_t>(a >= b);
  if constexpr (fn == BinaryFn::kLogicalAnd) return static_cast<uint8_t>(a & b);
  if constexpr (fn == BinaryFn::kLogicalOr) return static_cast<uint8_t>(a | b);
  if constexpr (fn == BinaryFn::kLogicalXor) return static_cast<uint8_t>(a ^ b);
}

/// ivdep: out is either another array or the very operand, element on element.
template <BinaryFn fn, typename T, RowMode mode>
void run(const void* a, const void* b, void* out, int64_t n) {
  using R = decltype(eval<fn, T>(T{}, T{}));
  const T* x = static_cast<const T*>(a);
  const T* y = static_cast<const T*>(b);
  R* z = static_cast<R*>(out);
  if constexpr (mode == RowMode::kBoth) {
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) z[i] = eval<fn, T>(x[i], y[i]);
  } else if constexpr (mode == RowMode::kScalarB) {
    const T s = *y;
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) z[i] = eval<fn, T>(x[i], s);
  } else {
    const T s = *x;
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) z[i] = eval<fn, T>(s, y[i]);
  }
}

using Row = lw::BinaryKernels::Row;

template <BinaryFn fn, typename T>
Row pick(RowMode mode) {
  switch (mode) {
    case RowMode::kScalarA:
      return run<fn, T, RowMode::kScalarA>;
    case RowMode::kScalarB:
      return run<fn, T, RowMode::kScalarB>;
    case RowMode::kBoth:
      break;
  }
  return run<fn, T, RowMode::kBoth>;
}

template <typename T>
Row numeric(BinaryFn fn, RowMode mode) {
  switch (fn) {
#define LW_CASE(name)  \
  case BinaryFn::name: \
    return pick<BinaryFn::name, T>(mode)
    LW_CASE(kAdd);
    LW_CASE(kSub);
    LW_CASE(kMul);
    LW_CASE(kDiv);
    LW_CASE(kPow);
    LW_CASE(kMaximum);
    LW_CASE(kMinimum);
    LW_CASE(kMod);
    LW_CASE(kFloorDiv);
    LW_CASE(kSquaredDifference);
    LW_CASE(kAtan2);
    LW_CASE(kPrelu);
    LW_CASE(kEqual);
    LW_CASE(kNotEqual);
    LW_CASE(kLess);
    LW_CASE(kLessEqual);
    LW_CASE(kGreater);
    LW_CASE(kGreaterEqual);
    default:
      return nullptr;
  }
#undef LW_CASE
}

Row row(BinaryFn fn, bool wide, RowMode mode) {
  return wide ? numeric<double>(fn, mode) : numeric<float>(fn, mode);
}

Row logical(BinaryFn fn, RowMode mode) {
  switch (fn) {
#define LW_BYTES(name) \
  case BinaryFn::name: \
    return pick<BinaryFn::name, uint8_t>(mode);
    LW_BYTES(kLogicalAnd)
    LW_BYTES(kLogicalOr) LW_BYTES(kLogicalXor) LW_BYTES(kEqual) LW_BYTES(kNotEqual) default : return nullptr;
  }
#undef LW_BYTES
}

void scaleShift(const float* x, const float* scale, const float* shift, float* out, int64_t n, bool uniform) {
  if (uniform) {
    const F s = set1(*scale), t = set1(*shift);
    mapUnary(x, out, n, [s, t](F v) { return fma(v, s, t); });
    return;
  }
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) store(out + i, fma(load(x + i), load(scale + i), load(shift + i)));
  if (i < n)
    storeTail(out + i, fma(loadTail(x + i, n - i), loadTail(scale + i, n - i), loadTail(shift + i, n - i)),
              n - i);
}

}  // namespace

extern const lw::BinaryKernels binaryKernels = {row, logical, scaleShift};

}  // namespace LW_ISA_NS
