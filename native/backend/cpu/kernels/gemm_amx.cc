#include <immintrin.h>

#include "backend/cpu/kernels/gemm_bf16.h"

// Products of bfloat16 by AMX: tiles of 16 rows of A by 32 of depth, of B as 16 pairs of depth by 16 columns,
// and of C as 16 x 16 floats. Four tiles of C share two of A and two of B, so that each load feeds two
// products.

namespace LW_ISA_NS {
namespace {

using lw::Bf16;
using lw::Bf16Product;
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

/// One or two tiles of rows against a panel: what four tiles of C hold. Numbers alone, which stay in
/// registers: a copy of a tile would have to wait for the stores before it.
struct Block {
  int64_t first = 0;  ///< number of the first tile of rows
  int64_t column = 0;
  int tiles = 0;
  bool wide = true;
};

/// Where tile number i of rows begins in A.
int64_t offsetOf(const Bf16Product& p, int64_t i) {
  return p.rows.tile ? p.rows.tile[i].offset : i * lw::kBf16Rows * p.rows.stride;
}

/// The sums of a block on their way from the tiles to C.
struct alignas(64) Sums {
  float of[2][lw::kBf16Rows][lw::kBf16Columns];
};

/// Leaves the sums in tiles 0 to 3: [row of tiles][column of tiles].
template <int ROWS, int COLUMNS>
void sum(const Bf16Product& p, Block block) {
  const int64_t strideA = p.rows.stride * 2, strideB = COLUMNS * 64;
  const int64_t upper = offsetOf(p, block.first), lower = offsetOf(p, block.first + ROWS - 1);
  const Bf16* b = p.b + block.column * p.taps * p.run;
  _tile_zero(0);
  if constexpr (COLUMNS == 2) _tile_zero(1);
  if constexpr (ROWS == 2) _tile_zero(2);
  if constexpr (ROWS == 2 && COLUMNS == 2) _tile_zero(3);
  for (int64_t tap = 0; tap < p.taps; ++tap) {
    const Bf16 *a0 = p.a + p.tapOffset[tap] + upper, *a1 = p.a + p.tapOffset[tap] + lower;
    for (int64_t i = 0; i < p.run; i += 32, b += COLUMNS * 512) {
      _tile_loadd(6, b, strideB);
      _tile_loadd(4, a0 + i, strideA);
      _tile_dpbf16ps(0, 4, 6);
      if constexpr (ROWS == 2) {
        _tile_loadd(5, a1 + i, strideA);
        _tile_dpbf16ps(2, 5, 6);
      }
      if constexpr (COLUMNS == 2) {
        _tile_loadd(7, b + 32, strideB);
        _tile_dpbf16ps(1, 4, 7);
        if constexpr (ROWS == 2) _tile_dpbf16ps(3, 5, 7);
      }
    }
  }
}

void sum(const Bf16Product& p, Block block) {
  if (block.tiles == 2) return block.wide ? sum<2, 2>(p, block) : sum<2, 1>(p, block);
  return block.wide ? sum<1, 2>(p, block) : sum<1, 1>(p, block);
}

void store(Block block, Sums& sums) {
  constexpr int64_t kStride = sizeof sums.of[0][0];
  _tile_stored(0, sums.of[0][0], kStride);
  if (block.wide) _tile_stored(1, sums.of[0][0] + 16, kStride);
  if (block.tiles == 1) return;
  _tile_stored(2, sums.of[1][0], kStride);
  if (block.wide) _tile_stored(3, sums.of[1][0] + 16, kStride);
}

/// The rows of C that tile number i makes.
struct Rows {
  int64_t first, count;
  Rows(const Bf16Product& p, int64_t i) {
    first = p.rows.tile ? p.rows.tile[i].row : i * lw::kBf16Rows;
    const int64_t left = p.rows.rows - first;
    count = p.rows.tile ? p.rows.tile[i].count : left < lw::kBf16Rows ? left : lw::kBf16Rows;
  }
};

template <int COLUMNS>
void finish(const Bf16Product& p, Block block, const Sums& sums) {
  const __m512 lo = _mm512_set1_ps(p.lo), hi = _mm512_set1_ps(p.hi);
  __m512 bias[COLUMNS];
  __mmask16 mask[COLUMNS];
  for (int n = 0; n < COLUMNS; ++n) {
    bias[n] = _mm512_loadu_ps(p.bias + block.column + n * 16);
    mask[n] = maskOf(p.columns - block.column - n * 16);
  }
  const int64_t ldc = p.ldc;
  for (int t = 0; t < block.tiles; ++t) {
    const auto [row, count] = Rows(p, block.first + t);
    const uint8_t* slot = p.rows.slot ? p.rows.slot + row : nullptr;
    float* c = p.c + row * ldc + block.column;
    const float* residual = p.residual ? p.residual + row * ldc + block.column : nullptr;
    for (int64_t r = 0; r < count; ++r, c += ldc) {
      const float* from = sums.of[t][slot ? slot[r] : r];
      for (int n = 0; n < COLUMNS; ++n) {
        __m512 x = _mm512_add_ps(_mm512_load_ps(from + n * 16), bias[n]);
        if (residual) x = _mm512_add_ps(x, _mm512_maskz_loadu_ps(mask[n], residual + r * ldc + n * 16));
        // In this order of arguments NaN stays NaN.
        _mm512_mask_storeu_ps(c + n * 16, mask[n], _mm512_min_ps(hi, _mm512_max_ps(lo, x)));
      }
    }
  }
}

void finish(const Bf16Product& p, Block block, const Sums& sums) {
  block.wide ? finish<2>(p, block, sums) : finish<1>(p, block, sums);
}

void multiply(const Bf16Product& p) {
  const int64_t tiles = p.rows.tile ? p.rows.tiles : (p.rows.rows + lw::kBf16Rows - 1) / lw::kBf16Rows;
  const int64_t pairs = (tiles + 1) / 2, panels = (p.columns + lw::kBf16Columns - 1) / lw::kBf16Columns;
  const int64_t outer = p.rowsFirst ? pairs : panels, inner = p.rowsFirst ? panels : pairs;
  // A block's sums become results while the tiles are busy with the next one.
  Sums sums[2];
  Block before;
  int at = 0;
  for (int64_t o = 0; o < outer; ++o)
    for (int64_t i = 0; i < inner; ++i, at ^= 1) {
      const int64_t pair = p.rowsFirst ? o : i, panel = p.rowsFirst ? i : o;
      Block block;
      block.first = 2 * pair;
      block.tiles = tiles - block.first >= 2 ? 2 : 1;
      block.column = panel * lw::kBf16Columns;
      block.wide = p.columns - block.column > lw::kBf16Columns / 2;
      sum(p, block);
      if (before.tiles > 0) finish(p, before, sums[at ^ 1]);
      store(block, sums[at]);
      before = block;
    }
  if (before.tiles > 0) finish(p, before, sums[at ^ 1]);
}

}  // namespace

const lw::Bf16Kernels bf16Kernels = {"amx", 8, true, begin, end, &lw_avx512bf16::bf16Packers, multiply};

}  // namespace LW_ISA_NS
