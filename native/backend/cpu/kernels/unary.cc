#include "backend/cpu/kernels/unary.h"

#include <cstring>

#include "backend/cpu/kernels/math.h"

namespace LW_ISA_NS {
namespace {

using lw::UnaryFn;

struct Params {
  F alpha, beta;
};

/// tanh(log(1 + e^x)) = n / (n + 2) with n = e^x (e^x + 2); the clamp keeps n finite where the quotient is 1
/// anyway.
inline F mish(F x) {
  const F e = exp(atMost(x, set1(20.0f)));
  const F n = mul(e, add(e, set1(2.0f)));
  return mul(x, div(n, add(n, set1(2.0f))));
}
/// x (1 + tanh u) / 2 = x sigmoid(2u) with u = sqrt(2 / pi) (x + 0.044715 x^3).
inline F geluTanh(F x) {
  const F u2 = mul(mul(set1(1.59576912160573071f), x), fma(mul(x, x), set1(0.044715f), set1(1.0f)));
  return mul(x, sigmoid(u2));
}
inline F sign(F x) {
  const F positive = select(lt(set1(0.0f), x), set1(1.0f), x);  // keeps zeros and NaN
  return select(lt(x, set1(0.0f)), set1(-1.0f), positive);
}
inline F hardSigmoid(F x, F alpha, F beta) {
  return atMost(atLeast(add(mul(alpha, x), beta), set1(0.0f)), set1(1.0f));
}
inline F elu(F x, F alpha) {
  return select(lt(x, set1(0.0f)), mul(alpha, expm1Bounded(atMost(x, set1(0.0f)))), x);
}

template <UnaryFn fn>
inline F eval(F x, const Params& p) {
  const F zero = set1(0.0f), one = set1(1.0f);
  if constexpr (fn == UnaryFn::kNeg) return neg(x);
  if constexpr (fn == UnaryFn::kAbs) return abs(x);
  if constexpr (fn == UnaryFn::kSign) return sign(x);
  if constexpr (fn == UnaryFn::kExp) return exp(x);
  if constexpr (fn == UnaryFn::kExpm1) return expm1(x);
  if constexpr (fn == UnaryFn::kLog) return log(x);
  if constexpr (fn == UnaryFn::kLog1p) return log1p(x);
  if constexpr (fn == UnaryFn::kSqrt) return sqrt(x);
  if constexpr (fn == UnaryFn::kRsqrt) return div(one, sqrt(x));
  if constexpr (fn == UnaryFn::kSquare) return mul(x, x);
  if constexpr (fn == UnaryFn::kReciprocal) return div(one, x);
  if constexpr (fn == UnaryFn::kFloor) return packet::pfloor(x);
  if constexpr (fn == UnaryFn::kCeil) return packet::pceil(x);
  if constexpr (fn == UnaryFn::kRound) return round(x);
  if constexpr (fn == UnaryFn::kSin) return packet::psin(x);
  if constexpr (fn == UnaryFn::kCos) return packet::pcos(x);
  if constexpr (fn == UnaryFn::kTan) return div(packet::psin(x), packet::pcos(x));
  if constexpr (fn == UnaryFn::kTanh) return tanh(x);
  if constexpr (fn == UnaryFn::kSigmoid) return sigmoid(x);
  if constexpr (fn == UnaryFn::kErf) return erf(x);
  if constexpr (fn == UnaryFn::kRelu) return atLeast(x, zero);
  if constexpr (fn == UnaryFn::kRelu6) return atMost(atLeast(x, zero), set1(6.0f));
  if constexpr (fn == UnaryFn::kLeakyRelu) return select(le(zero, x), x, mul(p.alpha, x));
  if constexpr (fn == UnaryFn::kElu) return elu(x, p.alpha);
  if constexpr (fn == UnaryFn::kSelu)
    return mul(set1(1.05070098735548049f), elu(x, set1(1.67326324235437728f)));
  if constexpr (fn == UnaryFn::kCelu) return select(lt(x, zero), mul(p.alpha, expm1(div(x, p.alpha))), x);
  if constexpr (fn == UnaryFn::kGelu) return gelu(x);
  if constexpr (fn == UnaryFn::kGeluTanh) return geluTanh(x);
  if constexpr (fn == UnaryFn::kHardSigmoid) return hardSigmoid(x, p.alpha, p.beta);
  if constexpr (fn == UnaryFn::kHardSwish)
    return mul(x, div(atMost(atLeast(add(x, set1(3.0f)), zero), set1(6.0f)), set1(6.0f)));
  if constexpr (fn == UnaryFn::kSoftplus) return softplus(x);
  if constexpr (fn == UnaryFn::kSoftsign) return div(x, add(one, abs(x)));
  if constexpr (fn == UnaryFn::kSilu) return mul(x, sigmoid(x));
  if constexpr (fn == UnaryFn::kMish) return mish(x);
  if constexpr (fn == UnaryFn::kClip) return atMost(atLeast(x, p.alpha), p.beta);
  if constexpr (fn == UnaryFn::kThreshold) return select(lt(p.alpha, x), x, p.beta);
  if constexpr (fn == UnaryFn::kLogSigmoid) return neg(softplus(neg(x)));
  if constexpr (fn == UnaryFn::kHardTanh) return atMost(atLeast(x, set1(-1.0f)), one);
  return x;
}

template <UnaryFn fn>
void run(float alpha, float beta, const float* in, float* out, int64_t n) {
  const Params params{set1(alpha), set1(beta)};
  mapUnary(in, out, n, [&params](F x) { return eval<fn>(x, params); });
}

void apply(UnaryFn fn, float alpha, float beta, const float* in, float* out, int64_t n) {
  switch (fn) {
    case UnaryFn::kIdentity:
      if (in != out) std::memcpy(out, in, static_cast<size_t>(n) * sizeof(float));
      return;
#define LW_CASE(name) \
  case UnaryFn::name: \
    return run<UnaryFn::name>(alpha, beta, in, out, n)
      LW_CASE(kNeg);
      LW_CASE(kAbs);
      LW_CASE(kSign);
      LW_CASE(kExp);
      LW_CASE(kExpm1);
      LW_CASE(kLog);
      LW_CASE(kLog1p);
      LW_CASE(kSqrt);
      LW_CASE(kRsqrt);
      LW_CASE(kSquare);
      LW_CASE(kReciprocal);
      LW_CASE(kFloor);
      LW_CASE(kCeil);
      LW_CASE(kRound);
      LW_CASE(kSin);
      LW_CASE(kCos);
      LW_CASE(kTan);
      LW_CASE(kTanh);
      LW_CASE(kSigmoid);
      LW_CASE(kErf);
      LW_CASE(kRelu);
      LW_CASE(kRelu6);
      LW_CASE(kLeakyRelu);
      LW_CASE(kElu);
      LW_CASE(kSelu);
      LW_CASE(kCelu);
      LW_CASE(kGelu);
      LW_CASE(kGeluTanh);
      LW_CASE(kHardSigmoid);
      LW_CASE(kHardSwish);
      LW_CASE(kSoftplus);
      LW_CASE(kSoftsign);
      LW_CASE(kSilu);
      LW_CASE(kMish);
      LW_CASE(kClip);
      LW_CASE(kThreshold);
      LW_CASE(kLogSigmoid);
      LW_CASE(kHardTanh);
#undef LW_CASE
  }
}

}  // namespace

extern const lw::UnaryKernels unaryKernels = {apply};

}  // namespace LW_ISA_NS
