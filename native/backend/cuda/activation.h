#pragma once

#include <cmath>

#include "backend/cuda/block.h"
#include "ops/activation.h"

namespace lw::cuda {

/// An elementwise function with its parameters in the type that computes it: float, or double.
template <typename T>
struct ActivationOf {
  UnaryFn fn = UnaryFn::kIdentity;
  T alpha = 0, beta = 0;
  ActivationOf() = default;
  explicit ActivationOf(const Activation& a)
      : fn(a.fn), alpha(static_cast<T>(a.alpha)), beta(static_cast<T>(a.beta)) {}
};

// All of them keep NaN: a comparison that is false for NaN gives x.
template <typename T>
LW_HD T clip(T x, T low, T high) {
  const T raised = x < low ? low : x;
  return raised > high ? high : raised;
}
template <typename T>
LW_HD T sigmoid(T x) {
  return T(1) / (T(1) + std::exp(-x));
}
/// Both terms of a NaN are that NaN: the sign of a sum of two depends on which one the compiler puts first.
template <typename T>
LW_HD T softplus(T x) {
  return (x > T(0) || x != x ? x : T(0)) + std::log1p(std::exp(x > T(0) ? -x : x));
}
template <typename T>
LW_HD T elu(T x, T alpha) {
  return x < T(0) ? alpha * std::expm1(x) : x;
}

template <typename T>
LW_HD T activate(const ActivationOf<T>& f, T x) {
  // Klambauer et al., Self-Normalizing Neural Networks.
  constexpr T kSeluScale = T(1.0507009873554804934193349852946),
              kSeluAlpha = T(1.6732632423543772848170429916717);
  constexpr T kSqrt2OverPi = T(0.79788456080286535587989211986876),
              kSqrtHalf = T(0.70710678118654752440084436210485);
  switch (f.fn) {
    case UnaryFn::kIdentity:
      return x;
    case UnaryFn::kNeg:
      return -x;
    case UnaryFn::kAbs:
      return std::fabs(x);
    case UnaryFn::kSign:
      return x > T(0) ? T(1) : x < T(0) ? T(-1) : x;
    case UnaryFn::kExp:
      return std::exp(x);
    case UnaryFn::kExpm1:
      return std::expm1(x);
    case UnaryFn::kLog:
      return std::log(x);
    case UnaryFn::kLog1p:
      return std::log1p(x);
    case UnaryFn::kSqrt:
      return std::sqrt(x);
    case UnaryFn::kRsqrt:
      return T(1) / std::sqrt(x);
    case UnaryFn::kSquare:
      return x * x;
    case UnaryFn::kReciprocal:
      return T(1) / x;
    case UnaryFn::kFloor:
      return std::floor(x);
    case UnaryFn::kCeil:
      return std::ceil(x);
    case UnaryFn::kRound:
      return std::rint(x);
    case UnaryFn::kSin:
      return std::sin(x);
    case UnaryFn::kCos:
      return std::cos(x);
    case UnaryFn::kTan:
      return std::tan(x);
    case UnaryFn::kTanh:
      return std::tanh(x);
    case UnaryFn::kSigmoid:
      return sigmoid(x);
    case UnaryFn::kErf:
      return std::erf(x);
    case UnaryFn::kRelu:
      return x < T(0) ? T(0) : x;
    case UnaryFn::kRelu6:
      return clip(x, T(0), T(6));
    case UnaryFn::kLeakyRelu:
      return x < T(0) ? f.alpha * x : x;
    case UnaryFn::kElu:
      return elu(x, f.alpha);
    case UnaryFn::kSelu:
      return kSeluScale * elu(x, kSeluAlpha);
    case UnaryFn::kCelu:
      return x < T(0) ? f.alpha * std::expm1(x / f.alpha) : x;
    case UnaryFn::kGelu:
      return T(0.5) * x * (T(1) + std::erf(x * kSqrtHalf));
    case UnaryFn::kGeluTanh:
      return T(0.5) * x * (T(1) + std::tanh(kSqrt2OverPi * (x + T(0.044715) * x * x * x)));
    case UnaryFn::kHardSigmoid:
      return clip(f.alpha * x + f.beta, T(0), T(1));
    case UnaryFn::kHardSwish:
      return x * (clip(x + T(3), T(0), T(6)) / T(6));  // x * 6 could overflow
    case UnaryFn::kSoftplus:
      return softplus(x);
    case UnaryFn::kSoftsign:
      return x / (T(1) + std::fabs(x));
    case UnaryFn::kSilu:
      return x / (T(1) + std::exp(-x));
    case UnaryFn::kMish:
      return x * std::tanh(softplus(x));
    case UnaryFn::kClip:
      return clip(x, f.alpha, f.beta);
    case UnaryFn::kThreshold:
      return x > f.alpha ? x : f.beta;
    case UnaryFn::kLogSigmoid:
      return -softplus(-x);
    case UnaryFn::kHardTanh:
      return clip(x, T(-1), T(1));
  }
  return x;
}

/// The type that a dtype is computed in.
template <typename T>
using ComputeOf = std::conditional_t<std::is_same_v<T, double>, double, float>;

}  // namespace lw::cuda
