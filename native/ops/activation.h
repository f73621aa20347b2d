#pragma once

#include <cstdint>
#include <string_view>

namespace lw {

/// Elementwise functions of one argument. `alpha` and `beta` mean what lib/ops says of each.
enum class UnaryFn : uint8_t {
  kIdentity,
  kNeg,
  kAbs,
  kSign,
  kExp,
  kExpm1,
  kLog,
  kLog1p,
  kSqrt,
  kRsqrt,
  kSquare,
  kReciprocal,
  kFloor,
  kCeil,
  kRound,
  kSin,
  kCos,
  kTan,
  kTanh,
  kSigmoid,
  kErf,
  kRelu,
  kRelu6,
  kLeakyRelu,
  kElu,
  kSelu,
  kCelu,
  kGelu,
  kGeluTanh,
  kHardSigmoid,
  kHardSwish,
  kSoftplus,
  kSoftsign,
  kSilu,
  kMish,
  kClip,
  kThreshold,
  kLogSigmoid,
  kHardTanh,
};

/// Elementwise functions of two arguments.
enum class BinaryFn : uint8_t {
  kAdd,
  kSub,
  kMul,
  kDiv,
  kPow,
  kMaximum,
  kMinimum,
  kMod,
  kFloorDiv,
  kSquaredDifference,
  kAtan2,
  kPrelu,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kLogicalAnd,
  kLogicalOr,
  kLogicalXor,
};

/// Functions of all elements along some axes.
enum class ReduceFn : uint8_t {
  kSum,
  kMean,
  kMax,
  kMin,
  kProd,
  kVariance,
  kSumSquare,
  kArgMax,
  kArgMin,
  kAny,
  kAll
};

/// Throws Error(kArgument) for a name that the wire contract does not have.
UnaryFn unaryFnFromName(std::string_view name);
const char* unaryFnName(UnaryFn fn);

/// An elementwise function with its parameters; also the epilogue of convolutions and products.
struct Activation {
  UnaryFn fn = UnaryFn::kIdentity;
  double alpha = 0;
  double beta = 0;

  bool operator==(const Activation&) const = default;
};

}  // namespace lw
