#pragma once

// Included by kernel files only, which are compiled once per ISA with LW_ISA_NS and a renamed Eigen:
// everything here is in that namespace, so no two ISAs ever share an inline function.

#include <Eigen/Core>
#include <cstdint>
#include <cstring>

// Packets are vector types with an alignment attribute, which templates over them do not need.
#if defined(__GNUC__)
#pragma GCC diagnostic ignored "-Wignored-attributes"
#endif

namespace LW_ISA_NS {

namespace packet = Eigen::internal;

/// The widest packet of floats, and its integer twin.
using F = packet::packet_traits<float>::type;
using I = packet::unpacket_traits<F>::integer_packet;
inline constexpr int kLanes = packet::unpacket_traits<F>::size;

inline F set1(float value) { return packet::pset1<F>(value); }
inline F load(const float* p) { return packet::ploadu<F>(p); }
inline void store(float* p, F v) { packet::pstoreu<float>(p, v); }
inline F add(F a, F b) { return packet::padd(a, b); }
inline F sub(F a, F b) { return packet::psub(a, b); }
inline F mul(F a, F b) { return packet::pmul(a, b); }
inline F div(F a, F b) { return packet::pdiv(a, b); }
/// a * b + c: one rounding where the ISA has FMA, two elsewhere.
inline F fma(F a, F b, F c) { return packet::pmadd(a, b, c); }
inline F neg(F a) { return packet::pxor(a, set1(-0.0f)); }
inline F abs(F a) { return packet::pabs(a); }
inline F round(F a) { return packet::print(a); }
inline F signOf(F a) { return packet::pand(a, set1(-0.0f)); }
inline F withSign(F magnitude, F sign) { return packet::por(magnitude, sign); }

inline I bits(F a) { return packet::preinterpret<I>(a); }
inline F fromBits(I a) { return packet::preinterpret<F>(a); }
inline I set1i(int32_t value) { return packet::pset1<I>(value); }
inline I toInt(F a) { return packet::pcast<F, I>(a); }
inline F toFloat(I a) { return packet::pcast<I, F>(a); }

// --- Comparisons. AVX-512 keeps masks in registers of their own, which Eigen's packets would expand into
// full vectors. -------------
#if defined(EIGEN_VECTORIZE_AVX512)
using Mask = __mmask16;
inline Mask lt(F a, F b) { return _mm512_cmp_ps_mask(a, b, _CMP_LT_OQ); }
inline Mask le(F a, F b) { return _mm512_cmp_ps_mask(a, b, _CMP_LE_OQ); }
inline Mask eq(F a, F b) { return _mm512_cmp_ps_mask(a, b, _CMP_EQ_OQ); }
inline Mask either(Mask a, Mask b) { return static_cast<Mask>(a | b); }
inline F select(Mask m, F a, F b) { return _mm512_mask_blend_ps(m, b, a); }
inline uint32_t maskBits(Mask m) { return m; }
#else
using Mask = F;
inline Mask lt(F a, F b) { return packet::pcmp_lt(a, b); }
inline Mask le(F a, F b) { return packet::pcmp_le(a, b); }
inline Mask eq(F a, F b) { return packet::pcmp_eq(a, b); }
inline Mask either(Mask a, Mask b) { return packet::por(a, b); }
inline F select(Mask m, F a, F b) { return packet::pselect(m, a, b); }
#if defined(EIGEN_VECTORIZE_AVX)
inline uint32_t maskBits(Mask m) { return static_cast<uint32_t>(_mm256_movemask_ps(m)); }
#elif defined(EIGEN_VECTORIZE_SSE)
inline uint32_t maskBits(Mask m) { return static_cast<uint32_t>(_mm_movemask_ps(m)); }
#else
inline uint32_t maskBits(Mask m) {
  int32_t lanes[kLanes];
  packet::pstoreu<int32_t>(lanes, bits(m));
  uint32_t result = 0;
  for (int i = 0; i < kLanes; ++i) result |= lanes[i] != 0 ? 1u << i : 0u;
  return result;
}
#endif
#endif
/// Lanes that are not NaN.
inline Mask ordered(F a) { return eq(a, a); }

// --- Maximum and minimum. x86's instructions return their second operand when either is NaN; Eigen's pmax(a,
// b) gives max(b, a). ---
/// NaN when x is NaN; the bound must not be NaN.
inline F atLeast(F x, F bound) { return packet::pmax(x, bound); }
inline F atMost(F x, F bound) { return packet::pmin(x, bound); }
/// NaN when either is NaN.
inline F maxNaN(F a, F b) { return select(ordered(b), packet::pmax(a, b), b); }
inline F minNaN(F a, F b) { return select(ordered(b), packet::pmin(a, b), b); }

/// Correctly rounded, which Eigen's psqrt is not.
inline F sqrt(F a) {
#if defined(EIGEN_VECTORIZE_AVX512)
  return _mm512_sqrt_ps(a);
#elif defined(EIGEN_VECTORIZE_AVX)
  return _mm256_sqrt_ps(a);
#elif defined(EIGEN_VECTORIZE_SSE)
  return _mm_sqrt_ps(a);
#else
  float lanes[kLanes];
  store(lanes, a);
  for (int i = 0; i < kLanes; ++i) lanes[i] = __builtin_sqrtf(lanes[i]);
  return load(lanes);
#endif
}

// --- Tails: n <= kLanes elements as a packet, so that a tail is computed by the same instructions as the
// body. ----------------------
#if defined(EIGEN_VECTORIZE_AVX512)
inline Mask tailMask(int64_t n) { return static_cast<Mask>((1u << n) - 1u); }
inline F loadTail(const float* p, int64_t n, float fill) {
  return _mm512_mask_loadu_ps(set1(fill), tailMask(n), p);
}
inline void storeTail(float* p, F v, int64_t n) { _mm512_mask_storeu_ps(p, tailMask(n), v); }
#elif defined(EIGEN_VECTORIZE_AVX)
inline __m256i tailMask(int64_t n) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(n)),
                            _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
