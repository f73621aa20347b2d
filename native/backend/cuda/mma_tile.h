#pragma once

#include "backend/cuda/async.h"
#include "backend/cuda/epilogue.h"
#include "backend/cuda/mma.h"

// One tile of a product on tensor cores: M rows of A, which a policy finds in memory, times N columns of B,
// which lie packed (mma_pack.h).
//
// What fixes the sum of an element, whatever its tile, its place in the tile and the batch: k in steps of
// kDepth, in order; within a step mma by mma; each `perSplit` steps are summed by themselves, and these sums
// in order, starting from zero. `perSplit` comes from the geometry of one sample. Whether one block does all
// splits or each has a block of its own (whose sums JoinPieces adds) is the same sum.
namespace lw::cuda {

/// Rows and columns of a tile, of four warps in two lines. kFolds: has registers for the sum of splits.
template <int kRows_, int kColumns_, bool kFolds_>
struct TileSize {
  static constexpr int kRows = kRows_, kColumns = kColumns_;
  static constexpr bool kFolds = kFolds_;
};

/// A product. `Rows` is how A is found:
///   using Type = ...;                      how its elements are stored
///   struct alignas(16) Row; struct Column;
///   void start(Place&, int outer) const;   pointers of one of the products that a launch has
///   Row row(int m) const;                  also for m >= M, where nothing is found
///   Column column(int k) const;            also for k >= K
///   const Type* find(const Type* a, const Row&, const Column&) const;  null: the value is 0
template <class Rows, typename Input>
struct MmaTask {
  using Finish = std::conditional_t<std::is_same_v<Input, Bfloat16>, MixedEpilogue, Epilogue<float>>;
  Rows rows;
  const Input* b;
  Finish epilogue;
  float* partial;       ///< the sums of splits; null when blocks finish what they sum
  int64_t partialSize;  ///< of each split
  int M, N;
  uint32_t ldB;  ///< elements from a column of B to the next
  int64_t ldY;
  Divisor rowTiles, columnTiles;
  int steps, perSplit;
  int range;  ///< steps of a block: all, or perSplit
  int width;  ///< of A, as widthOfRows says
};

/// How many neighbours in k a copy takes: they are neighbours in A, aligned as they are many, and all of them
/// found or none. 16 or 4 bytes of what lies in memory as it is multiplied, or one element; of what is
/// converted four, or one. `period`: elements between which all of that is true again.
template <typename T, typename Input>
int widthOfRows(const T* a, int64_t period) {
  constexpr int kWide = std::is_same_v<T, Input> ? 16 / sizeof(T) : 4, kWord = 4 / sizeof(T);
  if (period % kWide == 0 && packed(16, a)) return kWide;
  return std::is_same_v<T, Input> && period % kWord == 0 && packed(4, a) ? kWord : 1;
}

/// Where a block is.
template <typename T, typename Input>
struct Place {
  const T* a;
  const Input* b;  ///< at the first column of the tile
  int64_t y;       ///< of the output's element 0, 0
  int bias;        ///< of its column 0
  int row, column, first, steps;
};

struct alignas(16) Chunk {
  uint32_t words[4];
};

template <Precision kPrecision, class Rows, class Size>
struct MmaTile {
  using T = typename Rows::Type;
  using Input = typename InputOf<kPrecision>::Type;
  using Place = cuda::Place<T, Input>;

  static constexpr int kThreads = 128, kRows = Size::kRows, kColumns = Size::kColumns;
  static constexpr int kDepth = 32, kStages = sizeof(Input) == 4 ? 3 : 4;
  static constexpr int kChunk = 16 / sizeof(Input), kChunks = kDepth / kChunk;
  static constexpr int kMmaChunks = 2;  ///< an mma's k is two chunks of either type
  static constexpr int kM = kRows / 32, kN = kColumns / 16;
  /// A is copied as it is, or else through registers, which round it.
  static constexpr bool kAsync = std::is_same_v<T, Input>;
  /// Rows of the output in shared memory: the four lines that half a warp writes lie in different banks.
  static constexpr int kPitch = kColumns + 8;

  struct Stage {
    Chunk a[kRows * kChunks], b[kColumns * kChunks];
  };
  struct Shared {
    union {
      Stage stages[kStages];
      float out[kRows * kPitch];
    } memory;
    typename Rows::Row rows[kRows];
  };
  struct State {
    Fragments<kM, kN> f;
    float total[Size::kFolds ? kM : 1][Size::kFolds ? kN : 1][4];
    float staged[kAsync ? 1 : kRows / 4];
  };

