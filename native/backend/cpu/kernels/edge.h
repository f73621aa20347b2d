#pragma once

// Loads and stores of the first `count` elements of a packet, for the columns that do not fill one: nothing outside them is
// touched. Included by kernel files only, after their ISA's flags are set.

#include <Eigen/Core>
#include <cstdint>

namespace LW_ISA_NS {

template <typename T>
using PacketOf = typename Eigen::internal::packet_traits<T>::type;
template <typename T>
inline constexpr int kPacket = Eigen::internal::packet_traits<T>::size;

template <typename T, typename Packet = PacketOf<T>>
EIGEN_STRONG_INLINE Packet loadPart(const T* from, int64_t count) {
  alignas(64) T lanes[kPacket<T>] = {};
  for (int64_t i = 0; i < count; ++i) lanes[i] = from[i];
  return Eigen::internal::pload<Packet>(lanes);
}

template <typename T, typename Packet = PacketOf<T>>
EIGEN_STRONG_INLINE void storePart(T* to, const Packet& value, int64_t count) {
  alignas(64) T lanes[kPacket<T>];
  Eigen::internal::pstore(lanes, value);
  for (int64_t i = 0; i < count; ++i) to[i] = lanes[i];
}

#ifdef EIGEN_VECTORIZE_AVX512
// Masks make the edge as cheap as the middle; packets have no word for them.
template <>
EIGEN_STRONG_INLINE __m512 loadPart<float, __m512>(const float* from, int64_t count) {
  return _mm512_maskz_loadu_ps(static_cast<__mmask16>((1u << count) - 1), from);
}
template <>
EIGEN_STRONG_INLINE void storePart<float, __m512>(float* to, const __m512& value, int64_t count) {
  _mm512_mask_storeu_ps(to, static_cast<__mmask16>((1u << count) - 1), value);
}
template <>
EIGEN_STRONG_INLINE __m512d loadPart<double, __m512d>(const double* from, int64_t count) {
  return _mm512_maskz_loadu_pd(static_cast<__mmask8>((1u << count) - 1), from);
}
template <>
EIGEN_STRONG_INLINE void storePart<double, __m512d>(double* to, const __m512d& value, int64_t count) {
  _mm512_mask_storeu_pd(to, static_cast<__mmask8>((1u << count) - 1), value);
}
#endif

}  // namespace LW_ISA_NS
