#include <algorithm>

#include "backend/cpu/conv.h"
#include "backend/cpu/gemm.h"
#include "backend/cpu/strip.h"

// Convolution as a product whose rows are output pixels: row (n, od, oh, ow) of A is the window of that
// pixel, read in place as runs of contiguous channels at fixed offsets ("taps"), never as a copy per window.
// A task is a block of output pixels and a range of output panels. Where windows touch padding, the input of
// the block is copied once into scratch with a zero border.

namespace lw::cpu {
namespace {

int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// One spatial axis of the input as a block of outputs sees it.
struct Axis {
  int64_t kernel, dilation, out, pad, stride;
  int64_t step;    ///< positions of the strip between neighbouring outputs
  int64_t source;  ///< positions of the plane between neighbours of the strip
  int64_t span() const { return (kernel - 1) * dilation + 1; }
  /// Positions of the strip that `count` outputs read.
  int64_t extent(int64_t count) const { return (count - 1) * step + span(); }
};

/// Output pixels of a task: whole samples, or planes, lines, pixels of one sample; contiguous in the output.
struct PixelBlock {
  int64_t samples = 1;
  Spatial size{1, 1, 1};
  int64_t rows() const { return samples * size[0] * size[1] * size[2]; }
};

template <typename T>
class ConvGemm : public Prepared {
 public:
  ConvGemm(const Op& op, const PrepareContext& context);
  void run(RunContext& context, const View* in, const View* out) const override;
  const char* algorithm() const override { return "implicit gemm"; }
  bool writesOverResidual() const override { return panels_.K <= kc_; }

 private:
  struct Run;
  void chooseLayout();
  PixelBlock blockOf(int64_t rows) const;
  int64_t stripElements(const PixelBlock& block) const;
  void makeTaps(const Spatial& extent, int64_t* taps) const;
  void packWeights(const T* w, int64_t unit, T* to) const;
  const T* weights(RunContext& context, const View* in) const;
  void runTask(const Run& run, int64_t task) const;
  void makeOffsets(const Run& run, const PixelBlock& block, int64_t* offsets) const;
  void multiply(const Run& run, GemmPanel<T> p, int64_t width) const;

