#pragma once

#include <algorithm>
#include <array>

#include "backend/backend.h"

namespace lw {

/// Bytes that one task of a memory-bound op moves: large against the cost of handing out a task, small
/// against a core's L2.
inline constexpr int64_t kTaskBytes = 256 << 10;
/// Below this a second thread costs more than it brings.
inline constexpr int64_t kTinyBytes = 32 << 10;

/// Calls body(begin, end) for pieces of [0, total) that move about kTaskBytes each.
template <typename Body>
void parallelRanges(RunContext& context, int64_t total, int64_t bytesPerItem, Body body) {
  const int64_t perItem = std::max<int64_t>(bytesPerItem, 1);
  const int64_t grain = std::max<int64_t>(1, kTaskBytes / perItem);
  if (total <= grain && (total < 2 || total * perItem <= 2 * kTinyBytes)) {
    if (total > 0) body(int64_t{0}, total);
    return;
  }
  // Work between tiny and one task is still cut in two: the machines this runs on have at least two cores.
  const int64_t step = std::min(grain, (total + 1) / 2);
  context.parallelFor((total + step - 1) / step,
                      [&](int64_t task) { body(task * step, std::min(total, (task + 1) * step)); });
}

/// Loops over an output with the strides, in elements, of K operands that are walked together. Dimensions of
/// size 1 are dropped and neighbours that are contiguous for every operand are merged, so most nests end up
/// one or two deep.
template <int K>
struct Nest {
  int rank = 0;
  std::array<int64_t, kMaxRank> dims;
  std::array<std::array<int64_t, K>, kMaxRank> strides;

  /// From the outermost dimension to the innermost.
  void push(int64_t dim, const std::array<int64_t, K>& stride) {
    if (dim == 1) return;
    if (rank > 0) {
      bool merges = true;
      for (int k = 0; k < K; ++k) merges = merges && strides[rank - 1][k] == stride[k] * dim;
      if (merges) {
        dims[rank - 1] *= dim;
        strides[rank - 1] = stride;
        return;
      }
    }
    dims[rank] = dim;
    strides[rank++] = stride;
  }
  /// A nest always has an innermost loop.
  void finish() {
    if (rank > 0) return;
    dims[0] = 1;
    strides[0].fill(1);
    rank = 1;
  }
  int64_t count(int from, int to) const {
    int64_t result = 1;
    for (int i = from; i < to; ++i) result *= dims[i];
    return result;
  }
};

/// A position in the outer `depth` loops of a nest, as one offset per operand.
template <int K>
struct Cursor {
  const Nest<K>& nest;
  int depth;
  std::array<int64_t, K> offset{};
  std::array<int64_t, kMaxRank> index{};

  Cursor(const Nest<K>& nest, int depth, int64_t linear) : nest(nest), depth(depth) {
    for (int i = depth - 1; i >= 0; --i) {
      index[i] = linear % nest.dims[i];
      linear /= nest.dims[i];
      for (int k = 0; k < K; ++k) offset[k] += index[i] * nest.strides[i][k];
    }
  }
  void next() {
    for (int i = depth - 1; i >= 0; --i) {
      for (int k = 0; k < K; ++k) offset[k] += nest.strides[i][k];
      if (++index[i] < nest.dims[i]) return;
      for (int k = 0; k < K; ++k) offset[k] -= nest.dims[i] * nest.strides[i][k];
      index[i] = 0;
    }
  }
};

/// Row-major strides of a contiguous operand seen in the shape of `out` by NumPy's rules: 0 along broadcast
/// dimensions.
inline std::array<int64_t, kMaxRank> broadcastStrides(const Dims& dims, const Dims& out) {
  std::array<int64_t, kMaxRank> result{};
  const int shift = out.rank() - dims.rank();
  int64_t stride = 1;
  for (int i = dims.rank() - 1; i >= 0; --i) {
    result[i + shift] = dims[i] == 1 ? 0 : stride;
    stride *= dims[i];
  }
  return result;
}

/// Calls body(cursor, inner, count) for every piece of every innermost row, in parallel: `inner` is where the
/// piece begins in its row. Long rows are cut, short ones are handed out many to a task.
template <int K, typename Body>
void parallelRows(RunContext& context, const Nest<K>& nest, int64_t bytesPerElement, Body body) {
  const int last = nest.rank - 1;
  const int64_t n = nest.dims[last], rows = nest.count(0, last);
  // A multiple of every packet, so that only the end of a row is a tail.
  const int64_t piece = std::min(n, std::max<int64_t>(64, kTaskBytes / bytesPerElement / 64 * 64));
  if (piece == n) {
    parallelRanges(context, rows, n * bytesPerElement, [&](int64_t begin, int64_t end) {
      Cursor<K> cursor(nest, last, begin);
      for (int64_t row = begin; row < end; ++row, cursor.next()) body(cursor.offset, int64_t{0}, n);
    });
    return;
  }
  const int64_t pieces = (n + piece - 1) / piece;
  context.parallelFor(rows * pieces, [&](int64_t task) {
    const Cursor<K> cursor(nest, last, task / pieces);
    const int64_t begin = task % pieces * piece;
    body(cursor.offset, begin, std::min(piece, n - begin));
  });
}

}  // namespace lw
