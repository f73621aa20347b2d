#pragma once

// Loads and stores of the first `count` elements of a packet, for the columns that do not fill one: nothing
// outside them is touched. Included by kernel files only, after their ISA's flags are set.

#include <Eigen/Core>
#include <cstdint>
#include <limits>

#include "backend/cpu/kernels/unroll.h"

// Packets are vector types with an alignment attribute, which templates over them do not need.
#if defined(__GNUC__)
#pragma GCC diagnostic ignored "-Wignored-attributes"
#endif

namespace LW_ISA_NS {

using Eigen::internal::padd;
using Eigen::internal::ploadu;
using Eigen::internal::pmadd;
using Eigen::internal::pmax;
using Eigen::internal::pmin;
using Eigen::internal::pset1;
using Eigen::internal::pstoreu;

template <typename T>
using PacketOf = typename Eigen::internal::packet_traits<T>::type;
template <typename T>
inline constexpr int kPacket = Eigen::internal::packet_traits<T>::size;

/// The sums of a tile between two limits, of which an infinite one is none. NaN stays NaN: that is why the
/// arguments stand in this order.
template <typename T, typename Packet, int A, int B>
EIGEN_STRONG_INLINE void clampTile(Packet (&sums)[A][B], T lo, T hi) {
  constexpr T kInfinity = std::numeric_limits<T>::infinity();
  if (lo > -kInfinity) {
    LW_UNROLL for (int i = 0; i < A; ++i) {
      LW_UNROLL for (int j = 0; j < B; ++j) sums[i][j] = pmax(sums[i][j], pset1<Packet>(lo));
    }
  }
  if (hi < kInfinity) {
    LW_UNROLL for (int i = 0; i < A; ++i) {
      LW_UNROLL for (int j = 0; j < B; ++j) sums[i][j] = pmin(sums[i][j], pset1<Packet>(hi));
    }
  }
}

/// `count` elements, in pieces of fixed sizes that overlap: a loop over elements would cost more than the
/// packet.
template <typename T>
EIGEN_STRONG_INLINE void copyPart(const T* from, T* to, int64_t count) {
  constexpr int64_t kHalf = 16 / sizeof(T), kQuarter = kHalf / 2;
  if (count >= kHalf) {
    for (int64_t i = 0; i + kHalf <= count; i += kHalf) __builtin_memcpy(to + i, from + i, 16);
    __builtin_memcpy(to + count - kHalf, from + count - kHalf, 16);
  } else if (count >= kQuarter) {
    __builtin_memcpy(to, from, 8);
    __builtin_memcpy(to + count - kQuarter, from + count - kQuarter, 8);
  } else if (count > 0) {
    to[0] = from[0];
  }
}

/// `count` may be anything: nothing below 1, a whole packet from its size on.
template <typename T, typename Packet = PacketOf<T>>
EIGEN_STRONG_INLINE Packet loadPart(const T* from, int64_t count) {
  if (count >= kPacket<T>) return ploadu<Packet>(from);
  alignas(64) T lanes[kPacket<T>] = {};
  copyPart(from, lanes, count);
  return Eigen::internal::pload<Packet>(lanes);
}

template <typename T, typename Packet = PacketOf<T>>
EIGEN_STRONG_INLINE void storePart(T* to, const Packet& value, int64_t count) {
  if (count >= kPacket<T>) return pstoreu(to, value);
  alignas(64) T lanes[kPacket<T>];
  Eigen::internal::pstore(lanes, value);
  copyPart(lanes, to, count);
}

#ifdef EIGEN_VECTORIZE_AVX512
// Masks make the edge as cheap as the middle; packets have no word for them.
EIGEN_STRONG_INLINE uint32_t maskOf(int64_t count) {
  return count >= 16 ? 0xffffu : count > 0 ? (1u << count) - 1 : 0u;
}
template <>
EIGEN_STRONG_INLINE __m512 loadPart<float, __m512>(const float* from, int64_t count) {
  return _mm512_maskz_loadu_ps(static_cast<__mmask16>(maskOf(count)), from);
}
template <>
EIGEN_STRONG_INLINE void storePart<float, __m512>(float* to, const __m512& value, int64_t count) {
  _mm512_mask_storeu_ps(to, static_cast<__mmask16>(maskOf(count)), value);
}
template <>
EIGEN_STRONG_INLINE __m512d loadPart<double, __m512d>(const double* from, int64_t count) {
  return _mm512_maskz_loadu_pd(static_cast<__mmask8>(maskOf(count)), from);
}
template <>
EIGEN_STRONG_INLINE void storePart<double, __m512d>(double* to, const __m512d& value, int64_t count) {
  _mm512_mask_storeu_pd(to, static_cast<__mmask8>(maskOf(count)), value);
}
#endif

}  // namespace LW_ISA_NS
