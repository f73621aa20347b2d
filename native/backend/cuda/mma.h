#pragma once

#include <cmath>

#include "backend/backend.h"
#include "backend/cuda/stored.h"

// What a warp multiplies together on tensor cores: mma.sync of PTX, with the layout of fragments in its lanes
// that the PTX ISA gives ("Matrix Fragments for mma.m16n8k8", "... m16n8k16"). With g = lane / 4 and t = lane
// % 4:
//
//   tf32, k8      a[r] is A[g + 8 (r % 2)][t + 4 (r / 2)],  b[r] is B[t + 4 r][g]
//   bfloat16, k16 a[r] is A[g + 8 (r % 2)][2 t + 8 (r / 2) + {0, 1}],  b[r] is B[2 t + 8 r + {0, 1}][g]
//   both          sums[r] is D[g + 8 (r / 2)][2 t + r % 2]
//
// The host computes the same from the fragments of all 32 lanes: exact products, summed and truncated, as
// tensor cores do.
namespace lw::cuda {

/// To the nearest of 11 bits, ties away from zero (cvt.rna.tf32). The 13 bits below are left over: tensor
/// cores do not look at them.
LW_HD uint32_t roundTf32(float x) {
  const uint32_t bits = bitsOf(x);
  return (bits & 0x7f800000u) == 0x7f800000u ? bits : bits + 0x1000u;
}
constexpr uint32_t kTf32Bits = 0xffffe000u;

/// How an operand lies in memory for a precision; B is rounded there, A when it is read.
template <Precision kPrecision>
struct InputOf {
  using Type = float;
  LW_HD static float round(float x) {
    if constexpr (kPrecision == Precision::kTf32)
      return floatOf(x != x ? 0x7fffe000u : roundTf32(x) & kTf32Bits);
    return x;
  }
};
template <>
struct InputOf<Precision::kBfloat16> {
  using Type = Bfloat16;
  LW_HD static Bfloat16 round(float x) { return toBfloat16(x); }
};

/// A thread's part of a warp's product of kM x kN tiles of 16 x 8, of one step in k.
template <int kM, int kN>
struct Fragments {
  uint32_t a[kM][4];
  uint32_t b[kN][2];
  float sums[kM][kN][4];
};

/// x = big + small, of 11 bits each.
struct Tf32Pair {
  uint32_t big, small;
};
LW_HD Tf32Pair splitTf32(uint32_t bits) {
  const uint32_t big = roundTf32(floatOf(bits)) & kTf32Bits;
  return {big, roundTf32(floatOf(bits) - floatOf(big))};
}

#if defined(__CUDACC__)

__device__ __forceinline__ void mmaTf32(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
  asm volatile(
      "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, "
      "{%0,%1,%2,%3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}
__device__ __forceinline__ void mmaBfloat16(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, "
      "{%0,%1,%2,%3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

/// The three products are summed by themselves first and then added with rounding: a tensor core's sum is
/// truncated, which many steps in k would make a bias of.
template <int kM, int kN>
__device__ __forceinline__ void multiplySplit(Fragments<kM, kN>& f) {
  uint32_t big[kN][2], small[kN][2];
  LW_UNROLL_LOOP for (int j = 0; j < kN; ++j) LW_UNROLL_LOOP for (int r = 0; r < 2; ++r) {
    const Tf32Pair pair = splitTf32(f.b[j][r]);
    big[j][r] = pair.big, small[j][r] = pair.small;
  }
  LW_UNROLL_LOOP for (int i = 0; i < kM; ++i) {
    uint32_t bigA[4], smallA[4];
    LW_UNROLL_LOOP for (int r = 0; r < 4; ++r) {
      const Tf32Pair pair = splitTf32(f.a[i][r]);
      bigA[r] = pair.big, smallA[r] = pair.small;
    }
    LW_UNROLL_LOOP for (int j = 0; j < kN; ++j) {
      float sum[4] = {0, 0, 0, 0};
      mmaTf32(sum, smallA, big[j]);
      mmaTf32(sum, bigA, small[j]);
      mmaTf32(sum, bigA, big[j]);
      LW_UNROLL_LOOP for (int r = 0; r < 4; ++r) f.sums[i][j][r] += sum[r];
    }
  }
}

template <Precision kPrecision, int kM, int kN>
__device__ __forceinline__ void multiplyOnce(Fragments<kM, kN>& f) {
  LW_UNROLL_LOOP for (int i = 0; i < kM; ++i) {
    if constexpr (kPrecision == Precision::kTf32)
      LW_UNROLL_LOOP for (int r = 0; r < 4; ++r) f.a[i][r] = roundTf32(floatOf(f.a[i][r]));
    LW_UNROLL_LOOP for (int j = 0; j < kN; ++j) {
      if constexpr (kPrecision == Precision::kTf32)
        mmaTf32(f.sums[i][j], f.a[i], f.b[j]);
      else
        mmaBfloat16(f.sums[i][j], f.a[i], f.b[j]);
    }
  }
}

/// Adds the product of the fragments to their sums. A is rounded here to TensorFloat-32; B is so already, but
/// for kFloat32, which splits both.
template <Precision kPrecision, class Kernel, class Part>
__device__ __forceinline__ void multiplyWarps(DeviceBlock<Kernel>& block, Part&& part) {
  block.each([&](int, typename Kernel::State& state) {
    auto& f = part(state);
    if constexpr (kPrecision == Precision::kFloat32)
      multiplySplit(f);
    else
      multiplyOnce<kPrecision>(f);
  });
}

/// ldmatrix.x4: four matrices of 8 rows of 16 bytes. Lane i gives the address of row i % 8 of matrix i / 8,
/// and takes of each matrix, into four words, bytes 4 t .. 4 t + 3 of row g.
template <class Kernel, class Address, class Target>
__device__ __forceinline__ void loadMatrices(DeviceBlock<Kernel>& block, Address&& address, Target&& target) {
  block.each([&](int thread, typename Kernel::State& state) {
    uint32_t* to = target(state);
    const unsigned from = static_cast<unsigned>(__cvta_generic_to_shared(address(thread)));
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];"
                 : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3])
                 : "r"(from)
                 : "memory");
  });
}

