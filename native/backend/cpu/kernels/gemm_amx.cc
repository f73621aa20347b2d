#include <immintrin.h>

#include "backend/cpu/kernels/gemm_bf16.h"

// Products of bfloat16 by AMX: tiles of 16 rows of A by 32 of depth, of B as 16 pairs of depth by 16 columns,
// and of C as 16 x 16 floats. Four tiles of C share two of A and two of B, so that each load feeds two
// products.

namespace LW_ISA_NS {
namespace {

using lw::Bf16;
using lw::Bf16Panel;
using lw::Bf16Tile;

/// What ldtilecfg reads.
struct alignas(64) Config {
  uint8_t palette = 1, start = 0, reserved[14] = {};
  uint16_t rowBytes[16] = {};
  uint8_t rows[16] = {};
};

/// C in tiles 0 to 3, A in 4 and 5, B in 6 and 7.
constexpr Config configOf(uint8_t rows) {
  Config config;
  for (int i = 0; i < 8; ++i) config.rowBytes[i] = 64, config.rows[i] = i < 6 ? rows : 16;
  return config;
}

struct Configs {
  Config of[lw::kBf16Rows + 1];
};
constexpr Configs allConfigs() {
  Configs all{};
  for (uint8_t rows = 1; rows <= lw::kBf16Rows; ++rows) all.of[rows] = configOf(rows);
  return all;
}
constexpr Configs kConfigs = allConfigs();

void begin(int64_t rows) { _tile_loadconfig(&kConfigs.of[rows < lw::kBf16Rows ? rows : lw::kBf16Rows]); }
void end() { _tile_release(); }

__mmask16 maskOf(int64_t count) {
  return static_cast<__mmask16>(count >= 16 ? 0xffffu : count > 0 ? (1u << count) - 1 : 0u);
}

/// Sums of a tile, 16 rows of NT * 16, on their way from the tiles to C.
template <int NT>
using Sums = float[lw::kBf16Rows][NT * 16];

template <int NT>
void finish(const Bf16Panel& p, const Bf16Tile& t, const Sums<NT>& sums) {
  const __m512 lo = _mm512_set1_ps(p.lo), hi = _mm512_set1_ps(p.hi);
  __m512 bias[NT];
  __mmask16 mask[NT];
  for (int n = 0; n < NT; ++n) {
    bias[n] = _mm512_loadu_ps(p.bias + n * 16);
    mask[n] = maskOf(p.columns - n * 16);
  }
  for (int64_t i = t.row; i < t.row + t.count; ++i) {
    const float* from = sums[p.rows.slot ? p.rows.slot[i] : i - t.row];
    float* c = p.c + i * p.ldc;
    for (int n = 0; n < NT; ++n) {
      __m512 sum = _mm512_add_ps(_mm512_load_ps(from + n * 16), bias[n]);
      if (p.residual)
        sum = _mm512_add_ps(sum, _mm512_maskz_loadu_ps(mask[n], p.residual + i * p.ldc + n * 16));
      // In this order of arguments NaN stays NaN.
      _mm512_mask_storeu_ps(c + n * 16, mask[n], _mm512_min_ps(hi, _mm512_max_ps(lo, sum)));
    }
  }
}

template <int NT>
void twoTiles(const Bf16Panel& p, const Bf16Tile& upper, const Bf16Tile& lower) {
  const int64_t strideA = p.rows.stride * 2, strideB = NT * 64;
  const Bf16* b = p.b;
  _tile_zero(0);
  _tile_zero(2);
  if constexpr (NT == 2) {
    _tile_zero(1);
    _tile_zero(3);
  }
  for (int64_t tap = 0; tap < p.taps; ++tap) {
    const Bf16 *a0 = p.a + p.tapOffset[tap] + upper.offset, *a1 = p.a + p.tapOffset[tap] + lower.offset;
    for (int64_t i = 0; i < p.run; i += 32, b += NT * 512) {
      _tile_loadd(6, b, strideB);
      _tile_loadd(4, a0 + i, strideA);
      _tile_dpbf16ps(0, 4, 6);
      _tile_loadd(5, a1 + i, strideA);
      _tile_dpbf16ps(2, 5, 6);
      if constexpr (NT == 2) {
        _tile_loadd(7, b + 32, strideB);
        _tile_dpbf16ps(1, 4, 7);
        _tile_dpbf16ps(3, 5, 7);
      }
    }
  }
  alignas(64) Sums<NT> sums[2];
  _tile_stored(0, sums[0][0], strideB);
  _tile_stored(2, sums[1][0], strideB);
  if constexpr (NT == 2) {
    _tile_stored(1, sums[0][0] + 16, strideB);
    _tile_stored(3, sums[1][0] + 16, strideB);
  }
  finish<NT>(p, upper, sums[0]);
  finish<NT>(p, lower, sums[1]);
}

template <int NT>
void oneTile(const Bf16Panel& p, const Bf16Tile& t) {
  const int64_t strideA = p.rows.stride * 2, strideB = NT * 64;
  const Bf16* b = p.b;
  _tile_zero(0);
  if constexpr (NT == 2) _tile_zero(1);
  for (int64_t tap = 0; tap < p.taps; ++tap) {
    const Bf16* a = p.a + p.tapOffset[tap] + t.offset;
    for (int64_t i = 0; i < p.run; i += 32, b += NT * 512) {
      _tile_loadd(4, a + i, strideA);
      _tile_loadd(6, b, strideB);
      _tile_dpbf16ps(0, 4, 6);
      if constexpr (NT == 2) {
        _tile_loadd(7, b + 32, strideB);
        _tile_dpbf16ps(1, 4, 7);
      }
    }
  }
  alignas(64) Sums<NT> sums;
  _tile_stored(0, sums[0], strideB);
  if constexpr (NT == 2) _tile_stored(1, sums[0] + 16, strideB);
  finish<NT>(p, t, sums);
}

/// Tile number i of rows that follow each other.
Bf16Tile plainTile(const lw::Bf16RowList& rows, int64_t i) {
  const int64_t row = i * lw::kBf16Rows, left = rows.rows - row;
  return {row * rows.stride, static_cast<int32_t>(row),
          static_cast<int32_t>(left < lw::kBf16Rows ? left : lw::kBf16Rows)};
}

template <int NT>
void panel(const Bf16Panel& p) {
  const bool plain = p.rows.offset == nullptr;
  const int64_t tiles = plain ? (p.rows.rows + lw::kBf16Rows - 1) / lw::kBf16Rows : p.rows.tiles;
  const auto at = [&](int64_t i) { return plain ? plainTile(p.rows, i) : p.rows.tile[i]; };
  int64_t i = 0;
  for (; i + 2 <= tiles; i += 2) twoTiles<NT>(p, at(i), at(i + 1));
  if (i < tiles) oneTile<NT>(p, at(i));
}

}  // namespace

const lw::Bf16Kernels bf16Kernels = {"amx",    8,       true, begin, end, &lw_avx512bf16::bf16Packers,
                                     panel<2>, panel<1>};

}  // namespace LW_ISA_NS
