#include "backend/cpu/gemm_bf16.h"

#include <cstring>

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

/// How the product is cut; an element's sum has the same order in every cut.
struct Cut {
  int64_t mc = 0, rowBlocks = 1;    ///< rows of a task
  int64_t jc = 0, panelBlocks = 1;  ///< panels of a task
};

Cut chooseCut(const GemmBf16& g, int concurrency) {
  const int64_t K = g.panels.channels, N = g.panels.N, l2 = cpuInfo().l2, panels = g.panels.count();
  const double bytes = 4.0 * static_cast<double>(g.M * (K + N)) + 2.0 * static_cast<double>(K * N);
  const int64_t want = usefulTasksBf16(2.0 * static_cast<double>(g.M) * N * K, bytes, concurrency);
  constexpr int64_t kPair = 2 * kBf16Rows;
  // The converted rows take a quarter of L2, and so do the results that they become.
  const int64_t rows = std::min(l2 / 4 / (bf16Stride(g.panels.depth()) * 2), l2 / 4 / (N * 4));
  Cut cut;
  cut.rowBlocks = ceilDiv(g.M, std::max(2 * kPair, rows / kPair * kPair));
  const auto splitRows = [&] {
    if (cut.rowBlocks * cut.panelBlocks < want)
      cut.rowBlocks = std::max(cut.rowBlocks, std::min(ceilDiv(want, cut.panelBlocks), ceilDiv(g.M, kPair)));
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
  cut.mc = roundUp(ceilDiv(g.M, cut.rowBlocks), kBf16Rows);
  cut.rowBlocks = ceilDiv(g.M, cut.mc);
  cut.jc = ceilDiv(panels, cut.panelBlocks);
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
  Bf16Panel p{};
  if (s.a) {
    p.a = s.a + row * s.ld;
  } else {
    Bf16* converted = scratchOf<Bf16>(kSlotRows, roundUp(rows, kBf16Rows) * s.ld);
    convertRows(g, row, rows, converted, s.ld);
    p.a = converted;
  }
  p.rows = {rows, nullptr, s.ld, nullptr, 0, nullptr};
  p.tapOffset = &zero, p.taps = 1;
  p.b = g.b;
  p.ldc = g.ldc;
  p.lo = g.epilogue.lo, p.hi = g.epilogue.hi;
  const Bf16Kernels& kernels = *bf16Kernels();
  {
    const Bf16Session session(kernels, rows);
    for (int64_t j = j0; j < j1; ++j) {
      const int64_t column = j * kBf16Columns;
      p.c = g.c + row * g.ldc + column;
      p.bias = g.epilogue.bias + column;
      p.residual = g.epilogue.residual ? g.epilogue.residual + row * g.ldc + column : nullptr;
      multiplyBf16(kernels, g.panels, j, p);
    }
  }
  const int64_t column = j0 * kBf16Columns, columns = std::min(j1 * kBf16Columns, g.panels.N) - column;
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

void multiplyBf16(const Bf16Kernels& kernels, const Bf16Panels& panels, int64_t j, Bf16Panel p) {
  p.run = panels.run();
  p.used = roundUp(panels.channels, 2);
  p.b += panels.offset(j);
  p.columns = panels.columns(j);
  (panels.width(j) == kBf16Columns ? kernels.wide : kernels.narrow)(p);
}

int64_t bf16Stride(int64_t depth) {
  const int64_t stride = roundUp(depth, kBf16Depth);
  return aliases<Bf16>(stride) ? stride + kBf16Depth : stride;
}

int64_t usefulTasksBf16(double flops, double bytes, int concurrency) {
  if (concurrency <= 1) return 1;
  // Nanoseconds of a core that does 1e11 operations a second in float32, and reads or writes 1e10 bytes.
  const double time = flops / (100 * multiplyRate(Precision::kBfloat16)) + bytes / 10;
  constexpr double kSmallest = 5000;
  return std::clamp<int64_t>(static_cast<int64_t>(time / kSmallest), 1, 4 * int64_t{concurrency});
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
