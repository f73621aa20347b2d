#pragma once

#include "backend/cuda/types.h"

/// float32 numbers that may lie in memory as bfloat16: how they are read and written.
namespace lw::cuda {

struct Bfloat16 {
  uint16_t bits;
};

LW_HD uint32_t bitsOf(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}
LW_HD float floatOf(uint32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

/// To the nearest, ties to even; NaN stays NaN.
LW_HD uint32_t packBfloat16(float low, float high) {
#if defined(__CUDA_ARCH__)
  uint32_t packed;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(packed) : "f"(high), "f"(low));
  return packed;
#else
  const auto round = [](float x) {
    const uint32_t bits = bitsOf(x);
    if ((bits & 0x7fffffffu) > 0x7f800000u) return 0x7fffu;
    return (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
  };
  return round(low) | round(high) << 16;
#endif
}
LW_HD Bfloat16 toBfloat16(float x) { return {static_cast<uint16_t>(packBfloat16(x, 0) & 0xffffu)}; }

LW_HD float toFloat(float x) { return x; }
LW_HD float toFloat(Bfloat16 x) { return floatOf(uint32_t{x.bits} << 16); }

/// The type that an element is computed in.
template <typename X>
using NumberOf = std::conditional_t<std::is_same_v<X, Bfloat16>, float, X>;

/// Neighbours as they are computed with, in accesses of 16 bytes at most.
template <int kCount, typename X>
LW_HD Pack<NumberOf<X>, kCount> loadNumbers(const X* from) {
  if constexpr (!std::is_same_v<X, Bfloat16>) {
    return load<kCount>(from);
  } else {
    const Pack<Bfloat16, kCount> stored = load<kCount>(from);
    Pack<float, kCount> pack;
    LW_UNROLL_LOOP for (int i = 0; i < kCount; ++i) pack.v[i] = toFloat(stored.v[i]);
    return pack;
  }
}

template <int kCount>
LW_HD Pack<Bfloat16, kCount> rounded(const Pack<float, kCount>& pack) {
  Pack<Bfloat16, kCount> result;
  if constexpr (kCount == 1) {
    result.v[0] = toBfloat16(pack.v[0]);
  } else {
    LW_UNROLL_LOOP for (int i = 0; i < kCount; i += 2) {
      const uint32_t two = packBfloat16(pack.v[i], pack.v[i + 1]);
      result.v[i].bits = static_cast<uint16_t>(two & 0xffffu);
      result.v[i + 1].bits = static_cast<uint16_t>(two >> 16);
    }
  }
  return result;
}

/// A pointer to float32 numbers, of which a kernel learns at run how they lie: of results and of what is read
/// once for each of them, which is not worth a kernel of its own.
struct Numbers {
  void* data = nullptr;
  bool half = false;  ///< bfloat16

  Numbers() = default;
  explicit Numbers(const View& view) : data(view.data), half(view.dtype == DType::kBfloat16) {}

  LW_HD bool operator==(std::nullptr_t) const { return data == nullptr; }
  LW_HD Numbers& operator+=(int64_t count) {
    data = static_cast<unsigned char*>(data) + count * (half ? 2 : 4);
    return *this;
  }
};

/// Elements at..., of memory that is known when this is compiled, or Numbers.
template <int kCount, typename T>
LW_HD Pack<T, kCount> loadAt(const T* from, int64_t at) {
  return load<kCount>(from + at);
}
template <int kCount, typename T>
LW_HD void storeAt(T* to, int64_t at, const Pack<T, kCount>& pack) {
  store(to + at, pack);
}
template <int kCount>
LW_HD Pack<float, kCount> loadAt(const Numbers& from, int64_t at) {
  if (from.half) return loadNumbers<kCount>(static_cast<const Bfloat16*>(from.data) + at);
  return load<kCount>(static_cast<const float*>(from.data) + at);
}
template <int kCount>
LW_HD void storeAt(const Numbers& to, int64_t at, const Pack<float, kCount>& pack) {
  if (to.half)
    store(static_cast<Bfloat16*>(to.data) + at, rounded(pack));
  else
    store(static_cast<float*>(to.data) + at, pack);
}

/// Whether packs of kCount elements may be used.
template <int64_t kCount, typename T>
bool takesPacks(T* memory) {
  return packed(kCount * static_cast<int64_t>(sizeof(T)), memory);
}
template <int64_t kCount>
bool takesPacks(const Numbers& memory) {
  return packed(kCount * (memory.half ? 2 : 4), memory.data);
}

/// A view as Memory, a pointer or Numbers.
template <class Memory>
Memory memoryOf(const View& view) {
  if constexpr (std::is_same_v<Memory, Numbers>)
    return Numbers(view);
  else
    return static_cast<Memory>(view.data);
}
/// Where results of T are written to.
template <typename T>
using ResultsOf = std::conditional_t<std::is_same_v<T, float>, Numbers, T*>;

}  // namespace lw::cuda
