#pragma once

#include <cstdint>

#include "base/cpu_info.h"

namespace lw {

/// A bfloat16: the upper half of a float, as its bits.
using Bf16 = uint16_t;

/// Runs of A are padded with zeros to a multiple of this, and so are the panels of B.
inline constexpr int64_t kBf16Depth = 32;
/// Columns of a panel of B; a narrow one has half of them.
inline constexpr int64_t kBf16Columns = 32;
/// Rows of A that AMX reads at once, whether they are rows of C or not.
inline constexpr int64_t kBf16Rows = 16;

/// Up to 16 rows of A that lie rowStride apart, of which some may be rows of C.
struct Bf16Tile {
  int64_t offset;  ///< of the first, in elements
  int32_t row;     ///< of C, of the first
  int32_t count;   ///< rows of C
};

/// The rows of A that make the rows of C.
struct Bf16RowList {
  int64_t rows;
  // Row i of C reads A from offset[i] on; null: from i * stride on.
  const int64_t* offset;
  int64_t stride;
  // The same rows as tiles, row i of C being number slot[i] of its tile; null where offset is, and where the
  // kernel asks for none.
  const Bf16Tile* tile;
  int64_t tiles;
  const uint8_t* slot;
};

/// Panels of B against rows of A: C = min(max(A * B + bias + residual, lo), hi). An element's sum takes the
/// products in the same order in every call, whatever its row and the number of rows and panels.
struct Bf16Product {
  // A(row, tap, i) = a[offset of the row + tapOffset[tap] + i], i < run, zero from `used` on. With tiles, 16
  // rows from each tile's first one on are readable, and finite or not does not matter.
  const Bf16* a;
  Bf16RowList rows;
  const int64_t* tapOffset;
  int64_t taps, run, used;
  // Panels of 32 columns follow each other, B((tap, i), n) of a panel at ((tap * run + i) / 2 * width + n) *
  // 2 + i % 2. The last has a width of 16 when its columns fit.
  const Bf16* b;
  int64_t columns;  ///< of C
  bool rowsFirst;   ///< rows go through all panels before the next rows do; else panels through all rows
  float* c;         ///< C(row, n) = c[row * ldc + n]
  int64_t ldc;
  const float* bias;      ///< readable over the width of the panels
  const float* residual;  ///< lies as C does; or null
  float lo, hi;
};

/// `rows` rows of `channels` floats, rounded to nearest even, with zeros up to `width`.
struct Bf16Rows {
  const float* from;
  int64_t fromStride;
  Bf16* to;
  int64_t toStride;
  int64_t rows, channels, width;
};

/// Row i of `to`: the runs from strip[rowOffset[i] + tapOffset[t]] on, one after the other, and zeros up to
/// toStride, a multiple of 32. Both may be accessed kBf16Depth elements beyond their ends.
struct Bf16Gather {
  const Bf16* strip;
  const int64_t* rowOffset;
  int64_t rows;
  const int64_t* tapOffset;
  int64_t taps, run;
  Bf16* to;
  int64_t toStride;
};

struct Bf16Packers {
  void (*rows)(const Bf16Rows&);
  void (*gather)(const Bf16Gather&);
  /// Two rows of B as pairs: to[2 n] = even[n], to[2 n + 1] = odd[n] for n < width, a multiple of 16.
  void (*pairs)(const float* even, const float* odd, int64_t width, Bf16* to);
};

struct Bf16Kernels {
  const char* name;
  double rate;  ///< multiply-adds in the time of one of float32, about
  bool tiled;   ///< reads Bf16RowList::tile
  /// Around the calls of one thread, for lists of at most `rows` rows (or tiles of 16).
  void (*begin)(int64_t rows);
  void (*end)();
  const Bf16Packers* pack;
  void (*multiply)(const Bf16Product&);
};

}  // namespace lw

#if defined(__x86_64__) || defined(_M_X64)
namespace lw_avx512bf16 {
extern const lw::Bf16Kernels bf16Kernels;
extern const lw::Bf16Packers bf16Packers;
}  // namespace lw_avx512bf16
namespace lw_amx {
extern const lw::Bf16Kernels bf16Kernels;
}  // namespace lw_amx
namespace lw {
/// Null: this machine multiplies no bfloat16.
inline const Bf16Kernels* bf16Kernels() {
  if (cpuInfo().bf16 == Bf16Isa::kNone) return nullptr;
  return requestAmx() ? &lw_amx::bf16Kernels : &lw_avx512bf16::bf16Kernels;
}
}  // namespace lw
#else
namespace lw {
inline const Bf16Kernels* bf16Kernels() { return nullptr; }
}  // namespace lw
#endif