inline F loadTail(const float* p, int64_t n, float fill) {
  const __m256i mask = tailMask(n);
  return _mm256_blendv_ps(set1(fill), _mm256_maskload_ps(p, mask), _mm256_castsi256_ps(mask));
}
inline void storeTail(float* p, F v, int64_t n) { _mm256_maskstore_ps(p, tailMask(n), v); }
#else
inline F loadTail(const float* p, int64_t n, float fill) {
  if (n == kLanes) return load(p);
  float lanes[kLanes];  // copied as bytes: other types than float pass here too, at any address
  for (int i = 0; i < kLanes; ++i) {
    lanes[i] = fill;
    if (i < n) __builtin_memcpy(lanes + i, p + i, sizeof(float));
  }
  return load(lanes);
}
inline void storeTail(float* p, F v, int64_t n) {
  if (n == kLanes) return store(p, v);
  float lanes[kLanes];
  store(lanes, v);
  for (int i = 0; i < n; ++i) __builtin_memcpy(p + i, lanes + i, sizeof(float));
}
#endif
inline F loadTail(const float* p, int64_t n) { return loadTail(p, n, 0.0f); }

// --- Across the lanes: halves are folded onto each other, so the order is fixed by the packet's width.
// -----------------------------
template <typename Fold>
inline float foldLanes(F v, Fold fold) {
  float lanes[kLanes];
  store(lanes, v);
  for (int half = kLanes / 2; half > 0; half /= 2)
    for (int i = 0; i < half; ++i) lanes[i] = fold(lanes[i], lanes[i + half]);
  return lanes[0];
}
inline float sumLanes(F v) {
  return foldLanes(v, [](float a, float b) { return a + b; });
}
inline float maxLanes(F v) {
  return foldLanes(v, [](float a, float b) { return !(a >= b) && !(a != a) ? b : a; });
}
inline float minLanes(F v) {
  return foldLanes(v, [](float a, float b) { return !(a <= b) && !(a != a) ? b : a; });
}

/// out[i] = f(in[i]...) with the tail through a padded packet: the bits of an element do not depend on where
/// it stands.
template <typename Op>
inline void mapUnary(const float* in, float* out, int64_t n, Op op) {
  int64_t i = 0;
  for (; i + 2 * kLanes <= n; i += 2 * kLanes) {
    const F a = op(load(in + i));
    const F b = op(load(in + i + kLanes));
    store(out + i, a);
    store(out + i + kLanes, b);
  }
  for (; i + kLanes <= n; i += kLanes) store(out + i, op(load(in + i)));
  if (i < n) storeTail(out + i, op(loadTail(in + i, n - i)), n - i);
}

}  // namespace LW_ISA_NS
