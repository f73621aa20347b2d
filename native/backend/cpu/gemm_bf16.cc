#include "backend/cpu/gemm_bf16.h"

#include <cstring>
#include <limits>

namespace lw::cpu {
namespace {

int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }
int64_t roundUp(int64_t a, int64_t b) { return ceilDiv(a, b) * b; }

/// Row k of B, columns [n0, n0 + count), to `to`.
void copyRow(const MatrixB<float>& b, int64_t k, int64_t n0, int64_t count, float* to) {
  const float* from = b.data + k * b.strideK + n0 * b.strideN;
  if (b.strideN == 1)
    std::memcpy(to, from, static_cast<size_t>(count) * sizeof(float));
  else
    for (int64_t n = 0; n < count; ++n) to[n] = from[n * b.strideN];
}

/// How the product is cut.
struct Cut {
  int64_t mc = 0, rowBlocks = 1;    ///< rows of a task
  int64_t jc = 0, panelBlocks = 1;  ///< panels of a task
};

Cut chooseCut(const GemmBf16& g, int concurrency) {
  const auto M = static_cast<double>(g.M), K = static_cast<double>(g.panels.channels),
             N = static_cast<double>(g.panels.N);
  constexpr int64_t kPair = 2 * kBf16Rows;
  const int64_t rows = cpuInfo().l2 / 2 / (bf16Stride(g.panels.depth()) * 2), panels = g.panels.count();
  const int64_t tallest = std::max(2 * kPair, rows / kPair * kPair);
  const Bf16Work work{2 * M * N * K,         4 * M * K,           2 * K * N, 4 * M * N,
                      ceilDiv(g.M, tallest), ceilDiv(g.M, kPair), panels};
  const Bf16Cut blocks = cutBf16(work, concurrency);
  Cut cut;
  cut.mc = roundUp(ceilDiv(g.M, blocks.rowBlocks), kBf16Rows);
  cut.rowBlocks = ceilDiv(g.M, cut.mc);
  cut.jc = ceilDiv(panels, blocks.panelBlocks);
  cut.panelBlocks = ceilDiv(panels, cut.jc);
  return cut;
}

/// Rows [row, row + rows) of A as bfloat16, `ld` apart.
void convertRows(const GemmBf16& g, int64_t row, int64_t rows, Bf16* to, int64_t ld) {
  const int64_t K = g.panels.channels, width = g.panels.run();
  if (g.strideK == 1) {
    const float* from = g.a + row * g.strideM;
    return bf16Kernels()->pack->rows({from, g.strideM, to, ld, rows, K, width});
  }
  constexpr int64_t kBlock = 16;
  float* plain = scratchOf<float>(kSlotPanels, kBlock * K);
  for (int64_t i = 0; i < rows; i += kBlock) {
    const int64_t count = std::min(kBlock, rows - i);
    transpose(g.a + row + i, g.strideK, count, K, plain, K);
    bf16Kernels()->pack->rows({plain, K, to + i * ld, ld, count, K, width});
  }
}

struct Shared {
  const GemmBf16& g;
  Cut cut;
  const Bf16* a;  ///< converted before the tasks start, or null
  int64_t ld;
};

void runTask(const Shared& s, int64_t task) {
  const GemmBf16& g = s.g;
  // Neighbouring tasks share the panels, which are then in L3.
  const int64_t row = task % s.cut.rowBlocks * s.cut.mc, j0 = task / s.cut.rowBlocks * s.cut.jc;
  const int64_t rows = std::min(s.cut.mc, g.M - row), j1 = std::min(j0 + s.cut.jc, g.panels.count());
  const int64_t zero = 0;
  Bf16Product p{};
  if (s.a) {
    p.a = s.a + row * s.ld;
  } else {
    Bf16* converted = scratchOf<Bf16>(kSlotRows, roundUp(rows, kBf16Rows) * s.ld);
    convertRows(g, row, rows, converted, s.ld);
    p.a = converted;
  }
  p.rows = {rows, nullptr, s.ld, nullptr, 0, nullptr};
  p.tapOffset = &zero;
  const int64_t column = j0 * kBf16Columns;
  p.b = g.b;
  p.c = g.c + row * g.ldc + column;
  p.bias = g.epilogue.bias + column;
  p.residual = g.epilogue.residual ? g.epilogue.residual + row * g.ldc + column : nullptr;
  p.ldc = g.ldc;
  p.lo = g.epilogue.lo, p.hi = g.epilogue.hi;
  const Bf16Kernels& kernels = *bf16Kernels();
  {
    const Bf16Session session(kernels, rows);
    multiplyBf16(kernels, g.panels, {j0, j1}, p);
  }
  const int64_t columns = std::min(j1 * kBf16Columns, g.panels.N) - column;
  applyLate(g.epilogue.late, Block<float>{g.c + row * g.ldc + column, rows, columns, g.ldc});
}

}  // namespace

bool multipliesBf16(const Op& op, const PrepareContext& context) {
  return context.precision == Precision::kBfloat16 && op.in[0].dtype == DType::kFloat32 &&
         context.constants[1] != nullptr;
}

