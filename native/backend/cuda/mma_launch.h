#pragma once

#include <algorithm>

#include "backend/cuda/mma_tile.h"
#include "backend/cuda/tiles.h"

// Which tiles a product is cut into, and how many blocks share the sum of one.
namespace lw::cuda {

/// Blocks that fill the device, about: a number of its own, so that all devices sum alike.
inline constexpr int64_t kBlocksToFill = 132;
inline constexpr int kMmaDepth = 32;  ///< k of a step

/// Steps in k that are summed by themselves, from the geometry of one sample: `rows` and `columns` of each of
/// its `outers` products. One sum where the tiles of a sample are enough for the device, or k is short.
inline int64_t stepsOfSplit(int64_t rows, int64_t columns, int64_t outers, int64_t K) {
  constexpr int64_t kFewest = 8, kMostSplits = 32;
  const int64_t steps = ceilDiv(K, kMmaDepth), tiles = ceilDiv(rows, 64) * ceilDiv(columns, 64) * outers;
  if (tiles >= kBlocksToFill / 2 || steps < 3 * kFewest) return steps;
  const int64_t splits = std::min({2 * kBlocksToFill / tiles, steps / kFewest, kMostSplits});
  return ceilDiv(steps, std::max<int64_t>(1, splits));
}

template <class Rows, Precision kPrecision>
using MmaTaskOf = MmaTask<Rows, typename InputOf<kPrecision>::Type>;

/// How a launch is cut.
struct MmaCut {
  enum class Tile { kLarge, kMiddle, kSmall } tile;
  int64_t splits;  ///< blocks that share a tile

  MmaCut(int64_t M, int64_t N, int64_t outers, int64_t splitsOfSum) : tile(Tile::kSmall), splits(1) {
    const int64_t middle = ceilDiv(M, 128) * ceilDiv(N, 64) * outers;
    if (splitsOfSum == 1 && N > 64 && ceilDiv(M, 128) * ceilDiv(N, 128) * outers >= kBlocksToFill)
      tile = Tile::kLarge;
    else if (middle >= kBlocksToFill)
      tile = Tile::kMiddle;
    else if (ceilDiv(M, 64) * ceilDiv(N, 64) * outers < kBlocksToFill)
      splits = splitsOfSum;
  }
};

/// The workspace that the sums of splits need.
inline size_t partialBytes(const MmaCut& cut, int64_t outputs) {
  return cut.splits > 1 ? static_cast<size_t>(cut.splits * ceilDiv(outputs, 4) * 4) * sizeof(float) : 0;
}

template <Precision kPrecision, class Size, class Task>
void launchTiles(RunContext& queue, Task task, int64_t outers, int64_t splits) {
  const int64_t rowTiles = ceilDiv(task.M, Size::kRows), columnTiles = ceilDiv(task.N, Size::kColumns);
  task.rowTiles = Divisor(rowTiles), task.columnTiles = Divisor(columnTiles);
  using Rows = decltype(task.rows);
  launch(queue, MmaTile<kPrecision, Rows, Size>{task}, Grid{outers * rowTiles * columnTiles, 1, splits});
}

/// task: all but the tiles and where partial sums are. `outputs`: elements of the whole output.
template <Precision kPrecision, class Task>
void launchMma(RunContext& queue, Task task, int64_t outers, int64_t outputs, float* partial) {
  const MmaCut cut(task.M, task.N, outers, ceilDiv(task.steps, task.perSplit));
  task.range = cut.splits > 1 ? task.perSplit : task.steps;
  if (cut.splits > 1) task.partial = partial, task.partialSize = ceilDiv(outputs, 4) * 4;
  switch (cut.tile) {
    case MmaCut::Tile::kLarge:
      launchTiles<kPrecision, TileSize<128, 128, false>>(queue, task, outers, cut.splits);
      break;
    case MmaCut::Tile::kMiddle:
      launchTiles<kPrecision, TileSize<128, 64, true>>(queue, task, outers, cut.splits);
      break;
    case MmaCut::Tile::kSmall:
      launchTiles<kPrecision, TileSize<64, 64, true>>(queue, task, outers, cut.splits);
      break;
  }
  if (cut.splits == 1) return;
  using Finish = typename Task::Finish;
  const int splits = static_cast<int>(cut.splits);
  const Divisor rowLength(task.ldY);
  if (task.epilogue.wide)
    forEach(queue, outputs / 4,
            JoinPieces<float, 4, Finish>{partial, task.partialSize, splits, rowLength, task.epilogue});
  else
    forEach(queue, outputs,
            JoinPieces<float, 1, Finish>{partial, task.partialSize, splits, rowLength, task.epilogue});
}

/// Calls body with the precision as a constant.
template <typename Body>
auto byPrecision(Precision precision, Body&& body) {
  if (precision == Precision::kBfloat16)
    return body(std::integral_constant<Precision, Precision::kBfloat16>());
  if (precision == Precision::kTf32) return body(std::integral_constant<Precision, Precision::kTf32>());
  return body(std::integral_constant<Precision, Precision::kFloat32>());
}

inline const char* mmaAlgorithm(Precision precision, bool conv) {
  if (precision == Precision::kBfloat16) return conv ? "implicit gemm, bfloat16" : "gemm, bfloat16";
  if (precision == Precision::kTf32) return conv ? "implicit gemm, tf32" : "gemm, tf32";
  return conv ? "implicit gemm, 3x tensor" : "gemm, 3x tensor";
}

/// Bytes of a piece of the workspace, so that the next one is aligned as an allocation is.
inline size_t alignedBytes(size_t bytes) { return (bytes + 255) / 256 * 256; }

}  // namespace lw::cuda
