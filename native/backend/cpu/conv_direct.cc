#include <algorithm>
#include <string>

#include "backend/cpu/conv.h"
#include "backend/cpu/gemm.h"
#include "backend/cpu/kernels/direct.h"
#include "backend/cpu/strip.h"

// A convolution of few input channels as it is defined: vectors run over filters, inputs are broadcast. A
// panel of the weights stays in L1 while the pixels of some output lines pass. A task is a block of output
// lines of one sample, or a piece of a line. Where windows touch padding, what a block reads is copied into
// scratch with a zero border; else x is read in place. Few filters leave most of a vector empty: vectors run
// over neighbouring pixels then, weights are broadcast, and the copy has a plane per channel, where
// neighbours lie side by side.

namespace lw::cpu {
namespace {

constexpr int64_t kFloat = sizeof(float);
/// Floats of output that are made at a time, so that the panels' parts of them meet in the cache.
constexpr int64_t kChunk = 16 << 10;

int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// Filters as panels of packets, [panel][K][packets of it], zero beyond O: as few panels as keep one in half
/// of L1, but of two packets, and as even.
struct DirectPanels {
  int64_t K, O, packet, packets, count;

  DirectPanels(int64_t K, int64_t O)
      : K(K), O(O), packet(directKernels().packet), packets(ceilDiv(O, packet)) {
    const int64_t fit = cpuInfo().l1 / 2 / (K * packet * kFloat);
    count = ceilDiv(packets, std::clamp<int64_t>(fit, 2, directKernels().packets));
  }
  /// The first filter of panel j.
  int64_t first(int64_t j) const { return j * packets / count * packet; }
  int64_t width(int64_t j) const { return first(j + 1) - first(j); }
  int64_t padded() const { return packets * packet; }
  int64_t size() const { return K * padded(); }
  std::string tag() const { return "direct" + std::to_string(packet) + "x" + std::to_string(count); }

  void pack(const float* w, float* to) const {
    for (int64_t j = 0; j < count; ++j)
      for (int64_t k = 0; k < K; ++k, to += width(j)) {
        const int64_t there = std::min(width(j), O - first(j));
        std::copy_n(w + k * O + first(j), there, to);
        std::fill(to + there, to + width(j), 0.0f);
      }
  }
};

class ConvDirect : public Prepared, public LineOp {
 public:
  ConvDirect(const Op& op, const PrepareContext& context);
  void run(RunContext& context, const View* in, const View* out) const override;
  const char* algorithm() const override { return "direct"; }
  bool writesOverResidual() const override { return true; }

  const LineOp* byLines() const override {
    return p_.hasResidual || (!packed_ && !columns_) ? nullptr : this;
  }
  bool readsRing() const override { return false; }
  void runLines(const View* in, const View* out, const Band& band) const override;

 private:
  struct Run {
    const float *x, *w, *bias, *residual;
    float* out;
    Epilogue<float> epilogue;
    int64_t lines, pixels;  ///< of a block
    Spatial extent;         ///< of the box that a block reads: of x, or of the copy
    const int64_t* jumps;
    int64_t ring;  ///< lines of a plane of the output, or of what is kept of one
  };
  /// Output lines [h, h + lines), pixels [w, w + pixels) of depth d of sample n.
  struct Task {
    int64_t n, d, h, w, lines, pixels;
  };

  /// Positions of an axis from the first to the last that so many outputs read.
  int64_t reach(int axis, int64_t outputs) const {
    return (outputs - 1) * p_.strides[axis] + (p_.kernel[axis] - 1) * p_.dilations[axis] + 1;
  }
  bool prefersColumns() const;
  /// Floats of a line of the box.
  int64_t lineOf(const Run& run) const {
    return columns_ ? p_.strides[2] * ceilDiv(run.extent[2], p_.strides[2]) : run.extent[2] * p_.inChannels;
  }
  Run operands(const View* in, const View* out) const;
  void makeJumps(Run* run) const;
  void chooseBlock(int concurrency, int64_t N, Run* run) const;
  const float* input(const Run& run, const Task& task) const;
  void runTask(const Run& run, const Task& task) const;
  void runPanels(const Run& run, int64_t at, DirectLines l) const;

