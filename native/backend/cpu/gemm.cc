#include "backend/cpu/gemm.h"

#include <algorithm>
#include <cstring>

namespace lw::cpu {
namespace {

int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }
int64_t roundUp(int64_t a, int64_t b) { return ceilDiv(a, b) * b; }

/// How the product is cut. Free to depend on anything: an element's sum has the same order in every cut.
struct Cut {
  int64_t kc = 0;                   ///< depth of a block of A and of the piece of a panel that meets it
  int64_t mc = 0, rowBlocks = 1;    ///< rows of a task
  int64_t jc = 0, panelBlocks = 1;  ///< panels of a task
  bool copyA = false;               ///< A's rows are gathered in scratch: they are transposed, or alias in L1
};

template <typename T>
Cut chooseCut(const Gemm<T>& g, int concurrency) {
  const int64_t K = g.panels.K, N = g.panels.N, bytes = sizeof(T), l2 = cpuInfo().l2, mr = g.panels.table->mr;
  Cut cut;
  // A piece of a panel takes a quarter of L2 and the block of A that it meets three eighths. Rows of an
  // unpacked B lie far apart: few of them at a time keep their pages in the TLB.
  const int64_t deepest = g.ldb > 0 ? 64 : std::max<int64_t>(64, l2 / 4 / (g.panels.nr * bytes));
  cut.kc = ceilDiv(K, ceilDiv(K, deepest));
  // A task's results should meet in L2 too, or every panel walks through memory again.
  const int64_t rows = std::min(l2 * 3 / 8 / (cut.kc * bytes), std::max(8 * mr, l2 / 4 / (N * bytes)));
  const int64_t tallest = std::max(2 * mr, rows / mr * mr);
  const int64_t panels = g.panels.count();
  const int64_t want = usefulTasks(2.0 * static_cast<double>(g.M) * N * K, concurrency);

  cut.rowBlocks = ceilDiv(g.M, tallest);
  const auto splitRows = [&] {
    if (cut.rowBlocks * cut.panelBlocks < want)
      cut.rowBlocks = std::max(cut.rowBlocks, std::min(ceilDiv(want, cut.panelBlocks), ceilDiv(g.M, 4 * mr)));
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
  cut.mc = roundUp(ceilDiv(g.M, cut.rowBlocks), mr);
  cut.rowBlocks = ceilDiv(g.M, cut.mc);
  cut.jc = ceilDiv(panels, cut.panelBlocks);
  cut.panelBlocks = ceilDiv(panels, cut.jc);
  cut.copyA = g.strideK != 1 || (aliases<T>(g.strideM) && g.M > 4);
  return cut;
}

/// A row stride for scratch that does not alias.
template <typename T>
int64_t scratchStride(int64_t K) {
  const int64_t ld = roundUp(K, 16);
  return aliases<T>(ld) ? ld + 16 : ld;
}

template <typename T>
void copyRows(const Gemm<T>& g, const Block<T>& to, int64_t row, int64_t k0) {
  if (g.strideK != 1)
    return transpose(g.a + row + k0 * g.strideK, g.strideK, to.rows, to.columns, to.data, to.stride);
  for (int64_t i = 0; i < to.rows; ++i)
    std::memcpy(to.data + i * to.stride, g.a + (row + i) * g.strideM + k0,
                static_cast<size_t>(to.columns) * sizeof(T));
}

template <typename T>
void runTask(const Gemm<T>& g, const Cut& cut, int64_t task) {
  // Neighbouring tasks share the panels, which are then in L3.
  const int64_t row = task % cut.rowBlocks * cut.mc, j0 = task / cut.rowBlocks * cut.jc;
  const int64_t rows = std::min(cut.mc, g.M - row), j1 = std::min(j0 + cut.jc, g.panels.count());
  const int64_t K = g.panels.K, nr = g.panels.nr, zero = 0;
  const int64_t ld = cut.copyA ? scratchStride<T>(cut.kc) : g.strideM;
  T* copy = cut.copyA ? scratchOf<T>(kSlotRows, rows * ld) : nullptr;
  int64_t* offsets = scratchOf<int64_t>(kSlotOffsets, rows);
  for (int64_t i = 0; i < rows; ++i) offsets[i] = i * ld;

  GemmPanel<T> p{};
  p.rowOffset = offsets, p.rows = rows;
  p.tapOffset = &zero, p.taps = 1;
  p.ldc = g.ldc;
  p.lo = g.epilogue.lo, p.hi = g.epilogue.hi;
  for (int64_t k0 = 0; k0 < K; k0 += cut.kc) {
    p.run = std::min(cut.kc, K - k0);
    p.accumulate = k0 > 0, p.finish = k0 + p.run == K;
    if (cut.copyA) copyRows(g, Block<T>{copy, rows, p.run, ld}, row, k0);
    p.a = cut.copyA ? copy : g.a + row * g.strideM + k0;
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
void gemm(RunContext& context, const Gemm<T>& problem) {
  if (problem.M == 0) return;
  Gemm<T> g = problem;
  Cut cut = chooseCut(g, context.concurrency());
  if (cut.copyA && cut.panelBlocks > 1) {
    // Several tasks would make the same copy: make it once.
    const int64_t K = g.panels.K, ld = scratchStride<T>(K), block = 64;
    T* copy = scratchOf<T>(kSlotInput, g.M * ld);
    context.parallelFor(ceilDiv(g.M, block), [&](int64_t task) {
      const int64_t row = task * block;
      copyRows(g, Block<T>{copy + row * ld, std::min(block, g.M - row), K, ld}, row, 0);
    });
    g.a = copy, g.strideM = ld, g.strideK = 1;
    cut.copyA = false;
  }
  context.parallelFor(cut.rowBlocks * cut.panelBlocks, [&](int64_t task) { runTask(g, cut, task); });
}

template <typename T>
void gemmHere(const Gemm<T>& problem) {
  const Cut cut = chooseCut(problem, 1);
  for (int64_t task = 0; task < cut.rowBlocks * cut.panelBlocks; ++task) runTask(problem, cut, task);
}

template void gemm(RunContext&, const Gemm<float>&);
template void gemm(RunContext&, const Gemm<double>&);
template void gemmHere(const Gemm<float>&);
template void gemmHere(const Gemm<double>&);

}  // namespace lw::cpu
