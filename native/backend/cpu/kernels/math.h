#pragma once

// Elementary functions on packets of floats, for kernel files only (see simd.h). Polynomials are
// least-maximum fits of our own; each comment gives the interval and the fit's relative error before
// rounding. Eigen's pexp and plog are not used: pexp never reaches infinity with AVX-512 and flushes results
// below 2^-126, plog treats denormals as 2^-126.

#include "backend/cpu/kernels/simd.h"

namespace LW_ISA_NS {

/// Horner's rule: coefficients from the highest power down.
inline F poly(F, F sum) { return sum; }
template <typename... Rest>
inline F poly(F x, F sum, float next, Rest... rest) {
  return poly(x, fma(sum, x, set1(next)), rest...);
}
template <typename... Rest>
inline F polynomial(F x, float highest, Rest... rest) {
  return poly(x, set1(highest), rest...);
}

/// 2^n for n in [-126, 127], given as a whole float.
inline F exp2Whole(F n) {
#if defined(EIGEN_VECTORIZE_AVX512)
  return _mm512_scalef_ps(set1(1.0f), n);
#else
  return fromBits(packet::plogical_shift_left<23>(packet::padd(toInt(n), set1i(127))));
#endif
}

/// e^(hi + lo) = 2^n * (1 + q): hi + lo = n ln 2 + r with |r| <= ln 2 / 2, and q = e^r - 1. `lo` is a
/// correction far below hi.
struct ExpParts {
  F n, q;
};
inline ExpParts expParts(F hi, F lo) {
  const F n = round(mul(add(hi, lo), set1(1.44269504088896341f)));
  // ln 2 in two parts: n times the first is exact without FMA too.
  const F r = add(fma(n, set1(2.12194440e-4f), fma(n, set1(-0.693359375f), hi)), lo);
  // e^r - 1 = r + r^2 p(r), error 2.8e-10 on |r| <= 0.354.
  const F p = polynomial(r, 1.984603876e-4f, 1.394269869e-3f, 8.333394001e-3f, 4.166633601e-2f,
                         1.666666633e-1f, 5.000000050e-1f);
  return {n, fma(mul(r, r), p, r)};
}

/// e^(hi + lo) over the whole range: infinity above, denormals and zero below, NaN for NaN.
inline F exp2Parts(F hi, F lo) {
  const ExpParts parts = expParts(hi, lo);
  const F y = add(parts.q, set1(1.0f));
#if defined(EIGEN_VECTORIZE_AVX512)
  return _mm512_scalef_ps(y, parts.n);
#else
  // 2^n in two factors: n reaches 129 and -150, where one factor would overflow or miss the denormals.
  const F half = packet::pfloor(mul(parts.n, set1(0.5f)));
  return mul(mul(y, exp2Whole(half)), exp2Whole(sub(parts.n, half)));
#endif
}
inline F exp(F x) { return exp2Parts(atLeast(atMost(x, set1(89.0f)), set1(-104.0f)), set1(0.0f)); }

/// e^x for x <= 0 where results below 2^-126 may become 0: what softmax and the gates need.
inline F expNegative(F x) {
  const F clamped = atLeast(x, set1(-87.3f));
  const ExpParts parts = expParts(clamped, set1(0.0f));
  const F scale = exp2Whole(parts.n);
  return select(lt(x, set1(-87.3f)), set1(0.0f), fma(parts.q, scale, scale));
}

/// e^x - 1 for x <= 80; below -25 it is -1.
inline F expm1Bounded(F x) {
  const ExpParts parts = expParts(atLeast(x, set1(-25.0f)), set1(0.0f));
  const F scale = exp2Whole(parts.n);
  return fma(parts.q, scale, sub(scale, set1(1.0f)));
}
inline F expm1(F x) {
  const F result = select(lt(set1(80.0f), x), exp(x), expm1Bounded(atMost(x, set1(80.0f))));
  return select(eq(x, set1(0.0f)), x, result);  // keeps -0
}

/// log(m * 2^e * (1 + c)) for m in [sqrt(1/2), sqrt(2)) and a tiny c.
inline F logParts(F m, F e, F c) {
  const F f = sub(m, set1(1.0f));
  // log(1 + f) = f - f^2 / 2 + f^3 p(f), error 7.5e-10.
  const F p =
      polynomial(f, 6.746601326e-2f, -1.167564130e-1f, 1.188817460e-1f, -1.240559142e-1f, 1.421955091e-1f,
                 -1.666799567e-1f, 2.000211873e-1f, -2.500000960e-1f, 3.333331260e-1f);
  const F f2 = mul(f, f);
  F y = mul(mul(f2, f), p);
  y = fma(e, set1(-2.12194440e-4f), y);  // ln 2 in two parts, the smaller one first
  y = fma(set1(-0.5f), f2, add(y, c));
  return fma(e, set1(0.693359375f), add(f, y));
}
/// x = m 2^e for normal positive x.
inline F splitLog(F x, F& e) {
  const I base = set1i(0x3f3504f3);  // sqrt(1/2)
  const I shifted = packet::psub(bits(x), base);
  e = toFloat(packet::parithmetic_shift_right<23>(shifted));
  return fromBits(packet::padd(packet::pand(shifted, set1i(0x007fffff)), base));
}
inline F log(F x) {
  const F kMinNormal = set1(1.17549435e-38f), kInfinity = set1(__builtin_inff());
  const Mask denormal = lt(x, kMinNormal);
  F e;
  const F m = splitLog(select(denormal, mul(x, set1(8388608.0f)), x), e);
  F y = logParts(m, sub(e, select(denormal, set1(23.0f), set1(0.0f))), set1(0.0f));
  y = select(lt(x, kInfinity), y, x);  // +inf and NaN
  y = select(le(set1(0.0f), x), y, set1(__builtin_nanf("")));
  return select(eq(x, set1(0.0f)), neg(kInfinity), y);
}
inline F log1p(F x) {
  const F kInfinity = set1(__builtin_inff()), one = set1(1.0f);
  const F u = add(x, one);
  F e;
  const F m = splitLog(u, e);
  // What u lost of 1 + x, relative to u.
  const F lost = select(lt(u, set1(2.0f)), sub(x, sub(u, one)), sub(one, sub(u, x)));
  F y = logParts(m, e, div(lost, u));
  y = select(lt(x, kInfinity), y, x);
  y = select(lt(set1(-1.0f), x), y, select(eq(x, set1(-1.0f)), neg(kInfinity), set1(__builtin_nanf(""))));
  return select(eq(x, set1(0.0f)), x, y);
}

/// 1 / (1 + e^-x), with the small values of the left side computed as such, not as a difference.
inline F sigmoid(F x) {
  const F e = exp(neg(abs(x)));
  const F s = div(select(le(set1(0.0f), x), set1(1.0f), e), add(e, set1(1.0f)));
  return select(ordered(x), s, x);
}
inline F tanh(F x) {
  // -(e^-2|x| - 1) / (e^-2|x| + 1): no cancellation at either end.
  const F a = expm1Bounded(mul(atMost(abs(x), set1(12.0f)), set1(-2.0f)));
  const F t = div(neg(a), add(a, set1(2.0f)));
  return select(ordered(x), withSign(t, signOf(x)), x);
}

/// e^(t^2) erfc(t) for t >= 0: a polynomial in (t - 2) / (t + 2), error 1.1e-9 up to t = 11.3.
inline F erfcx(F t) {
  const F q = div(sub(t, set1(2.0f)), add(t, set1(2.0f)));
  const F p = polynomial(q, 8.102495857e-5f, 1.731365337e-4f, -3.996993089e-4f, -1.423987784e-3f,
                         1.250741728e-3f, 8.709923415e-3f, -8.030157714e-3f, -5.421788859e-2f,
                         1.640509533e-1f, -1.660305223e-1f, -9.276381794e-2f, 1.276978383f);
  return div(p, fma(set1(2.0f), t, set1(1.0f)));
}
/// e^(-scale x^2), where rounding x^2 to a float would cost x^2 / 2 ulp: x is split so that the square of its
/// head is exact.
inline F expNegativeSquare(F x, F scale) {
  const F head = packet::pand(x, fromBits(set1i(static_cast<int32_t>(0xfffff000u))));
  const F rest = mul(sub(x, head), add(x, head));
  return exp2Parts(neg(mul(scale, mul(head, head))), neg(mul(scale, rest)));
}
inline F erf(F x) {
  const F a = abs(x), s = mul(x, x);
  // |x| < 0.92: x + x p(x^2), error 4.4e-10.
  const F p = polynomial(s, 8.334098530e-5f, -8.134160268e-4f, 5.200276707e-3f, -2.685909255e-2f,
                         1.128368995e-1f, -3.761263337e-1f, 1.283791666e-1f);
  const F small = fma(x, p, x);
  const F t = atMost(a, set1(10.0f));
  const F large = withSign(sub(set1(1.0f), mul(erfcx(t), expNegativeSquare(t, set1(1.0f)))), signOf(x));
  return select(lt(a, set1(0.92f)), small, select(ordered(x), large, x));
}
/// x (1 + erf(x / sqrt 2)) / 2 as max(x, 0) - |x| erfc(|x| / sqrt 2) / 2, which keeps the relative accuracy
/// of the left tail.
inline F gelu(F x) {
  const F a = atMost(abs(x), set1(14.4f));
  const F tail = mul(mul(set1(0.5f), a),
                     mul(erfcx(mul(a, set1(0.707106781186547524f))), expNegativeSquare(a, set1(0.5f))));
  const F y = select(ordered(x), sub(atLeast(x, set1(0.0f)), tail), x);
  return select(eq(x, set1(-__builtin_inff())), set1(__builtin_nanf("")),
                y);  // as the product gives: -inf * 0
}
/// log(1 + e^x): the logarithm of u = 1 + e^-|x|, which lies in [1, 2], and of what rounding took from u.
inline F softplus(F x) {
  const F t = exp(neg(abs(x))), u = add(t, set1(1.0f));
  F e;
  const F m = splitLog(u, e);
  const F lost = div(sub(t, sub(u, set1(1.0f))), u);
  const F y = add(atLeast(x, set1(0.0f)), logParts(m, e, lost));
  return select(ordered(x), y, x);  // of two NaNs a sum may give either
}

}  // namespace LW_ISA_NS