  ConvParams p_;
  int64_t groupIn_, groupOut_;
  std::array<Axis, 3> axes_;
  bool copy_ = false;  ///< the strip is copied into scratch
  int64_t pixel_ = 0;  ///< elements between pixels of the strip
  int64_t taps_ = 0, run_ = 0;
  int64_t kc_ = 0;       ///< depth after which the next piece of a panel begins
  int64_t tallest_ = 0;  ///< rows of the largest block whose strip fits its share of L2
  Panels<T> panels_;     ///< of one group
  std::shared_ptr<const Buffer> packed_;
  PaddedRow<T> bias_;
  Operand x_, residual_;
};

/// What the tasks of one run share.
template <typename T>
struct ConvGemm<T>::Run {
  const T* x;
  T* out;
  const T *w, *bias, *residual;
  int64_t N;
  PixelBlock block;
  std::array<int64_t, 4> blocks;     ///< how many along samples, D, H, W
  int64_t unitsPerTask, unitBlocks;  ///< a unit is one panel of one group
  Spatial extent;                    ///< of a strip: the box in scratch, or the plane itself
  const int64_t* taps;
  Epilogue<T> epilogue;
};

template <typename T>
ConvGemm<T>::ConvGemm(const Op& op, const PrepareContext& context) : p_(op.as<ConvParams>()), x_(context, 0) {
  if (p_.hasResidual) residual_ = Operand(context, op.in.size() - 1);
  groupIn_ = p_.inChannels / p_.groups;
  groupOut_ = p_.outChannels / p_.groups;
  chooseLayout();
  const int64_t K = groupIn_ * p_.kernel[0] * p_.kernel[1] * p_.kernel[2];
  panels_ = Panels<T>::of(K, groupOut_);
  kc_ = std::max<int64_t>(64, cpuInfo().l2 / 4 / (panels_.nr * static_cast<int64_t>(sizeof(T))));
  if (K > kc_) kc_ = ceilDiv(K, ceilDiv(K, kc_));
  // Half of L2 for the strip, a quarter for the results; the rest is for a panel of weights.
  const int64_t budget = cpuInfo().l2 / 2 / static_cast<int64_t>(sizeof(T));
  tallest_ = std::max<int64_t>(8 * panels_.table->mr, budget / 2 / p_.outChannels);
  while (tallest_ > 2 * panels_.table->mr && stripElements(blockOf(tallest_)) > budget)
    tallest_ = tallest_ * 7 / 8;

  if (context.constants[1])
    packed_ = context.pack(1, "conv" + std::to_string(p_.groups) + panels_.tag(), [&](const View& w) {
      Buffer buffer(static_cast<size_t>(p_.groups * panels_.size()) * sizeof(T));
      for (int64_t unit = 0; unit < p_.groups * panels_.count(); ++unit)
        packWeights(w.as<T>(), unit, buffer.as<T>());
      return buffer;
    });
  bias_ = PaddedRow<T>(context, p_.hasBias ? 2 : -1, p_.outChannels, p_.outChannels + panels_.nr);
}

template <typename T>
void ConvGemm<T>::chooseLayout() {
  bool padded = false;
  for (int i = 0; i < 3; ++i) {
    axes_[i] = {p_.kernel[i], p_.dilations[i], p_.out[i], p_.padBegin[i], p_.strides[i], p_.strides[i], 1};
    const int64_t end = (p_.out[i] - 1) * p_.strides[i] - p_.padBegin[i] + axes_[i].span();
    padded = padded || p_.padBegin[i] > 0 || end > p_.in[i];
  }
  const bool strided = p_.kernel[2] == 1 || p_.dilations[2] != 1;  // neighbours along W are no longer run
  copy_ = padded || (p_.groups > 1 && !strided) || aliases<T>(p_.inChannels * p_.strides[2]);
  if (copy_) {
    for (Axis& axis : axes_)
      if (axis.kernel == 1) axis.source = axis.stride, axis.step = 1;  // copy only what is read
    pixel_ = groupIn_;
    if (aliases<T>(pixel_ * axes_[2].step)) pixel_ += 16;
  } else {
    pixel_ = p_.inChannels;
  }
  const bool merged = !strided && pixel_ == groupIn_;
  run_ = merged ? p_.kernel[2] * groupIn_ : groupIn_;
  taps_ = p_.kernel[0] * p_.kernel[1] * (merged ? 1 : p_.kernel[2]);
}

/// About `rows` pixels: as many whole samples as fit, else planes, lines or pixels, evenly divided.
template <typename T>
PixelBlock ConvGemm<T>::blockOf(int64_t rows) const {
  PixelBlock block;
  block.size = p_.out;
  int64_t inner = p_.out[0] * p_.out[1] * p_.out[2];
  block.samples = std::max<int64_t>(1, rows / inner);
  for (int i = 0; i < 3 && inner > rows; ++i) {
    inner /= p_.out[i];
    block.size[i] = ceilDiv(p_.out[i], ceilDiv(p_.out[i], std::max<int64_t>(1, rows / inner)));
  }
  return block;
}

/// Elements of the input that a block of outputs reads for one group.
template <typename T>
int64_t ConvGemm<T>::stripElements(const PixelBlock& block) const {
  int64_t result = block.samples * pixel_;
  for (int i = 0; i < 3; ++i) result *= axes_[i].extent(block.size[i]);
  return result;
}

template <typename T>
void ConvGemm<T>::makeTaps(const Spatial& extent, int64_t* taps) const {
  const int64_t kW = taps_ / (p_.kernel[0] * p_.kernel[1]);
  for (int64_t kd = 0; kd < p_.kernel[0]; ++kd)
    for (int64_t kh = 0; kh < p_.kernel[1]; ++kh)
      for (int64_t kw = 0; kw < kW; ++kw) {
        const int64_t line = kd * p_.dilations[0] * extent[1] + kh * p_.dilations[1];
        *taps++ = (line * extent[2] + kw * p_.dilations[2]) * pixel_;
      }
}

template <typename T>
void ConvGemm<T>::packWeights(const T* w, int64_t unit, T* to) const {
  const int64_t g = unit / panels_.count(), j = unit % panels_.count();
  packPanel(MatrixB<T>{w + g * groupOut_, p_.outChannels, 1}, panels_, j,
            to + g * panels_.size() + panels_.offset(j));
}

template <typename T>
const T* ConvGemm<T>::weights(RunContext& context, const View* in) const {
  if (packed_) return packed_->as<T>();
  T* packed = scratchOf<T>(kSlotWeights, p_.groups * panels_.size());
  context.parallelFor(p_.groups * panels_.count(),
                      [&](int64_t unit) { packWeights(in[1].as<T>(), unit, packed); });
  return packed;
}

template <typename T>
void ConvGemm<T>::run(RunContext& context, const View* in, const View* out) const {
  const int64_t pixels = p_.out[0] * p_.out[1] * p_.out[2], units = p_.groups * panels_.count();
  Run run{x_.get<T>(in),
          out[0].as<T>(),
          weights(context, in),
          bias_.get(in),
          nullptr,
          in[0].dims[0],
          {},
          {},
          1,
          1,
          p_.in,
          nullptr,
          Epilogue<T>(p_.activation)};
  if (run.N == 0) return;
  if (p_.hasResidual) run.residual = residual_.get<T>(in);

  const double flops = 2.0 * static_cast<double>(run.N * pixels) * panels_.K * p_.outChannels;
  const int64_t want = usefulTasks(flops, context.concurrency()), shortest = 4 * panels_.table->mr;
  const int64_t rows = std::min(tallest_, std::max(shortest, ceilDiv(run.N * pixels, want)));
  run.block = blockOf(rows);
  run.block.samples = std::min(run.block.samples, run.N);
  run.blocks[0] = ceilDiv(run.N, run.block.samples);
  for (int i = 0; i < 3; ++i) run.blocks[i + 1] = ceilDiv(p_.out[i], run.block.size[i]);
  const int64_t rowBlocks = run.blocks[0] * run.blocks[1] * run.blocks[2] * run.blocks[3];
  run.unitsPerTask = ceilDiv(units, std::min(units, ceilDiv(want, rowBlocks)));
  run.unitBlocks = ceilDiv(units, run.unitsPerTask);

  if (copy_)
    for (int i = 0; i < 3; ++i) run.extent[i] = axes_[i].extent(run.block.size[i]);
  int64_t* taps = scratchOf<int64_t>(kSlotTaps, taps_);
  makeTaps(run.extent, taps);
  run.taps = taps;
  context.parallelFor(rowBlocks * run.unitBlocks, [&](int64_t task) { runTask(run, task); });
}

template <typename T>
void ConvGemm<T>::makeOffsets(const Run& run, const PixelBlock& block, int64_t* offsets) const {
  const int64_t sample = run.extent[0] * run.extent[1] * run.extent[2] * pixel_;
  for (int64_t n = 0; n < block.samples; ++n)
    for (int64_t d = 0; d < block.size[0]; ++d)
      for (int64_t h = 0; h < block.size[1]; ++h) {
        const int64_t line =
            n * sample + (d * axes_[0].step * run.extent[1] + h * axes_[1].step) * run.extent[2] * pixel_;
        for (int64_t w = 0; w < block.size[2]; ++w) *offsets++ = line + w * axes_[2].step * pixel_;
      }
}

template <typename T>
void ConvGemm<T>::runTask(const Run& run, int64_t task) const {
  // Row blocks run fastest, so that tasks at the same time share panels of weights.
  int64_t index = task;
  Spatial first;
  for (int i = 2; i >= 0; --i) {
    first[i] = index % run.blocks[i + 1] * run.block.size[i];
    index /= run.blocks[i + 1];
  }
  const int64_t n0 = index % run.blocks[0] * run.block.samples;
  const int64_t unit0 = index / run.blocks[0] * run.unitsPerTask;
  const int64_t unit1 = std::min(unit0 + run.unitsPerTask, p_.groups * panels_.count());
  PixelBlock block = run.block;
  block.samples = std::min(block.samples, run.N - n0);
  for (int i = 0; i < 3; ++i) block.size[i] = std::min(block.size[i], p_.out[i] - first[i]);

  const int64_t rows = block.rows(), O = p_.outChannels;
  int64_t* offsets = scratchOf<int64_t>(kSlotOffsets, rows);
  makeOffsets(run, block, offsets);
  const int64_t plane = p_.in[0] * p_.in[1] * p_.in[2] * p_.inChannels;
  const int64_t row0 = ((n0 * p_.out[0] + first[0]) * p_.out[1] + first[1]) * p_.out[2] + first[2];

  Strip<T> strip;
  T* copy = nullptr;
  const int64_t sample = run.extent[0] * run.extent[1] * run.extent[2] * pixel_;
  const T* direct = run.x + n0 * plane;
  if (copy_) {
    copy = scratchOf<T>(kSlotRows, block.samples * sample);
    strip.in = p_.in, strip.pixelStride = p_.inChannels, strip.channels = groupIn_, strip.pixel = pixel_;
    strip.extent = run.extent;
    for (int i = 0; i < 3; ++i) {
      strip.start[i] = first[i] * p_.strides[i] - p_.padBegin[i];
      strip.step[i] = axes_[i].source;
    }
  } else {
    const Spatial& s = p_.strides;
    direct += ((first[0] * s[0] * p_.in[1] + first[1] * s[1]) * p_.in[2] + first[2] * s[2]) * p_.inChannels;
  }

  GemmPanel<T> p{};
  p.rowOffset = offsets, p.rows = rows, p.ldc = O;
  p.prefetchC = cpuInfo().shortStoreQueue;
  p.lo = run.epilogue.lo, p.hi = run.epilogue.hi;
  int64_t copied = -1;
  for (int64_t unit = unit0; unit < unit1; ++unit) {
    const int64_t g = unit / panels_.count(), j = unit % panels_.count();
    if (copy_ && g != copied) {
      for (int64_t n = 0; n < block.samples; ++n) {
        strip.x = run.x + (n0 + n) * plane + g * groupIn_;
        strip.to = copy + n * sample;
        strip.copy();
      }
      copied = g;
    }
    const int64_t channel = g * groupOut_ + j * panels_.nr;
    p.a = copy_ ? copy : direct + g * groupIn_;
    p.b = run.w + g * panels_.size() + panels_.offset(j);
    p.columns = panels_.columns(j);
    p.c = run.out + row0 * O + channel;
    p.bias = run.bias + channel;
    p.residual = run.residual ? run.residual + row0 * O + channel : nullptr;
    p.tapOffset = run.taps;
    multiply(run, p, panels_.width(j));
  }
  const auto channelOf = [&](int64_t unit) {
    return std::min(unit / panels_.count() * groupOut_ + unit % panels_.count() * panels_.nr, O);
  };
  const int64_t c0 = channelOf(unit0), c1 = channelOf(unit1);
  applyLate(run.epilogue.late, Block<T>{run.out + row0 * O + c0, rows, c1 - c0, O});
}

/// One panel over all rows, in pieces of the panel that stay in L2 while the rows pass: whole taps, or parts
/// of a long run.
template <typename T>
void ConvGemm<T>::multiply(const Run& run, GemmPanel<T> p, int64_t width) const {
  const auto kernel = width == panels_.nr ? panels_.table->wide : panels_.table->narrow;
  p.ldb = width;
  const T* a = p.a;
  const int64_t piece = std::min(run_, kc_), tapsAtOnce = std::max<int64_t>(1, kc_ / run_);
  for (int64_t tap = 0; tap < taps_; tap += tapsAtOnce) {
    p.taps = std::min(tapsAtOnce, taps_ - tap);
    p.tapOffset = run.taps + tap;
    for (int64_t k = 0; k < run_; k += piece) {
      p.run = std::min(piece, run_ - k);
      p.a = a + k;
      p.accumulate = tap + k > 0;
      p.finish = tap + p.taps == taps_ && k + p.run == run_;
      kernel(p);
      p.b += p.taps * p.run * width;
    }
  }
}

}  // namespace

std::unique_ptr<Prepared> prepareConvGemm(const Op& op, const PrepareContext& context) {
  if (op.in[0].dtype == DType::kFloat64) return std::make_unique<ConvGemm<double>>(op, context);
  return std::make_unique<ConvGemm<float>>(op, context);
}

}  // namespace lw::cpu