  MmaTask<Rows, Input> task;

  /// Chunks of a column of eight rows, which ldmatrix reads, lie in all banks; so do those that a warp
  /// writes.
  LW_HD static int swizzle(int row, int chunk) {
    return row * kChunks + (kChunks == 8 ? chunk ^ (row & 7) : chunk ^ ((row >> 1) & 3));
  }

  template <class Block>
  LW_HD void operator()(Block& block) const {
    const Place place = locate(block.x(), block.z());
    begin(block, place);
    block.sync();
    for (int stage = 0; stage < kStages - 1; ++stage) {
      if (stage < place.steps) issue(block, place, stage, stage), land(block, stage);
      commitCopies();
    }
    int slot = 0, toFold = task.perSplit;
    for (int step = 0; step < place.steps; ++step) {
      waitCopies<kStages - 2>();
      // The stage of this step is there for all, and that of the last one has been read by all.
      block.sync();
      const int next = step + kStages - 1, free = slot == 0 ? kStages - 1 : slot - 1;
      if (next < place.steps) issue(block, place, next, free);
      commitCopies();
      multiply(block, slot);
      if (next < place.steps) land(block, free);
      if (Size::kFolds && (--toFold == 0 || step + 1 == place.steps)) fold(block), toFold = task.perSplit;
      slot = slot + 1 == kStages ? 0 : slot + 1;
    }
    waitCopies<0>();
    block.sync();
    spread(block);
    block.sync();
    finish(block, place);
  }

  LW_HD Place locate(int64_t x, int64_t z) const {
    const uint32_t tile = static_cast<uint32_t>(x), line = task.columnTiles.quotient(tile);
    const uint32_t outer = task.rowTiles.quotient(line);
    Place place{};
    place.row = static_cast<int>(task.rowTiles.rest(line, outer)) * kRows;
    place.column = static_cast<int>(task.columnTiles.rest(tile, line)) * kColumns;
    place.b = task.b;
    task.rows.start(place, outer);
    place.b += static_cast<int64_t>(place.column) * task.ldB;
    place.first = static_cast<int>(z) * task.range;
    place.steps = task.steps - place.first < task.range ? task.steps - place.first : task.range;
    return place;
  }

  template <class Block>
  LW_HD void begin(Block& block, const Place& place) const {
    block.each([&](int thread, State& state) {
      for (int row = thread; row < kRows; row += kThreads)
        block.shared().rows[row] = task.rows.row(place.row + row);
      LW_UNROLL_LOOP for (int i = 0; i < kM; ++i) LW_UNROLL_LOOP for (int j = 0; j < kN; ++j)
          LW_UNROLL_LOOP for (int r = 0; r < 4; ++r) {
        state.f.sums[i][j][r] = 0;
        if constexpr (Size::kFolds) state.total[i][j][r] = 0;
      }
    });
  }

  /// Asks for the tiles of a step.
  template <class Block>
  LW_HD void issue(Block& block, const Place& place, int step, int slot) const {
    block.each([&](int thread, State& state) {
      Shared& shared = block.shared();
      Stage& stage = shared.memory.stages[slot];
      const int k = (place.first + step) * kDepth;
      issueB(stage, place, k, thread);
      if constexpr (!kAsync) {
        if (task.width == 4)
          stageQuads(shared, place, k, thread, state);
        else
          stageElements(shared, place, k, thread, state);
      } else {
        constexpr int kWord = 4 / sizeof(T);
        if (task.width == kChunk)
          copyUnits<kChunk, kRows * kChunks / kThreads>(shared, stage, place, k, thread);
        else if (kWord == 1 || task.width == kWord)
          copyUnits<kWord, 4>(shared, stage, place, k, thread);
        else
          copyUnits<1, 4>(shared, stage, place, k, thread);
      }
    });
  }

