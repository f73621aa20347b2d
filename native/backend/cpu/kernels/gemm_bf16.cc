#include "backend/cpu/kernels/gemm_bf16.h"

#include <immintrin.h>

#include "backend/cpu/kernels/unroll.h"

// What every CPU with AVX512-BF16 does: rounding to bfloat16, packing, and products by vdpbf16ps. Eigen has
// no packets for it, so these are intrinsics.

namespace LW_ISA_NS {
namespace {

using lw::Bf16;
using lw::Bf16Product;

__mmask16 maskOf(int64_t count) {
  return static_cast<__mmask16>(count >= 16 ? 0xffffu : count > 0 ? (1u << count) - 1 : 0u);
}
__mmask32 wideMaskOf(int64_t count) {
  return static_cast<__mmask32>(count >= 32 ? 0xffffffffu : count > 0 ? (1u << count) - 1 : 0u);
}

__m512i rounded(__m512 low, __m512 high) { return reinterpret_cast<__m512i>(_mm512_cvtne2ps_pbh(high, low)); }

void convertRow(const float* from, Bf16* to, int64_t count, int64_t width) {
  int64_t i = 0;
  for (; i + 32 <= count; i += 32)
    _mm512_storeu_si512(to + i, rounded(_mm512_loadu_ps(from + i), _mm512_loadu_ps(from + i + 16)));
  for (; i < width; i += 32) {
    const __m512 low = _mm512_maskz_loadu_ps(maskOf(count - i), from + i);
    const __m512 high = _mm512_maskz_loadu_ps(maskOf(count - i - 16), from + i + 16);
    _mm512_mask_storeu_epi16(to + i, wideMaskOf(width - i), rounded(low, high));
  }
}

void rows(const lw::Bf16Rows& r) {
  if (r.fromStride == r.channels && r.toStride == r.channels && r.width == r.channels)
    return convertRow(r.from, r.to, r.rows * r.channels, r.rows * r.channels);
  for (int64_t i = 0; i < r.rows; ++i)
    convertRow(r.from + i * r.fromStride, r.to + i * r.toStride, r.channels, r.width);
}

/// Whole vectors: what is too much is written over by the next run, the next row, or the zeros.
void gather(const lw::Bf16Gather& g) {
  const int64_t depth = g.taps * g.run;
  for (int64_t row = 0; row < g.rows; ++row) {
    const Bf16* from = g.strip + g.rowOffset[row];
    Bf16* const to = g.to + row * g.toStride;
    Bf16* next = to;
    for (int64_t tap = 0; tap < g.taps; ++tap, next += g.run)
      for (int64_t i = 0; i < g.run; i += 32)
        _mm512_storeu_si512(next + i, _mm512_loadu_si512(from + g.tapOffset[tap] + i));
    for (int64_t i = depth; i < g.toStride; i += 32) _mm512_storeu_si512(to + i, _mm512_setzero_si512());
  }
}

void pairs(const float* even, const float* odd, int64_t width, Bf16* to) {
  for (int64_t n = 0; n < width; n += 16) {
    const auto low = reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(_mm512_loadu_ps(even + n)));
    const auto high = reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(_mm512_loadu_ps(odd + n)));
    const __m512i both =
        _mm512_or_si512(_mm512_cvtepu16_epi32(low), _mm512_slli_epi32(_mm512_cvtepu16_epi32(high), 16));
    _mm512_storeu_si512(to + 2 * n, both);
  }
}

constexpr int kRows = 12;

/// Panel number j of the product, as far as its tiles need to know.
struct Panel {
  const lw::Bf16Product& p;
  const Bf16* b;
  int64_t column, columns;
  Panel(const Bf16Product& product, int64_t j)
      : p(product),
        b(product.b + j * product.taps * product.run * lw::kBf16Columns),
        column(j * lw::kBf16Columns),
        columns(product.columns - column) {}
};

