#pragma once

#include <cstdint>

#include "backend/cpu/kernels/dispatch.h"

namespace lw {

/// One panel of B against many rows of A. Every element of C is one chain of multiply-adds over k in
/// ascending order, whatever the tile it falls in, so that the bits do not depend on how the work was cut. A
/// chain may be interrupted: `accumulate` starts from what C holds, and a float that went through memory is
/// the same float.
template <typename T>
struct GemmPanel {
  // A(row, tap * run + i) = a[rowOffset[row] + tapOffset[tap] + i], offsets in elements. Where rows are
  // evenly apart, rowStride takes the place of rowOffset. With neither, A lies in tiles of mr rows, as `tile`
  // makes them, and taps is 1: A(row, i) = a[(row / mr * run + i) * mr + row % mr].
  const T* a;
  const int64_t* rowOffset;
  int64_t rowStride;
  int64_t rows;
  const int64_t* tapOffset;
  int64_t taps, run;
  // B(k, n) = b[k * ldb + n]; the whole width of the panel is readable. C(row, n) = c[row * ldc + n] for n <
  // columns.
  const T* b;
  int64_t ldb;
  const T* next;  // when B comes from memory: the rows that the next call will read, as many as this one does
  int64_t columns;
  T* c;
  int64_t ldc;
  // With `finish`: C = min(max(C + bias + residual, lo), hi). bias is readable over the width; residual (or
  // null) lies as C does.
  const T* bias;
  const T* residual;
  T lo, hi;
  bool accumulate, finish;
  bool prefetchC;  // the tile's lines of C while its sums grow: for processors whose stores would wait for
                   // them
};

/// Up to mr rows of A, from(i, k) = from[i * strideM + k * strideK] with one stride of 1, to a tile [K][mr].
template <typename T>
struct TileOfA {
  const T* from;
  int64_t strideM, strideK;
  int64_t rows, K;
  T* to;
};

inline constexpr int kFewRows = 3;

template <typename T>
struct GemmTable {
  int mr;      ///< rows of a register tile
  int packet;  ///< width of a narrow panel; a wide one has twice that
  void (*wide)(const GemmPanel<T>&);
  void (*narrow)(const GemmPanel<T>&);
  /// At most kFewRows rows, evenly apart, in one run: several wide panels side by side, for the sums of one
  /// would wait for each other. `columns` counts those of all; panels lie `apart`. Reads all of their width.
  void (*few)(const GemmPanel<T>&, int64_t panels, int64_t apart);
  void (*tile)(const TileOfA<T>&);
  /// The same with the width of a wide or of a narrow panel for mr: rows of a transposed B.
  void (*wideOfRows)(const TileOfA<T>&);
  void (*narrowOfRows)(const TileOfA<T>&);
};

struct GemmKernels {
  GemmTable<float> f32;
  GemmTable<double> f64;
  template <typename T>
  const GemmTable<T>& of() const {
    if constexpr (sizeof(T) == 4)
      return f32;
    else
      return f64;
  }
};

}  // namespace lw

LW_KERNEL_FAMILY(GemmKernels, gemmKernels)