#else

/// The values of a warp's fragments as matrices, each rounded or split as the kernels do.
template <Precision kPrecision, int kM, int kN>
struct WarpMatrices {
  static constexpr int kK = kPrecision == Precision::kBfloat16 ? 16 : 8;
  float a[kM * 16][kK], b[kN * 8][kK];            ///< B by columns
  float smallA[kM * 16][kK], smallB[kN * 8][kK];  ///< kFloat32 only

  static float input(uint32_t word, int half) {
    if constexpr (kPrecision == Precision::kBfloat16) return floatOf(half ? word & 0xffff0000u : word << 16);
    return floatOf(word & kTf32Bits);
  }
  static void put(uint32_t word, int half, float* big, float* small) {
    if constexpr (kPrecision == Precision::kFloat32) {
      const Tf32Pair pair = splitTf32(word);
      *big = input(pair.big, 0), *small = input(pair.small, 0);
    } else {
      *big = input(word, half);
    }
  }
  void take(int lane, const Fragments<kM, kN>& f) {
    constexpr int kHalves = kPrecision == Precision::kBfloat16 ? 2 : 1;
    const int g = lane / 4, t = lane % 4;
    for (int r = 0; r < 4; ++r)
      for (int half = 0; half < kHalves; ++half) {
        const int k = t * kHalves + half + kK / 2 * (r / 2);
        for (int i = 0; i < kM; ++i) {
          const int row = i * 16 + g + 8 * (r % 2);
          const uint32_t word = kPrecision == Precision::kTf32 ? roundTf32(floatOf(f.a[i][r])) : f.a[i][r];
          put(word, half, &a[row][k], &smallA[row][k]);
        }
      }
    for (int r = 0; r < 2; ++r)
      for (int half = 0; half < kHalves; ++half)
        for (int j = 0; j < kN; ++j) {
          const int k = t * kHalves + half + kK / 2 * r, column = j * 8 + g;
          put(f.b[j][r], half, &b[column][k], &smallB[column][k]);
        }
  }
  static float product(const float* x, const float* y, float c) {
    double sum = 0;
    for (int k = 0; k < kK; ++k) sum += static_cast<double>(x[k]) * static_cast<double>(y[k]);
    sum += static_cast<double>(c);
    const float nearest = static_cast<float>(sum);
    return std::abs(static_cast<double>(nearest)) > std::abs(sum) ? floatOf(bitsOf(nearest) - 1) : nearest;
  }
  float next(int row, int column, float sum) const {
    if constexpr (kPrecision == Precision::kFloat32) {
      float own = product(smallA[row], b[column], 0);
      own = product(a[row], smallB[column], own);
      return sum + product(a[row], b[column], own);
    } else {
      return product(a[row], b[column], sum);
    }
  }
};

template <Precision kPrecision, int kM, int kN>
void multiplyOne(Fragments<kM, kN>* const (&lanes)[32]) {
  WarpMatrices<kPrecision, kM, kN> warp;
  for (int lane = 0; lane < 32; ++lane) warp.take(lane, *lanes[lane]);
  for (int lane = 0; lane < 32; ++lane)
    for (int i = 0; i < kM; ++i)
      for (int j = 0; j < kN; ++j)
        for (int r = 0; r < 4; ++r) {
          float& sum = lanes[lane]->sums[i][j][r];
          sum = warp.next(i * 16 + lane / 4 + 8 * (r / 2), j * 8 + 2 * (lane % 4) + r % 2, sum);
        }
}

template <Precision kPrecision, class Kernel, class Part>
void multiplyWarps(HostBlock<Kernel>& block, Part&& part) {
  for (int warp = 0; warp < Kernel::kThreads; warp += 32) {
    std::decay_t<decltype(part(block.state(0)))>* lanes[32];
    for (int lane = 0; lane < 32; ++lane) lanes[lane] = &part(block.state(warp + lane));
    multiplyOne<kPrecision>(lanes);
  }
}

template <class Kernel, class Address, class Target>
void loadMatrices(HostBlock<Kernel>& block, Address&& address, Target&& target) {
  for (int warp = 0; warp < Kernel::kThreads; warp += 32)
    for (int lane = 0; lane < 32; ++lane) {
      uint32_t* to = target(block.state(warp + lane));
      for (int matrix = 0; matrix < 4; ++matrix) {
        const auto* row = static_cast<const unsigned char*>(address(warp + 8 * matrix + lane / 4));
        std::memcpy(&to[matrix], row + 4 * (lane % 4), 4);
      }
    }
}

#endif

}  // namespace lw::cuda
