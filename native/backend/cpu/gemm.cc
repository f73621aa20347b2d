#include "backend/cpu/gemm.h"

#include <algorithm>
#include <array>

namespace lw::cpu {
namespace {

int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// How the product is cut. Free to depend on anything: an element's sum has the same order in every cut.
struct Cut {
  int64_t kc = 0;     ///< depth of a block of A and of the piece of a panel that meets it
  int64_t tiles = 0;  ///< of mr rows each
  int64_t rowBlocks = 1,
          panelBlocks = 1;  ///< a task is one of each; they differ by a tile and a panel at most
  bool tileA = false;       ///< A's rows are put into tiles first
};

int64_t startOf(int64_t block, int64_t blocks, int64_t count) { return block * count / blocks; }

template <typename T>
Cut chooseCut(const Gemm<T>& g, int concurrency) {
  const int64_t K = g.panels.K, N = g.panels.N, bytes = sizeof(T), mr = g.panels.table->mr;
  const int64_t l1 = cpuInfo().l1, l2 = cpuInfo().l2, panels = g.panels.count();
  Cut cut;
  // A piece of a panel should fit L1 beside a tile. Rows of an unpacked B lie far apart: few of them at a
  // time keep their pages in the TLB.
  const int64_t deepest = g.ldb > 0 ? 64 : std::max<int64_t>(64, l1 * 2 / 3 / (g.panels.nr * bytes));
  cut.kc = ceilDiv(K, ceilDiv(K, deepest));
  cut.tiles = ceilDiv(g.M, mr);
  // A task's results should meet in L2 too, or every panel walks through memory again.
  const int64_t rows = std::min(l2 * 3 / 8 / (cut.kc * bytes), std::max(8 * mr, l2 / 4 / (N * bytes)));
  const int64_t want = usefulTasks(2.0 * static_cast<double>(g.M) * N * K, concurrency);

  cut.rowBlocks = ceilDiv(cut.tiles, std::max<int64_t>(2, rows / mr));
  const auto splitRows = [&] {
    if (cut.rowBlocks * cut.panelBlocks < want)
      cut.rowBlocks =
          std::max(cut.rowBlocks, std::min(ceilDiv(want, cut.panelBlocks), ceilDiv(cut.tiles, 4)));
  };
  const auto splitPanels = [&] {
    if (cut.rowBlocks * cut.panelBlocks < want)
      cut.panelBlocks = std::min(panels, ceilDiv(want, cut.rowBlocks));
  };
  // What is larger is divided, so that the smaller operand is the one that is read more than once.
  if (N > g.M)
    splitPanels(), splitRows();
  else
    splitRows(), splitPanels();
  // Tiles cost a pass over A, and their rows cannot push each other out of L1.
  constexpr int64_t kManyPanels = 8;
  cut.tileA =
      g.strideK != 1 || (g.M > 4 && (aliases<T>(g.strideM) || panels / cut.panelBlocks >= kManyPanels));
  return cut;
}

/// Steps [k0, k0 + K) of the tiles [first, last) of A.
template <typename T>
void tileRows(const Gemm<T>& g, std::array<int64_t, 2> tiles, std::array<int64_t, 2> depth, T* to) {
  const int64_t mr = g.panels.table->mr, K = depth[1] - depth[0];
  for (int64_t tile = tiles[0]; tile < tiles[1]; ++tile, to += mr * K)
    g.panels.table->tile({g.a + tile * mr * g.strideM + depth[0] * g.strideK, g.strideM, g.strideK,
                          std::min(mr, g.M - tile * mr), K, to});
}

/// All of A in tiles, [K / kc][tiles][kc][mr]: made once when several tasks need the same rows.
template <typename T>
const T* tileAll(RunContext& context, const Gemm<T>& g, const Cut& cut) {
  const int64_t mr = g.panels.table->mr, K = g.panels.K, block = 4;
  T* to = scratchOf<T>(kSlotInput, cut.tiles * mr * K);
  context.parallelFor(ceilDiv(cut.tiles, block), [&](int64_t task) {
    const int64_t first = task * block, last = std::min(first + block, cut.tiles);
    for (int64_t k0 = 0; k0 < K; k0 += cut.kc) {
      const int64_t k1 = std::min(K, k0 + cut.kc);
      tileRows(g, {first, last}, {k0, k1}, to + (cut.tiles * k0 + first * (k1 - k0)) * mr);
    }
  });
  return to;
}

/// `shared`: all of A in tiles, or null.
template <typename T>
void runTask(const Gemm<T>& g, const Cut& cut, const T* shared, int64_t task) {
  // Neighbouring tasks share the panels, which are then in L3.
  const int64_t rowBlock = task % cut.rowBlocks, panelBlock = task / cut.rowBlocks;
  const int64_t K = g.panels.K, nr = g.panels.nr, mr = g.panels.table->mr, zero = 0;
  const int64_t tile0 = startOf(rowBlock, cut.rowBlocks, cut.tiles);
  const int64_t tile1 = startOf(rowBlock + 1, cut.rowBlocks, cut.tiles);
  const int64_t j0 = startOf(panelBlock, cut.panelBlocks, g.panels.count());
  const int64_t j1 = startOf(panelBlock + 1, cut.panelBlocks, g.panels.count());
  const int64_t row = tile0 * mr, rows = std::min(tile1 * mr, g.M) - row;
  T* own = cut.tileA && !shared ? scratchOf<T>(kSlotRows, (tile1 - tile0) * mr * cut.kc) : nullptr;

  GemmPanel<T> p{};
  if (!cut.tileA) {
    int64_t* offsets = scratchOf<int64_t>(kSlotOffsets, rows);
    for (int64_t i = 0; i < rows; ++i) offsets[i] = i * g.strideM;
    p.rowOffset = offsets;
  }
  p.rows = rows;
  p.tapOffset = &zero, p.taps = 1;
  p.ldc = g.ldc;
  p.lo = g.epilogue.lo, p.hi = g.epilogue.hi;
  for (int64_t k0 = 0; k0 < K; k0 += cut.kc) {
    p.run = std::min(cut.kc, K - k0);
    p.accumulate = k0 > 0, p.finish = k0 + p.run == K;
    if (own) tileRows(g, {tile0, tile1}, {k0, k0 + p.run}, own);
    p.a = own ? own : shared ? shared + (cut.tiles * k0 + tile0 * p.run) * mr : g.a + row * g.strideM + k0;
    for (int64_t j = j0; j < j1; ++j) {
      const int64_t width = g.panels.width(j);
      p.columns = g.panels.columns(j);
      if (g.ldb > 0 && p.columns == width)
        p.b = g.b + k0 * g.ldb + j * nr, p.ldb = g.ldb;
      else
        p.b = (g.ldb > 0 ? g.tail : g.b + g.panels.offset(j)) + k0 * width, p.ldb = width;
      p.c = g.c + row * g.ldc + j * nr;
      p.bias = g.epilogue.bias + j * nr;
      p.residual = g.epilogue.residual ? g.epilogue.residual + row * g.ldc + j * nr : nullptr;
      (width == nr ? g.panels.table->wide : g.panels.table->narrow)(p);
    }
  }
  const int64_t columns = std::min(j1 * nr, g.panels.N) - j0 * nr;
  applyLate(g.epilogue.late, Block<T>{g.c + row * g.ldc + j0 * nr, rows, columns, g.ldc});
}

}  // namespace

int64_t usefulTasks(double flops, int concurrency) {
  if (concurrency <= 1) return 1;
  constexpr double kSmallest = 3e5;  // some microseconds of work
  return std::clamp<int64_t>(static_cast<int64_t>(flops / kSmallest), 1, 8 * int64_t{concurrency});
}

template <typename T>
void gemm(RunContext& context, const Gemm<T>& g) {
  if (g.M == 0) return;
  const Cut cut = chooseCut(g, context.concurrency());
  const T* shared = cut.tileA && cut.panelBlocks > 1 ? tileAll(context, g, cut) : nullptr;
  context.parallelFor(cut.rowBlocks * cut.panelBlocks, [&](int64_t task) { runTask(g, cut, shared, task); });
}

template <typename T>
void gemmHere(const Gemm<T>& g) {
  const Cut cut = chooseCut(g, 1);
  for (int64_t task = 0; task < cut.rowBlocks * cut.panelBlocks; ++task) runTask<T>(g, cut, nullptr, task);
}

template void gemm(RunContext&, const Gemm<float>&);
template void gemm(RunContext&, const Gemm<double>&);
template void gemmHere(const Gemm<float>&);
template void gemmHere(const Gemm<double>&);

}  // namespace lw::cpu