template <int MR, int NP>
__attribute__((noinline)) void tile(const Panel& panel, int64_t row) {
  const Bf16Product& p = panel.p;
  __m512 acc[MR][NP];
  LW_UNROLL for (int r = 0; r < MR; ++r) {
    LW_UNROLL for (int n = 0; n < NP; ++n) acc[r][n] = _mm512_setzero_ps();
  }
  const Bf16* b = panel.b;
  const int64_t rest = (p.run - p.used) / 2 * NP * 32;
  for (int64_t tap = 0; tap < p.taps; ++tap, b += rest) {
    const Bf16* a[MR];
    const Bf16* base = p.a + p.tapOffset[tap];
    LW_UNROLL for (int r = 0; r < MR; ++r) {
      a[r] = base + (p.rows.offset ? p.rows.offset[row + r] : (row + r) * p.rows.stride);
    }
    for (int64_t i = 0; i < p.used; i += 2, b += NP * 32) {
      __m512i bk[NP];
      LW_UNROLL for (int n = 0; n < NP; ++n) bk[n] = _mm512_loadu_si512(b + n * 32);
      LW_UNROLL for (int r = 0; r < MR; ++r) {
        int32_t pair;
        __builtin_memcpy(&pair, a[r] + i, sizeof pair);
        const auto both = reinterpret_cast<__m512bh>(_mm512_set1_epi32(pair));
        LW_UNROLL for (int n = 0; n < NP; ++n) {
          acc[r][n] = _mm512_dpbf16_ps(acc[r][n], both, reinterpret_cast<__m512bh>(bk[n]));
        }
      }
    }
  }
  const __m512 lo = _mm512_set1_ps(p.lo), hi = _mm512_set1_ps(p.hi);
  LW_UNROLL for (int n = 0; n < NP; ++n) {
    const __mmask16 mask = maskOf(panel.columns - n * 16);
    const __m512 bias = _mm512_loadu_ps(p.bias + panel.column + n * 16);
    LW_UNROLL for (int r = 0; r < MR; ++r) {
      const int64_t at = (row + r) * p.ldc + panel.column + n * 16;
      __m512 sum = _mm512_add_ps(acc[r][n], bias);
      if (p.residual) sum = _mm512_add_ps(sum, _mm512_maskz_loadu_ps(mask, p.residual + at));
      // In this order of arguments NaN stays NaN.
      _mm512_mask_storeu_ps(p.c + at, mask, _mm512_min_ps(hi, _mm512_max_ps(lo, sum)));
    }
  }
}

/// The tile of `rows` <= MR rows.
template <int MR, int NP>
void tileOf(int64_t rows, const Panel& panel, int64_t row) {
  if constexpr (MR > 1) {
    if (rows < MR) return tileOf<MR - 1, NP>(rows, panel, row);
  }
  tile<MR, NP>(panel, row);
}

/// Rows [row, end) of a panel.
template <int NP>
void multiplyRows(const Panel& panel, int64_t row, int64_t end) {
  for (; end - row >= 2 * kRows || end - row == kRows; row += kRows) tile<kRows, NP>(panel, row);
  if (end - row > kRows) {  // two tiles of half the height run better than a full one and a sliver
    const int64_t upper = (end - row + 1) / 2;
    tileOf<kRows, NP>(upper, panel, row);
    row += upper;
  }
  if (end > row) tileOf<kRows, NP>(end - row, panel, row);
}

void multiply(const Bf16Product& p) {
  const int64_t rows = p.rows.rows, step = p.rowsFirst ? 4 * kRows : rows;
  for (int64_t row = 0; row < rows; row += step) {
    const int64_t end = row + step < rows ? row + step : rows;
    for (int64_t j = 0; j * lw::kBf16Columns < p.columns; ++j) {
      const Panel panel(p, j);
      if (panel.columns <= lw::kBf16Columns / 2)
        multiplyRows<1>(panel, row, end);
      else
        multiplyRows<2>(panel, row, end);
    }
  }
}

void nothing(int64_t) {}
void nothingEither() {}

}  // namespace

const lw::Bf16Packers bf16Packers = {rows, gather, pairs};
const lw::Bf16Kernels bf16Kernels = {"avx512bf16", 2, false, nothing, nothingEither, &bf16Packers, multiply};

}  // namespace LW_ISA_NS
