#pragma once

#include <algorithm>

#include "backend/cuda/tile.h"

/// The choice of a tile, and whether a sum is divided among blocks: neither has an influence on the bits.
namespace lw::cuda {

/// Blocks that keep a large GPU busy: two for each multiprocessor.
inline constexpr int64_t kBusyBlocks = 264;

inline int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

struct Extents {
  int64_t products = 1, rows = 0, columns = 0, depth = 0;  ///< the most that any product has
  int64_t rowLength = 0;                                   ///< columns of a row of y, over all products
  int piece = 0;                                           ///< see pieceOf
  bool mayDivide =
      true;  ///< y is products x rows x columns elements, each one's column its place % rowLength
};

/// The length of the pieces that a sum is made of: as many pieces as keep the GPU busy with one sample, whose
/// outputs are that many `tiles`. Never of the batch, which must not decide about bits.
inline int pieceOf(int64_t depth, int64_t tiles, int64_t shortest) {
  const int64_t pieces = std::max<int64_t>(1, kBusyBlocks / std::max<int64_t>(1, tiles));
  return static_cast<int>(std::max(shortest, ceilDiv(ceilDiv(depth, pieces), kDepthUnit) * kDepthUnit));
}

/// y = fn(the sums of pieces, in order).
template <typename T, int kWidth, class Finish = Epilogue<T>>
struct JoinPieces {
  const T* sums;
  int64_t size;
  int pieces;
  Divisor rowLength;
  Finish epilogue;
  LW_HD void operator()(int64_t i) const {
    const int64_t at = i * kWidth;
    Pack<T, kWidth> sum = load<kWidth>(sums + at);
    for (int piece = 1; piece < pieces; ++piece) {
      const Pack<T, kWidth> next = load<kWidth>(sums + piece * size + at);
      LW_UNROLL_LOOP for (int k = 0; k < kWidth; ++k) sum.v[k] = sum.v[k] + next.v[k];
    }
    const uint32_t place = static_cast<uint32_t>(at);
    epilogue.template finish<kWidth>(at, rowLength.rest(place, rowLength.quotient(place)), sum);
  }
};

template <class S, class Problem>
void multiplyWith(RunContext& queue, const Problem& problem, const Epilogue<typename S::Element>& epilogue,
                  const Extents& e) {
  using T = typename S::Element;
  constexpr int64_t kLargestWorkspace = int64_t{64} << 20;
  const int64_t down = ceilDiv(e.rows, S::kRows), across = ceilDiv(e.columns, S::kColumns);
  const int64_t blocks = e.products * down * across, pieces = ceilDiv(e.depth, e.piece);
  const int64_t size = e.products * e.rows * e.columns,
                bytes = pieces * size * static_cast<int64_t>(sizeof(T));
  TileKernel<S, Problem> kernel{problem, epilogue, static_cast<uint32_t>(down), static_cast<uint32_t>(across),
                                e.piece, 0};
  if (!e.mayDivide || pieces <= 1 || blocks >= kBusyBlocks || bytes > kLargestWorkspace)
    return launch(queue, kernel, Grid{blocks, 1, 1});
  T* sums = reinterpret_cast<T*>(queueOf(queue).workspace(static_cast<size_t>(bytes)));
  kernel.epilogue = {};
  kernel.epilogue.y = sums;
  kernel.epilogue.wide = epilogue.wide;
  kernel.partial = size;
  launch(queue, kernel, Grid{blocks, pieces, 1});
  const Divisor rowLength(e.rowLength);
  const int count = static_cast<int>(pieces);
  if (epilogue.wide)
    forEach(queue, size / S::kPack, JoinPieces<T, S::kPack>{sums, size, count, rowLength, epilogue});
  else
    forEach(queue, size, JoinPieces<T, 1>{sums, size, count, rowLength, epilogue});
}

template <class Problem>
void multiplyTiles(RunContext& queue, const Problem& problem,
                   const Epilogue<typename Problem::Element>& epilogue, const Extents& e) {
  using T = typename Problem::Element;
  if (e.columns <= 8) return multiplyWith<Shape<T, 128, 8, 16, 4, 2>>(queue, problem, epilogue, e);
  if (e.rows <= 8) return multiplyWith<Shape<T, 8, 128, 32, 8, 1>>(queue, problem, epilogue, e);
  if (e.columns <= 32) return multiplyWith<Shape<T, 128, 32, 16, 8, 4>>(queue, problem, epilogue, e);
  if constexpr (std::is_same_v<T, float>) {
    const int64_t large = e.products * ceilDiv(e.rows, 128) * ceilDiv(e.columns, 128);
    if (large >= kBusyBlocks && e.rows > 64 && e.columns > 64)
      return multiplyWith<Shape<T, 128, 128, 8, 8, 8>>(queue, problem, epilogue, e);
  }
  multiplyWith<Shape<T, 64, 64, 16, 8, 4>>(queue, problem, epilogue, e);
}

}  // namespace lw::cuda