  LW_HD void issueB(Stage& stage, const Place& place, int k, int thread) const {
    constexpr int kLines = kThreads / kChunks;
    const int chunk = thread % kChunks, first = thread / kChunks;
    uint32_t offset = static_cast<uint32_t>(first) * task.ldB + static_cast<uint32_t>(k + chunk * kChunk);
    LW_UNROLL_LOOP for (int i = 0; i < kColumns / kLines; ++i, offset += kLines * task.ldB) {
      const int column = first + i * kLines;
      const bool inside = place.column + column < task.N;
      copyAsync<16>(&stage.b[swizzle(column, chunk)], place.b + (inside ? offset : 0), inside);
    }
  }

  LW_HD static unsigned char* element(Stage& stage, int row, int k) {
    return reinterpret_cast<unsigned char*>(&stage.a[swizzle(row, k / kChunk)]) +
           k % kChunk * static_cast<int>(sizeof(Input));
  }
  /// Copies of kUnit elements: with as many units to a row, thread t takes unit t % units of every
  /// (kThreads / units)-th row from t / units on, kAtOnce of them at a time.
  template <int kUnit, int kAtOnce>
  LW_HD void copyUnits(const Shared& shared, Stage& stage, const Place& place, int k, int thread) const {
    constexpr int kUnits = kDepth / kUnit, kLines = kThreads / kUnits, kBytes = kUnit * sizeof(T);
    const int at = thread % kUnits * kUnit;
    const auto column = task.rows.column(k + at);
    LW_ROLLED_LOOP for (int rows = thread / kUnits; rows < kRows; rows += kLines * kAtOnce)
        LW_UNROLL_LOOP for (int i = 0; i < kAtOnce; ++i) {
      const int row = rows + kLines * i;
      const T* from = task.rows.find(place.a, shared.rows[row], column);
      if constexpr (kBytes >= 4) {
        copyAsync<kBytes>(element(stage, row, at), from != nullptr ? from : place.a, from != nullptr);
      } else {
        store(reinterpret_cast<T*>(element(stage, row, at)), from != nullptr ? load<1>(from) : Pack<T, 1>{});
      }
    }
  }

  /// Thread t takes quad t % 8 of rows t / 8 + 16 i.
  LW_HD void stageQuads(const Shared& shared, const Place& place, int k, int thread, State& state) const {
    const auto column = task.rows.column(k + 4 * (thread % 8));
    LW_UNROLL_LOOP for (int i = 0; i < kRows / 16; ++i) {
      const T* from = task.rows.find(place.a, shared.rows[thread / 8 + 16 * i], column);
      Pack<T, 4> pack{};
      if (from != nullptr) pack = load<4>(from);
      LW_UNROLL_LOOP for (int e = 0; e < 4; ++e) state.staged[4 * i + e] = toFloat(pack.v[e]);
    }
  }
  /// Thread t takes element t % 32 of rows t / 32 + 4 i.
  LW_HD void stageElements(const Shared& shared, const Place& place, int k, int thread, State& state) const {
    const auto column = task.rows.column(k + thread % kDepth);
    LW_UNROLL_LOOP for (int i = 0; i < kRows / 4; ++i) {
      const T* from = task.rows.find(place.a, shared.rows[thread / kDepth + 4 * i], column);
      state.staged[i] = from != nullptr ? toFloat(*from) : 0.0f;
    }
  }

  /// Rounds what was staged, and puts it where it belongs.
  template <class Block>
  LW_HD void land(Block& block, int slot) const {
    if constexpr (!kAsync)
      block.each([&](int thread, State& state) {
        Stage& stage = block.shared().memory.stages[slot];
        const auto put = [&](int row, int k, const auto& pack) {
          store(reinterpret_cast<Bfloat16*>(element(stage, row, k)), rounded(pack));
        };
        if (task.width == 4) {
          LW_UNROLL_LOOP for (int i = 0; i < kRows / 16; ++i) {
            const float* v = state.staged + 4 * i;
            put(thread / 8 + 16 * i, thread % 8 * 4, Pack<float, 4>{v[0], v[1], v[2], v[3]});
          }
        } else {
          LW_UNROLL_LOOP for (int i = 0; i < kRows / 4; ++i) {
            put(thread / kDepth + 4 * i, thread % kDepth, Pack<float, 1>{state.staged[i]});
          }
        }
      });
  }