  ConvParams p_;
  DirectPanels panels_;
  bool columns_;  ///< packets of pixels, not of filters
  bool copy_;
  std::shared_ptr<const Buffer> packed_;
  PaddedRow<float> bias_;
  Operand x_, w_, residual_;
};

ConvDirect::ConvDirect(const Op& op, const PrepareContext& context)
    : p_(op.as<ConvParams>()),
      panels_(p_.kernel[0] * p_.kernel[1] * p_.kernel[2] * p_.inChannels, p_.outChannels),
      columns_(prefersColumns()),
      copy_(columns_),
      x_(context, 0) {
  if (columns_) {
    w_ = Operand(context, 1);
  } else if (context.constants[1]) {
    packed_ = context.pack(1, panels_.tag(), [&](const View& w) {
      Buffer buffer(static_cast<size_t>(panels_.size() * kFloat));
      panels_.pack(w.as<float>(), buffer.as<float>());
      return buffer;
    });
  }
  bias_ = PaddedRow<float>(context, p_.hasBias ? 2 : -1, p_.outChannels, panels_.padded());
  if (p_.hasResidual) residual_ = Operand(context, op.in.size() - 1);
  for (int i = 0; i < 3; ++i)
    copy_ = copy_ || p_.padBegin[i] > 0 || reach(i, p_.out[i]) - p_.padBegin[i] > p_.in[i];
}

/// Compares what a line of pixels takes, in multiply-adds. By columns a packet's results are brought into the
/// order of pixels, and each input into that of planes; by filters a multiply-add needs a load of its own.
bool ConvDirect::prefersColumns() const {
  const int64_t O = p_.outChannels, W = p_.out[2], K = panels_.K;
  if (p_.hasResidual || O > directKernels().fewFilters) return false;
  const int64_t copied = p_.inChannels * p_.strides[1] * p_.strides[2] * W;
  const int64_t byColumns = ceilDiv(W, panels_.packet) * O * (K + O + 1) + 2 * copied;
  return static_cast<double>(byColumns) < 1.3 * static_cast<double>(W * panels_.packets * (K + 5));
}

ConvDirect::Run ConvDirect::operands(const View* in, const View* out) const {
  Run run{x_.get<float>(in),
          nullptr,
          bias_.get(in),
          nullptr,
          out[0].as<float>(),
          Epilogue<float>(p_.activation),
          1,
          p_.out[2],
          p_.in,
          nullptr,
          p_.out[1]};
  if (p_.hasResidual) run.residual = residual_.get<float>(in);
  if (columns_) {
    run.w = w_.get<float>(in);
  } else if (packed_) {
    run.w = packed_->as<float>();
  } else {
    float* w = scratchOf<float>(kSlotWeights, panels_.size());
    panels_.pack(in[1].as<float>(), w);
    run.w = w;
  }
  return run;
}

void ConvDirect::run(RunContext& context, const View* in, const View* out) const {
  const int64_t N = in[0].dims[0], D = p_.out[0], H = p_.out[1], W = p_.out[2];
  if (N == 0) return;
  Run run = operands(in, out);
  chooseBlock(context.concurrency(), N, &run);
  makeJumps(&run);
  const int64_t down = ceilDiv(H, run.lines), across = ceilDiv(W, run.pixels);
  context.parallelFor(N * D * down * across, [&](int64_t index) {
    const int64_t w = index % across * run.pixels, h = index / across % down * run.lines;
    const int64_t plane = index / across / down;
    runTask(run, Task{plane / D, plane % D, h, w, std::min(run.lines, H - h), std::min(run.pixels, W - w)});
  });
}

void ConvDirect::runLines(const View* in, const View* out, const Band& band) const {
  Run run = operands(in, out);
  run.ring = band.out;
  chooseBlock(1, 1, &run);
  makeJumps(&run);
  for (int64_t h = band.first; h < band.last; h += run.lines)
    eachPiece(h, std::min(h + run.lines, band.last), {run.ring}, [&](int64_t line, int64_t count) {
      runTask(run, Task{0, 0, line, 0, count, p_.out[2]});
    });
}

void ConvDirect::chooseBlock(int concurrency, int64_t N, Run* run) const {
  const int64_t D = p_.out[0], H = p_.out[1], W = p_.out[2];
  const double flops = 2.0 * static_cast<double>(N * D * H * W) * panels_.K * panels_.O;
  const int64_t pieces = ceilDiv(usefulTasks(flops, concurrency), N * D);
  run->lines = ceilDiv(H, std::min(H, pieces));
  if (pieces > H) run->pixels = ceilDiv(W, std::min(ceilDiv(W, 64), ceilDiv(pieces, H)));
  if (!copy_) return;
  // A copy that stays in its share of L2.
  const int64_t line = reach(0, 1) * reach(2, run->pixels) * p_.inChannels * kFloat;
  const int64_t lines = (cpuInfo().l2 / 8 / line - reach(1, 1)) / p_.strides[1] + 1;
  run->lines = std::clamp<int64_t>(lines, 1, run->lines);
  run->extent = {reach(0, 1), reach(1, run->lines), reach(2, run->pixels)};
}

/// From each input of a window to the next, in bytes.
void ConvDirect::makeJumps(Run* run) const {
  int64_t* jumps = scratchOf<int64_t>(kSlotTaps, panels_.K + p_.kernel[2]);
  run->jumps = jumps;
  const int64_t C = p_.inChannels, stride = p_.strides[2], line = lineOf(*run);
  // From one channel of the box to the next, and between positions of a line.
  const int64_t channel = columns_ ? run->extent[0] * run->extent[1] * line : 1;
  int64_t* along = jumps + panels_.K;
  for (int64_t kw = 0; kw < p_.kernel[2]; ++kw) {
    const int64_t w = kw * p_.dilations[2];
    along[kw] = columns_ ? w % stride * (line / stride) + w / stride : w * C;
  }
  int64_t from = 0;
  for (int64_t kd = 0; kd < p_.kernel[0]; ++kd)
    for (int64_t kh = 0; kh < p_.kernel[1]; ++kh) {
      const int64_t first = (kd * p_.dilations[0] * run->extent[1] + kh * p_.dilations[1]) * line;
      for (int64_t kw = 0; kw < p_.kernel[2]; ++kw) {
        int64_t at = first + along[kw];
        for (int64_t c = 0; c < C; ++c, at += channel) {
          if (at > 0) *jumps++ = (at - from) * kFloat;
          from = at;
        }
      }
    }
  *jumps = 0;
}

/// The first input of the task's first window.
const float* ConvDirect::input(const Run& run, const Task& task) const {
  const int64_t C = p_.inChannels;
  const float* x = run.x + task.n * p_.in[0] * p_.in[1] * p_.in[2] * C;
  const Spatial first{task.d * p_.strides[0], task.h * p_.strides[1], task.w * p_.strides[2]};
  if (!copy_) return x + ((first[0] * p_.in[1] + first[1]) * p_.in[2] + first[2]) * C;
  Strip<float> strip;
  strip.x = x, strip.in = p_.in, strip.pixelStride = strip.channels = strip.pixel = C;
  for (int i = 0; i < 3; ++i) strip.start[i] = first[i] - p_.padBegin[i];
  strip.extent = run.extent;
  const int64_t lines = run.extent[0] * run.extent[1] * (columns_ ? C : 1);
  strip.to = scratchOf<float>(kSlotRows, lines * lineOf(run) + panels_.packet);
  if (columns_)
    strip.copyPlanes(p_.strides[2]);
  else
    strip.copy();
  return strip.to;
}

void ConvDirect::runTask(const Run& run, const Task& task) const {
  const int64_t C = p_.inChannels, O = p_.outChannels, H = p_.out[1], W = p_.out[2];
  const float* x = input(run, task);
  DirectLines l{};
  l.line = p_.strides[1] * lineOf(run), l.step = columns_ ? 1 : p_.strides[2] * C;
  l.jumps = run.jumps, l.K = panels_.K;
  l.pixels = task.pixels;
  l.outLine = W * O, l.outPixel = O;
  l.lo = run.epilogue.lo, l.hi = run.epilogue.hi;
  l.prefetch = cpuInfo().shortStoreQueue;
  const int64_t some = std::max<int64_t>(1, kChunk / (task.pixels * O));
  const int64_t line = (task.n * p_.out[0] + task.d) * H + task.h % run.ring;
  int64_t at = (line * W + task.w) * O;
  for (int64_t i = 0; i < task.lines; i += some, at += some * l.outLine) {
    l.x = x + i * l.line;
    l.lines = std::min(some, task.lines - i);
    if (columns_) {
      l.w = run.w, l.bias = run.bias, l.last = O;
      l.out = run.out + at;
      directKernels().columns(l);
    } else {
      runPanels(run, at, l);
    }
    // Lines are whole where there are several.
    applyLate(run.epilogue.late, Block<float>{run.out + at, l.lines * task.pixels, O, O});
  }
}

/// The lines, whose outputs begin at `at`, panel by panel.
void ConvDirect::runPanels(const Run& run, int64_t at, DirectLines l) const {
  for (int64_t j = 0; j < panels_.count; ++j) {
    const int64_t o = panels_.first(j), width = panels_.width(j);
    l.packets = static_cast<int>(width / panels_.packet);
    l.last = std::min(panels_.packet, panels_.O - o - (width - panels_.packet));
    l.w = run.w + o * panels_.K, l.bias = run.bias + o;
    l.out = run.out + at + o;
    l.residual = run.residual ? run.residual + at + o : nullptr;
    directKernels().lines(l);
  }
}

}  // namespace

std::unique_ptr<Prepared> prepareConvDirect(const Op& op, const PrepareContext& context) {
  return std::make_unique<ConvDirect>(op, context);
}

}  // namespace lw::cpu