double multiplyRate(Precision precision) {
  return precision == Precision::kBfloat16 ? bf16Kernels()->rate : 1;
}

std::string Bf16Panels::tag() const {
  return "bf16x" + std::to_string(taps) + "x" + std::to_string(channels) + "x" + std::to_string(N);
}

void packBf16(const MatrixB<float>& b, const Bf16Panels& panels, Bf16* to) {
  float rows[2][kBf16Columns];
  for (int64_t j = 0; j < panels.count(); ++j) {
    const int64_t n0 = j * kBf16Columns, columns = panels.columns(j), width = panels.width(j);
    Bf16* pairs = to + panels.offset(j);
    for (float* row : rows) std::fill(row + columns, row + kBf16Columns, 0.0f);
    for (int64_t tap = 0; tap < panels.taps; ++tap)
      for (int64_t i = 0; i < panels.run(); i += 2, pairs += 2 * width) {
        for (int odd = 0; odd < 2; ++odd) {
          if (i + odd < panels.channels)
            copyRow(b, tap * panels.channels + i + odd, n0, columns, rows[odd]);
          else
            std::fill(rows[odd], rows[odd] + columns, 0.0f);
        }
        bf16Kernels()->pack->pairs(rows[0], rows[1], width, pairs);
      }
  }
}

std::shared_ptr<const Buffer> packedBf16(const PrepareContext& context, const Bf16Panels& panels,
                                         int64_t groups, const MatrixB<float>& layout) {
  const std::string tag = panels.tag() + "g" + std::to_string(groups) + (layout.strideN == 1 ? "" : "T");
  return context.pack(1, tag, [&](const View& view) {
    Buffer buffer(static_cast<size_t>(groups * panels.size()) * sizeof(Bf16));
    for (int64_t g = 0; g < groups; ++g)
      packBf16({view.as<float>() + g * panels.N * layout.strideN, layout.strideK, layout.strideN}, panels,
               buffer.as<Bf16>() + g * panels.size());
    return buffer;
  });
}

void multiplyBf16(const Bf16Kernels& kernels, const Bf16Panels& panels, Bf16Range range, Bf16Product p) {
  p.taps = panels.taps, p.run = panels.run(), p.used = roundUp(panels.channels, 2);
  p.b += panels.offset(range.begin);
  p.columns = std::min(panels.N, range.end * kBf16Columns) - range.begin * kBf16Columns;
  // Few weights stay in the cache while results are written row by row; many are read once.
  p.rowsFirst = 2 * panels.depth() * p.columns <= cpuInfo().l2 / 4;
  kernels.multiply(p);
}

int64_t bf16Stride(int64_t depth) {
  const int64_t stride = roundUp(depth, kBf16Depth);
  return aliases<Bf16>(stride) ? stride + kBf16Depth : stride;
}

Bf16Cut cutBf16(const Bf16Work& work, int concurrency) {
  // Nanoseconds of a core that does 1e11 operations a second in float32, and reads or writes 1e10 bytes.
  const double time = work.flops / (100 * multiplyRate(Precision::kBfloat16)) +
                      (work.bytesA + work.bytesB + work.bytesC) / 10;
  constexpr double kSmallest = 5000;  // of a task that is worth handing out
  const int64_t tasks = concurrency <= 1 ? 1
                                         : std::clamp<int64_t>(static_cast<int64_t>(time / kSmallest), 1,
                                                               4 * int64_t{concurrency});
  const int64_t want = std::min(tasks, work.mostRowBlocks * work.panels);
  // Each block of rows reads all of B, and each block of panels all of A.
  Bf16Cut best;
  double least = std::numeric_limits<double>::infinity();
  for (int64_t rows = work.leastRowBlocks;
       rows <= std::max(work.leastRowBlocks, std::min(want, work.mostRowBlocks)); ++rows) {
    const int64_t panels = ceilDiv(want, rows);
    const double bytes = static_cast<double>(rows) * work.bytesB + static_cast<double>(panels) * work.bytesA;
    if (panels <= work.panels && bytes < least) least = bytes, best = {rows, panels};
  }
  return best;
}

void gemmBf16(RunContext& context, const GemmBf16& g) {
  if (g.M == 0) return;
  Shared s{g, chooseCut(g, context.concurrency()), nullptr, bf16Stride(g.panels.depth())};
  if (s.cut.panelBlocks > 1) {
    // Several tasks would convert the same rows: do it once.
    constexpr int64_t kBlock = 32;
    Bf16* a = scratchOf<Bf16>(kSlotInput, roundUp(g.M, kBf16Rows) * s.ld);
    context.parallelFor(ceilDiv(g.M, kBlock), [&](int64_t task) {
      const int64_t row = task * kBlock;
      convertRows(g, row, std::min(kBlock, g.M - row), a + row * s.ld, s.ld);
    });
    s.a = a;
  }
  context.parallelFor(s.cut.rowBlocks * s.cut.panelBlocks, [&](int64_t task) { runTask(s, task); });
}

}  // namespace lw::cpu
