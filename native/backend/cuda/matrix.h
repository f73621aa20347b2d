#pragma once

#include "backend/cuda/tiles.h"

/// Matrices as operands of a product.
namespace lw::cuda {

/// Rows of a, or columns of b, in memory at even distances.
template <typename T>
struct MatrixLines {
  static constexpr bool kTable = false;
  /// Elements from the operand's first; negative: outside.
  using Line = int64_t;
  using Depth = int64_t;

  const T* data;
  int count;  ///< lines
  int pitch;  ///< elements between what is not side by side: lines, or depths
  bool along, wide;

  LW_HD Line line(int r) const { return r < count ? static_cast<int64_t>(r) * (along ? pitch : 1) : -1; }
  LW_HD Depth depth(int k, int end) const {
    return k < end ? static_cast<int64_t>(k) * (along ? 1 : pitch) : -1;
  }
  template <int kWidth>
  LW_HD Pack<T, kWidth> fetch(Line line, Depth depth) const {
    if ((line | depth) >= 0) return load<kWidth>(data + line + depth);
    return {};
  }
};

/// Whether packs of 16 bytes may be read of a matrix whose lines along memory have `length` elements, `pitch`
/// apart, and all others that are `apart` elements away.
template <typename T>
bool readsWide(const T* data, int64_t length, int64_t pitch, int64_t apart = 0) {
  constexpr int64_t kPack = 16 / sizeof(T);
  return packed(16, data) && length % kPack == 0 && pitch % kPack == 0 && apart % kPack == 0;
}

/// Where the operands of product z begin: the output's batch dimensions, neighbours merged where both
/// operands go on evenly.
struct Batch {
  struct Dim {
    int64_t size, a, b;  ///< elements between neighbours of a and of b; 0 where they repeat
  };
  int rank = 0;
  Dim dims[kMaxRank] = {};

  LW_HD void find(int64_t z, int64_t* a, int64_t* b) const {
    *a = *b = 0;
    for (int i = rank - 1; i > 0; --i) {
      const int64_t next = z / dims[i].size, rest = z - next * dims[i].size;
      *a += rest * dims[i].a, *b += rest * dims[i].b;
      z = next;
    }
    if (rank > 0) *a += z * dims[0].a, *b += z * dims[0].b;
  }
  /// From the outermost on.
  void push(Dim dim) {
    if (dim.size == 1) return;
    if (rank > 0) {
      Dim& last = dims[rank - 1];
      if (last.a == dim.a * dim.size && last.b == dim.b * dim.size) {
        last = {last.size * dim.size, dim.a, dim.b};
        return;
      }
    }
    dims[rank++] = dim;
  }
};

/// Products of matrices; y's lie `apart` elements from each other, and so their biases.
template <typename T>
struct MatrixProblem {
  using Element = T;
  using A = MatrixLines<T>;
  using B = MatrixLines<T>;
  A left;
  B right;
  Batch batch;
  int columns, inner;
  int64_t pitch;  ///< between rows of y
  int64_t apart, biasApart;

  LW_HD int rows(int64_t) const { return left.count; }
  LW_HD int depth(int64_t) const { return inner; }
  LW_HD A a(int64_t z) const { return from(left, z, true); }
  LW_HD B b(int64_t z) const { return from(right, z, false); }
  LW_HD int64_t at(int64_t z, int m) const { return z * apart + m * pitch; }
  LW_HD int64_t bias(int64_t z) const { return z * biasApart; }

 private:
  LW_HD MatrixLines<T> from(MatrixLines<T> lines, int64_t z, bool isA) const {
    int64_t a, b;
    batch.find(z, &a, &b);
    lines.data += isA ? a : b;
    return lines;
  }
};

/// By tiles (matmul_tiles.cu).
template <typename T>
void multiplyMatrices(RunContext& queue, const MatrixProblem<T>& problem, const Epilogue<T>& epilogue,
                      const Extents& extents);

}  // namespace lw::cuda
