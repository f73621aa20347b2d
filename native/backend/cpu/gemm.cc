#include "backend/cpu/gemm.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace lw::cpu {
namespace {

int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// How the product is cut. Free to depend on anything: an element's sum has the same order in every cut.
struct Cut {
  int64_t kc = 0;     ///< depth of a block of B, which meets a tile of A in L1
  int64_t jc = 0;     ///< panels of a block of B, which stays in L2 while the tiles of A pass
  int64_t tiles = 0;  ///< of mr rows each
  int64_t step = 1;   ///< tiles that pass a panel together, which comes from L2 once for all of them
  int64_t rowBlocks = 1,
          panelBlocks = 1;  ///< a task is one of each; they differ by a tile and a panel at most
  bool tileA = false;       ///< A's rows are put into tiles first
  bool few = false;         ///< few rows and a B that stays in L2: panels side by side
  bool packB = false;       ///< every task packs the panels that it alone needs
};

int64_t startOf(int64_t block, int64_t blocks, int64_t count) { return block * count / blocks; }

constexpr int64_t kTilesTogether = 8, kFewPanels = 4;

/// How deep a tile of A may be to take half of L1.
template <typename T>
int64_t deepestTile(const Panels<T>& panels) {
  return std::max<int64_t>(64, cpuInfo().l1 / 2 / (panels.table->mr * static_cast<int64_t>(sizeof(T))));
}

/// Whether the rows of a tile of A fall into so few sets of L1 that they push each other out.
template <typename T>
bool rowsCollide(const Gemm<T>& g) {
  constexpr int64_t kWay = 4096;  // bytes of L1 that are in different sets
  const int64_t apart = std::gcd(g.strideM * static_cast<int64_t>(sizeof(T)), kWay);
  return g.panels.table->mr * apart / kWay > cpuInfo().l1 / kWay;
}

template <typename T>
Cut chooseCut(const Gemm<T>& g, int concurrency) {
  const int64_t K = g.panels.K, N = g.panels.N, bytes = sizeof(T), mr = g.panels.table->mr;
  const int64_t l2 = cpuInfo().l2, panels = g.panels.count(), panelRow = g.panels.nr * bytes;
  Cut cut;
  // Rows of an unpacked B lie far apart: few of them at a time keep their pages in the TLB.
  const int64_t deepest = g.ldb > 0 ? 64 : deepestTile(g.panels);
  cut.kc = g.M <= mr && g.ldb == 0 ? K : ceilDiv(K, ceilDiv(K, deepest));  // one tile: B in one stream
  cut.jc = std::clamp<int64_t>(l2 / 2 / (cut.kc * panelRow), 1, panels);
  cut.jc = ceilDiv(panels, ceilDiv(panels, cut.jc));
  cut.tiles = ceilDiv(g.M, mr);
  cut.step = std::min(cut.tiles, kTilesTogether);
  // Results that are added to come back: they should still be in L2 then.
  const int64_t returning = cut.kc < K ? std::max<int64_t>(8, l2 / 4 / (N * bytes) / mr) : cut.tiles;
  // Every block of one operand reads the other again: from memory, where neither fits into L2.
  const bool streams = std::min(g.M, N) * K * bytes > l2;
  const int64_t useful = usefulTasks(2.0 * static_cast<double>(g.M) * N * K, concurrency);
  const int64_t want = streams ? std::min<int64_t>(useful, concurrency) : useful;

  cut.rowBlocks = ceilDiv(cut.tiles, returning);
  if (cut.rowBlocks > 1 && concurrency > 1)  // as many for every thread
    cut.rowBlocks = std::min(cut.tiles, ceilDiv(cut.rowBlocks, concurrency) * concurrency);
  const auto splitRows = [&] {
    if (cut.rowBlocks * cut.panelBlocks < want)
      cut.rowBlocks =
          std::max(cut.rowBlocks, std::min(ceilDiv(want, cut.panelBlocks), ceilDiv(cut.tiles, 4)));
  };
  const auto splitPanels = [&] {
    if (cut.rowBlocks * cut.panelBlocks < want)
      cut.panelBlocks = std::min(panels, ceilDiv(want, cut.rowBlocks));
  };
  // What one thread packs and another reads travels between their caches: better that all read a part of B
  // each, and all of an A that is not much larger.
  cut.packB = g.loose.data && g.M <= 2 * N && want >= concurrency && panels >= kFewPanels * concurrency;
  // What is larger is divided, so that the smaller operand is the one that is read more than once.
  if (cut.packB)
    cut.rowBlocks = 1, cut.panelBlocks = concurrency;
  else if (N > g.M)
    splitPanels(), splitRows();
  else
    splitRows(), splitPanels();
  cut.tileA = g.strideK != 1 || (g.M > 4 && rowsCollide(g));
  // From further away B does not come faster than a panel's sums are made.
  cut.few = g.M <= kFewRows && !cut.tileA && g.b != nullptr && g.ldb == 0 && K * N * bytes <= l2 / 2;
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

/// One task: its tiles of A pass, one after the other, the panels of a block of B.
template <typename T>
class Task {
 public:
  /// `shared`: all of A in tiles, or null.
  Task(const Gemm<T>& g, const Cut& cut, const T* shared, int64_t task) : g_(g), cut_(cut), shared_(shared) {
    // Neighbouring tasks share the panels, which are then in L3.
    const int64_t rowBlock = task % cut.rowBlocks, panelBlock = task / cut.rowBlocks;
    tile0_ = startOf(rowBlock, cut.rowBlocks, cut.tiles);
    tile1_ = startOf(rowBlock + 1, cut.rowBlocks, cut.tiles);
    j0_ = startOf(panelBlock, cut.panelBlocks, g.panels.count());
    j1_ = startOf(panelBlock + 1, cut.panelBlocks, g.panels.count());
    if (cut.tileA && !shared) own_ = scratchOf<T>(kSlotRows, cut.step * mr_ * cut.kc);
    if (cut.packB) packed_ = scratchOf<T>(kSlotPanels, cut.jc * cut.kc * g.panels.nr);
  }

  void run() const {
    for (int64_t k0 = 0; k0 < g_.panels.K; k0 += cut_.kc)
      for (int64_t j = j0_; j < j1_; j += cut_.jc) {
        const Range depth{k0, std::min(g_.panels.K, k0 + cut_.kc)}, panels{j, std::min(j1_, j + cut_.jc)};
        if (cut_.packB) packBlock(g_.loose, g_.panels, panels, depth, packed_);
        for (int64_t tile = tile0_; tile < tile1_; tile += cut_.step)
          multiply(depth, panels, {tile, std::min(tile1_, tile + cut_.step)});
      }
    const int64_t row = tile0_ * mr_, column = j0_ * g_.panels.nr;
    applyLate(g_.epilogue.late, Block<T>{g_.c + row * g_.ldc + column, std::min(tile1_ * mr_, g_.M) - row,
                                         std::min(j1_ * g_.panels.nr, g_.panels.N) - column, g_.ldc});
  }

 private:
  using Range = std::array<int64_t, 2>;

  void multiply(Range depth, Range panels, Range tiles) const {
    const int64_t nr = g_.panels.nr, row = tiles[0] * mr_, k0 = depth[0], zero = 0;
    GemmPanel<T> p{};
    p.rows = std::min(tiles[1] * mr_, g_.M) - row;
    p.taps = 1, p.tapOffset = &zero;
    p.run = depth[1] - k0;
    p.accumulate = k0 > 0, p.finish = depth[1] == g_.panels.K;
    p.prefetchC = cpuInfo().shortStoreQueue;
    p.ldc = g_.ldc;
    p.lo = g_.epilogue.lo, p.hi = g_.epilogue.hi;
    if (own_)
      tileRows(g_, tiles, depth, own_), p.a = own_;
    else if (shared_)
      p.a = shared_ + (cut_.tiles * k0 + tiles[0] * p.run) * mr_;
    else
      p.a = g_.a + row * g_.strideM + k0, p.rowStride = g_.strideM;
    int64_t j = panels[0];
    if (cut_.few) j = multiplyFew(p, panels);
    for (; j < panels[1]; ++j) {
      const int64_t width = g_.panels.width(j), at = row * g_.ldc + j * nr;
      p.columns = g_.panels.columns(j);
      if (cut_.packB)
        p.b = packed_ + (j - panels[0]) * p.run * nr, p.ldb = width;
      else if (g_.ldb > 0 && p.columns == width)
        p.b = g_.b + k0 * g_.ldb + j * nr, p.ldb = g_.ldb;
      else
        p.b = (g_.ldb > 0 ? g_.tail : g_.b + g_.panels.offset(j)) + k0 * width, p.ldb = width;
      // The first tiles bring B from memory.
      if (g_.ldb == 0 && !cut_.packB && tiles[0] == tile0_) p.next = p.b + g_.panels.offset(1);
      p.c = g_.c + at;
      p.bias = g_.epilogue.bias + j * nr;
      p.residual = g_.epilogue.residual ? g_.epilogue.residual + at : nullptr;
      (width == nr ? g_.panels.table->wide : g_.panels.table->narrow)(p);
    }
  }

  /// The wide panels, all of whose depth lies in the cache. Returns the first that is left.
  int64_t multiplyFew(GemmPanel<T> p, Range panels) const {
    const int64_t j = panels[0], last = panels[1] - 1,
                  end = g_.panels.width(last) == g_.panels.nr ? last + 1 : last, at = j * g_.panels.nr;
    p.columns = std::min(end * g_.panels.nr, g_.panels.N) - at;
    p.b = g_.b + g_.panels.offset(j);
    p.c = g_.c + at;
    p.bias = g_.epilogue.bias + at;
    p.residual = g_.epilogue.residual ? g_.epilogue.residual + at : nullptr;
    g_.panels.table->few(p, end - j, g_.panels.offset(1));
    return end;
  }

  const Gemm<T>& g_;
  const Cut& cut_;
  const T* shared_;
  const int64_t mr_ = g_.panels.table->mr;
  int64_t tile0_ = 0, tile1_ = 0, j0_ = 0, j1_ = 0;
  T *own_ = nullptr, *packed_ = nullptr;
};

}  // namespace

int64_t usefulTasks(double flops, int concurrency) {
  if (concurrency <= 1) return 1;
  // Some microseconds of work: waking a thread takes two, and what it makes lies in another core's cache.
  constexpr double kSmallest = 8e5;
  return std::clamp<int64_t>(static_cast<int64_t>(flops / kSmallest), 1, 8 * int64_t{concurrency});
}

template <typename T>
bool sumsInOnePiece(const Panels<T>& panels) {
  return panels.K <= deepestTile(panels);
}

template <typename T>
void gemm(RunContext& context, const Gemm<T>& problem) {
  if (problem.M == 0) return;
  Gemm<T> g = problem;
  const Cut cut = chooseCut(g, context.concurrency());
  if (g.loose.data && !cut.packB) {
    T* packed = scratchOf<T>(kSlotWeights, g.panels.size());
    packAll(context, g.loose, g.panels, packed);
    g.b = packed;
  }
  const T* shared = cut.tileA && cut.panelBlocks > 1 && !cut.packB ? tileAll(context, g, cut) : nullptr;
  context.parallelFor(cut.rowBlocks * cut.panelBlocks,
                      [&](int64_t task) { Task<T>(g, cut, shared, task).run(); });
}

template <typename T>
void gemmHere(const Gemm<T>& g) {
  const Cut cut = chooseCut(g, 1);
  for (int64_t task = 0; task < cut.rowBlocks * cut.panelBlocks; ++task) Task<T>(g, cut, nullptr, task).run();
}

template bool sumsInOnePiece(const Panels<float>&);
template bool sumsInOnePiece(const Panels<double>&);
template void gemm(RunContext&, const Gemm<float>&);
template void gemm(RunContext&, const Gemm<double>&);
template void gemmHere(const Gemm<float>&);
template void gemmHere(const Gemm<double>&);

}  // namespace lw::cpu
