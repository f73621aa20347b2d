#pragma once

#include <cmath>
#include <limits>

#include "backend/cuda/axes.h"

namespace lw::cuda {

/// A row, or a piece of one, in the registers of the `lanes` threads that share it: some threads of a warp,
/// or a whole block. Pack i of a thread holds elements from (i * lanes + lane) * kPack on.
template <typename T, bool kAligned>
struct RowTile {
  static constexpr int kPack = 16 / sizeof(T), kPacks = 8;
  Pack<T, kPack> packs[kPacks];

  LW_HD void load(const T* row, int64_t count, int lane, int lanes) {
    LW_UNROLL_LOOP for (int i = 0; i < kPacks; ++i) {
      const int64_t at = int64_t{i * lanes + lane} * kPack;
      packs[i] = loadSome<kPack, kAligned>(row + at, count - at);
    }
  }
  LW_HD void store(T* row, int64_t count, int lane, int lanes) const {
    LW_UNROLL_LOOP for (int i = 0; i < kPacks; ++i) {
      const int64_t at = int64_t{i * lanes + lane} * kPack;
      storeSome<kPack, kAligned>(row + at, packs[i], count - at);
    }
  }
  /// body(x) for the elements that are there, in a fixed order.
  template <class Body>
  LW_HD void each(int64_t count, int lane, int lanes, Body&& body) {
    LW_UNROLL_LOOP for (int i = 0; i < kPacks; ++i) {
      const int64_t left = count - int64_t{i * lanes + lane} * kPack;
      LW_UNROLL_LOOP for (int k = 0; k < kPack; ++k) {
        if (k < left) body(packs[i].v[k]);
      }
    }
  }
};

/// Threads of a block of RowTiles, and the longest row that they hold.
inline constexpr int kRowThreads = 256;
template <typename T>
inline constexpr int64_t kLongestRow =
    int64_t{kRowThreads} * RowTile<T, true>::kPacks * RowTile<T, true>::kPack;

/// How many threads share a row of that length.
template <typename T>
int lanesOfRow(int64_t count) {
  using Tile = RowTile<T, true>;
  const int64_t packs = (count + Tile::kPack - 1) / Tile::kPack;
  return packs > 32 * Tile::kPacks ? kRowThreads : std::min(32, powerOfTwo((packs + 3) / 4));
}

/// value(state) of the threads that share a row, joined and given to each of them: by put(state, value).
/// `memory` is room for a value of each warp, used for nothing else between two syncs of the block.
template <class Block, class V, class Value, class Join, class Put>
LW_HD void joinRow(Block& block, int lanes, V* memory, Value&& value, Join&& join, Put&& put) {
  block.joinLanes(lanes < 32 ? lanes : 32, value, join, put);
  if (lanes <= 32) return;
  block.each([&](int thread, auto& state) {
    if (thread % 32 == 0) memory[thread / 32] = value(state);
  });
  block.sync();
  block.each([&](int, auto& state) {
    V all = memory[0];
    LW_UNROLL_LOOP for (int i = 1; i < kRowThreads / 32; ++i) all = join(all, memory[i]);
    put(state, all);
  });
}

}  // namespace lw::cuda