  template <class Block>
  LW_HD void multiply(Block& block, int slot) const {
    const Stage& stage = block.shared().memory.stages[slot];
    if constexpr (kPrecision == Precision::kFloat32) {
      // One at a time: what is split takes the registers that looking ahead would.
      LW_ROLLED_LOOP for (int chunk = 0; chunk < kChunks; chunk += kMmaChunks)
          multiplyChunks(block, stage, chunk);
    } else {
      LW_UNROLL_LOOP for (int chunk = 0; chunk < kChunks; chunk += kMmaChunks)
          multiplyChunks(block, stage, chunk);
    }
  }
  template <class Block>
  LW_HD void multiplyChunks(Block& block, const Stage& stage, int chunk) const {
    LW_UNROLL_LOOP for (int i = 0; i < kM; ++i) loadMatrices(
        block,
        [&](int thread) -> const void* {
          const int lane = thread % 32, row = thread / 64 * (kRows / 2) + 16 * i + lane % 16;
          return &stage.a[swizzle(row, chunk + lane / 16)];
        },
        [&](State& state) { return state.f.a[i]; });
    LW_UNROLL_LOOP for (int j = 0; j < kN; j += 2) loadMatrices(
        block,
        [&](int thread) -> const void* {
          const int lane = thread % 32;
          const int column = thread / 32 % 2 * (kColumns / 2) + 8 * j + lane % 8 + lane / 16 * 8;
          return &stage.b[swizzle(column, chunk + lane / 8 % 2)];
        },
        [&](State& state) { return state.f.b[j]; });
    multiplyWarps<kPrecision>(
        block, [](State & state) -> auto& { return state.f; });
  }

  template <class Block>
  LW_HD void fold(Block& block) const {
    if constexpr (Size::kFolds)
      block.each([&](int, State& state) {
        LW_UNROLL_LOOP for (int i = 0; i < kM; ++i) LW_UNROLL_LOOP for (int j = 0; j < kN; ++j)
            LW_UNROLL_LOOP for (int r = 0; r < 4; ++r) {
          state.total[i][j][r] += state.f.sums[i][j][r];
          state.f.sums[i][j][r] = 0;
        }
      });
  }

  /// The sums to shared memory, where the stages were.
  template <class Block>
  LW_HD void spread(Block& block) const {
    block.each([&](int thread, State& state) {
      const int lane = thread % 32, row = thread / 64 * (kRows / 2) + lane / 4;
      const int column = thread / 32 % 2 * (kColumns / 2) + lane % 4 * 2;
      float* out = block.shared().memory.out + row * kPitch + column;
      LW_UNROLL_LOOP for (int i = 0; i < kM; ++i) LW_UNROLL_LOOP for (int j = 0; j < kN; ++j)
          LW_UNROLL_LOOP for (int r = 0; r < 4; r += 2) {
        Pack<float, 2> pair;
        LW_UNROLL_LOOP for (int e = 0; e < 2; ++e) {
          if constexpr (Size::kFolds)
            pair.v[e] = state.total[i][j][r + e];
          else
            pair.v[e] = 0.0f + state.f.sums[i][j][r + e];
        }
        store(out + (16 * i + 4 * r) * kPitch + 8 * j, pair);
      }
    });
  }

  template <class Block>
  LW_HD void finish(Block& block, const Place& place) const {
    block.each([&](int thread, State&) {
      LW_ROLLED_LOOP for (int i = thread; i < kRows * kColumns / 4; i += kThreads) {
        const int row = i / (kColumns / 4), column = i % (kColumns / 4) * 4;
        const int m = place.row + row, n = place.column + column;
        if (m >= task.M || n >= task.N) continue;
        const float* sums = block.shared().memory.out + row * kPitch + column;
        put(sums, place.y + m * task.ldY + n, n, place.bias + n, static_cast<int>(block.z()));
      }
    });
  }
  LW_HD void put(const float* sums, int64_t at, int n, int bias, int split) const {
    const auto& epilogue = task.epilogue;
    if (task.partial != nullptr) {
      float* to = task.partial + split * task.partialSize + at;
      if (epilogue.wide)
        store(to, load<4>(sums));
      else
        for (int k = 0; k < 4 && n + k < task.N; ++k) to[k] = sums[k];
    } else if (epilogue.wide) {
      epilogue.template finish<4>(at, bias, load<4>(sums));
    } else {
      LW_ROLLED_LOOP for (int k = 0; k < 4 && n + k < task.N; ++k)
          epilogue.template finish<1>(at + k, bias + k, load<1>(sums + k));
    }
  }
};

}  // namespace lw::cuda
