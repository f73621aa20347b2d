#include <algorithm>
#include <cmath>
#include <numbers>

#include "backend/reference/reference.h"

namespace lw::reference {
namespace {

// All of them keep NaN: a comparison that is false for NaN gives x.
double clip(double x, double low, double high) {
  const double raised = x < low ? low : x;
  return raised > high ? high : raised;
}
double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }
double softplus(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); }
double elu(double x, double alpha) { return x < 0 ? alpha * std::expm1(x) : x; }
double sign(double x) { return x > 0 ? 1 : x < 0 ? -1 : x; }
double geluTanh(double x) {
  return 0.5 * x * (1 + std::tanh(std::sqrt(2 / std::numbers::pi) * (x + 0.044715 * x * x * x)));
}

// Klambauer et al., Self-Normalizing Neural Networks.
constexpr double kSeluScale = 1.0507009873554804934193349852946;
constexpr double kSeluAlpha = 1.6732632423543772848170429916717;

}  // namespace

double activate(const Activation& f, double x) {
  switch (f.fn) {
    case UnaryFn::kIdentity:
      return x;
    case UnaryFn::kNeg:
      return -x;
    case UnaryFn::kAbs:
      return std::abs(x);
    case UnaryFn::kSign:
      return sign(x);
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
      return 1 / std::sqrt(x);
    case UnaryFn::kSquare:
      return x * x;
    case UnaryFn::kReciprocal:
      return 1 / x;
    case UnaryFn::kFloor:
      return std::floor(x);
    case UnaryFn::kCeil:
      return std::ceil(x);
    case UnaryFn::kRound:
      return std::nearbyint(x);
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
      return x < 0 ? 0 : x;
    case UnaryFn::kRelu6:
      return clip(x, 0, 6);
    case UnaryFn::kLeakyRelu:
      return x < 0 ? f.alpha * x : x;
    case UnaryFn::kElu:
      return elu(x, f.alpha);
    case UnaryFn::kSelu:
      return kSeluScale * elu(x, kSeluAlpha);
    case UnaryFn::kCelu:
      return x < 0 ? f.alpha * std::expm1(x / f.alpha) : x;
    case UnaryFn::kGelu:
      return 0.5 * x * (1 + std::erf(x / std::numbers::sqrt2));
    case UnaryFn::kGeluTanh:
      return geluTanh(x);
    case UnaryFn::kHardSigmoid:
      return clip(f.alpha * x + f.beta, 0, 1);
    case UnaryFn::kHardSwish:
      return x * clip(x + 3, 0, 6) / 6;
    case UnaryFn::kSoftplus:
      return softplus(x);
    case UnaryFn::kSoftsign:
      return x / (1 + std::abs(x));
    case UnaryFn::kSilu:
      return x * sigmoid(x);
    case UnaryFn::kMish:
      return x * std::tanh(softplus(x));
    case UnaryFn::kClip:
      return clip(x, f.alpha, f.beta);
    case UnaryFn::kThreshold:
      return x > f.alpha ? x : f.beta;
    case UnaryFn::kLogSigmoid:
      return -softplus(-x);
    case UnaryFn::kHardTanh:
      return clip(x, -1, 1);
  }
  return x;
}

}  // namespace lw::reference
