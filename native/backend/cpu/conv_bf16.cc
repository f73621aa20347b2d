#include <algorithm>
#include <cstring>

#include "backend/cpu/conv.h"
#include "backend/cpu/gemm_bf16.h"
#include "backend/cpu/strip.h"

// Convolution in bfloat16 as a product whose rows are output pixels. A task is a block of output pixels and a
// range of panels of filters; it rounds the input of its block once, with zeros for the padding, into a strip
// in L2. The strip lies so that neighbouring outputs are neighbours in it: with a stride, positions that no
// tap shares lie in planes of their own ("phases"). Then a tap of 16 outputs is one tile of rows a pixel
// apart, read in place; what a tile covers beyond the end of a line is computed and dropped. With few
// channels, whose runs would be mostly zeros, the windows are gathered instead, one row per pixel.

namespace lw::cpu {
namespace {

int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

int64_t gcd(int64_t a, int64_t b) { return b == 0 ? a : gcd(b, a % b); }

/// One spatial axis. Output o and tap k meet at o * stride + k * dilation, counted from the first padded
/// position.
struct Axis {
  int64_t kernel, dilation, stride;
  int64_t phases;  ///< how many residues k * dilation % stride there are; 1 when positions keep their order
  int64_t step;    ///< strip positions between neighbouring outputs
  int64_t source;  ///< plane positions between strip neighbours

  Axis() = default;
  Axis(const ConvParams& p, int axis, bool inOrder)
      : kernel(p.kernel[axis]), dilation(p.dilations[axis]), stride(p.strides[axis]) {
    phases = inOrder ? 1 : std::min(kernel, stride / gcd(stride, dilation));
    step = inOrder ? stride : 1;
    source = inOrder ? 1 : stride;
  }
  int64_t phase(int64_t k) const { return k % phases; }
  int64_t residue(int64_t phase) const { return phase * dilation % source; }
  /// Strip positions from an output's own to tap k's, within its phase.
  int64_t shift(int64_t k) const { return k * dilation / source; }
  /// Strip positions that `count` outputs read.
  int64_t extent(int64_t count) const { return (count - 1) * step + shift(kernel - 1) + 1; }
};

/// Output pixels of a task: whole samples, or planes, lines, pixels of one sample; contiguous in the output.
struct PixelBlock {
  int64_t samples = 1;
  Spatial size{1, 1, 1};
  int64_t rows() const { return samples * size[0] * size[1] * size[2]; }
};

class ConvBf16 : public Prepared {
 public:
  ConvBf16(const Op& op, const PrepareContext& context);
  void run(RunContext& context, const View* in, const View* out) const override;
  const char* algorithm() const override {
    return bf16Kernels()->tiled ? "implicit gemm, bfloat16 amx" : "implicit gemm, bfloat16 avx512";
  }

 private:
  struct Run;
  struct Task;
  PixelBlock blockOf(int64_t rows) const;
  int64_t bytesOf(const PixelBlock& block) const;
  void makeTaps(const Spatial& extent, int64_t* taps) const;
  void cut(Run& run, int concurrency) const;
  void runTask(const Run& run, int64_t index) const;
  Bf16RowList makeRows(const Run& run, const Task& task) const;
  void fillStrip(const Run& run, const Task& task, int64_t group) const;
  void fillLines(const Run& run, const Task& task, const float* sample, Bf16* to) const;
  int64_t planes() const { return axes_[0].phases * axes_[1].phases * axes_[2].phases; }
  int64_t kernelSize() const { return p_.kernel[0] * p_.kernel[1] * p_.kernel[2]; }

  ConvParams p_;
  int64_t groupIn_, groupOut_;
  bool gathered_;
  std::array<Axis, 3> axes_;
  int64_t pixel_ = 0;           ///< elements between pixels of the strip
  int64_t taps_ = 0, run_ = 0;  ///< runs of the strip that make a window, and their length
  int64_t tallest_ = 0;         ///< rows of the largest block that leaves room in L2
  Bf16Panels panels_;           ///< of one group
  std::shared_ptr<const Buffer> packed_;
  PaddedRow<float> bias_;
  Operand x_, residual_;
};

/// What the tasks of one run share.
struct ConvBf16::Run {
  const float* x;
  float* out;
  const float *bias, *residual;
  int64_t N;
  Epilogue<float> epilogue{Activation{}};
  PixelBlock block;
  std::array<int64_t, 4> blocks{};   ///< how many along samples, D, H, W
  int64_t unitsPerTask, unitBlocks;  ///< a unit is one panel of one group
  Spatial extent{};                  ///< of a plane of the strip
  const int64_t* taps;
};

/// One block of pixels.
struct ConvBf16::Task {
  PixelBlock block;
  Spatial first;
  int64_t sample;
  Bf16* strip;
};

ConvBf16::ConvBf16(const Op& op, const PrepareContext& context) : p_(op.as<ConvParams>()), x_(context, 0) {
  if (p_.hasResidual) residual_ = Operand(context, op.in.size() - 1);
  groupIn_ = p_.inChannels / p_.groups;
  groupOut_ = p_.outChannels / p_.groups;
  const bool tiled = bf16Kernels()->tiled;
  // Depth that the kernels go through, zeros included, either way.
  const int64_t unit = tiled ? kBf16Depth : 2, K = kernelSize() * groupIn_;
  const int64_t inPlace = kernelSize() * ceilDiv(groupIn_, unit) * unit, gathered = ceilDiv(K, unit) * unit;
  gathered_ = 4 * inPlace > 5 * gathered;
  for (int i = 0; i < 3; ++i) axes_[i] = Axis(p_, i, gathered_);
  if (gathered_) {
    const bool merged = p_.dilations[2] == 1;  // neighbours along W make one run
    pixel_ = groupIn_;
    taps_ = kernelSize() / (merged ? p_.kernel[2] : 1);
    run_ = K / taps_;
    panels_ = {1, K, groupOut_};
  } else {
    pixel_ = tiled ? bf16Stride(groupIn_) : ceilDiv(groupIn_, unit) * unit;
    if (aliases<Bf16>(pixel_)) pixel_ += kBf16Depth;
    taps_ = kernelSize();
    run_ = groupIn_;
    panels_ = {taps_, groupIn_, groupOut_};
  }
  // The rest of L2 is for a panel of weights and the results.
  tallest_ = p_.out[0] * p_.out[1] * p_.out[2] * std::max<int64_t>(1, op.out[0].dims[0]);
  while (tallest_ > 4 * kBf16Rows && bytesOf(blockOf(tallest_)) > cpuInfo().l2 / 2)
    tallest_ = tallest_ * 7 / 8;

  packed_ = packedBf16(context, panels_, p_.groups, {nullptr, p_.outChannels, 1});
  bias_ = PaddedRow<float>(context, p_.hasBias ? 2 : -1, p_.outChannels, p_.outChannels + kBf16Columns);
}

/// About `rows` pixels: as many whole samples as fit, else planes, lines or pixels, evenly divided.
PixelBlock ConvBf16::blockOf(int64_t rows) const {
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

/// What a task keeps in scratch.
int64_t ConvBf16::bytesOf(const PixelBlock& block) const {
  int64_t strip = block.samples * planes() * pixel_;
  for (int i = 0; i < 3; ++i) strip *= axes_[i].extent(block.size[i]);
  return 2 * (strip + (gathered_ ? block.rows() * bf16Stride(panels_.depth()) : 0));
}

void ConvBf16::makeTaps(const Spatial& extent, int64_t* taps) const {
  const int64_t kW = taps_ / (p_.kernel[0] * p_.kernel[1]);
  for (int64_t d = 0; d < p_.kernel[0]; ++d)
    for (int64_t h = 0; h < p_.kernel[1]; ++h)
      for (int64_t w = 0; w < kW; ++w) {
        const int64_t plane =
            (axes_[0].phase(d) * axes_[1].phases + axes_[1].phase(h)) * axes_[2].phases + axes_[2].phase(w);
        const int64_t line = (plane * extent[0] + axes_[0].shift(d)) * extent[1] + axes_[1].shift(h);
        *taps++ = (line * extent[2] + axes_[2].shift(w)) * pixel_;
      }
}

void ConvBf16::cut(Run& run, int concurrency) const {
  const int64_t rows = run.N * p_.out[0] * p_.out[1] * p_.out[2], units = p_.groups * panels_.count();
  const auto count = static_cast<double>(rows), O = static_cast<double>(p_.outChannels);
  const double inputs = static_cast<double>(p_.in[0] * p_.in[1] * p_.in[2]) * run.N * p_.inChannels;
  const double weights = 2.0 * static_cast<double>(p_.groups * panels_.size());
  const Bf16Work work{count * weights,
                      4 * inputs,
                      weights,
                      4 * count * O,
                      ceilDiv(rows, tallest_),
                      ceilDiv(rows, 4 * kBf16Rows),
                      units};
  const Bf16Cut blocks = cutBf16(work, concurrency);
  run.block = blockOf(ceilDiv(rows, blocks.rowBlocks));
  run.block.samples = std::min(run.block.samples, run.N);
  run.blocks[0] = ceilDiv(run.N, run.block.samples);
  for (int i = 0; i < 3; ++i) run.blocks[i + 1] = ceilDiv(p_.out[i], run.block.size[i]);
  run.unitsPerTask = ceilDiv(units, blocks.panelBlocks);
  run.unitBlocks = ceilDiv(units, run.unitsPerTask);
}

void ConvBf16::run(RunContext& context, const View* in, const View* out) const {
  Run run{};
  run.x = x_.get<float>(in), run.out = out[0].as<float>();
  run.bias = bias_.get(in), run.residual = p_.hasResidual ? residual_.get<float>(in) : nullptr;
  run.N = in[0].dims[0];
  run.epilogue = Epilogue<float>(p_.activation);
  if (run.N == 0) return;
  cut(run, context.concurrency());
  for (int i = 0; i < 3; ++i) run.extent[i] = axes_[i].extent(run.block.size[i]);
  int64_t* taps = scratchOf<int64_t>(kSlotTaps, taps_);
  makeTaps(run.extent, taps);
  run.taps = taps;
  const int64_t rowBlocks = run.blocks[0] * run.blocks[1] * run.blocks[2] * run.blocks[3];
  context.parallelFor(rowBlocks * run.unitBlocks, [&](int64_t task) { runTask(run, task); });
}

/// Where the window of each pixel begins in the strip; and, for kernels that want them, the tiles that cover
/// them.
Bf16RowList ConvBf16::makeRows(const Run& run, const Task& task) const {
  const int64_t rows = task.block.rows();
  // One allocation: offsets, tiles, slots.
  auto* offsets = reinterpret_cast<int64_t*>(
      scratch(kSlotOffsets, static_cast<size_t>(rows) * (8 + sizeof(Bf16Tile) + 1)));
  auto* tiles = reinterpret_cast<Bf16Tile*>(offsets + rows);
  auto* slots = reinterpret_cast<uint8_t*>(tiles + rows);
  const int64_t sample = planes() * run.extent[0] * run.extent[1] * run.extent[2];
  int64_t row = 0, count = 0, first = 0;
  for (int64_t n = 0; n < task.block.samples; ++n)
    for (int64_t d = 0; d < task.block.size[0]; ++d)
      for (int64_t h = 0; h < task.block.size[1]; ++h) {
        int64_t at = n * sample + (d * axes_[0].step * run.extent[1] + h * axes_[1].step) * run.extent[2];
        for (int64_t w = 0; w < task.block.size[2]; ++w, ++row, at += axes_[2].step) {
          offsets[row] = at * pixel_;
          if (count == 0 || at - first >= kBf16Rows) {
            first = at;
            tiles[count++] = {at * pixel_, static_cast<int32_t>(row), 0};
          }
          slots[row] = static_cast<uint8_t>(at - first);
          ++tiles[count - 1].count;
        }
      }
  if (!bf16Kernels()->tiled) return {rows, offsets, pixel_, nullptr, 0, nullptr};
  return {rows, offsets, pixel_, tiles, count, slots};
}

void ConvBf16::runTask(const Run& run, int64_t index) const {
  Task task;
  // Row blocks run fastest, so that tasks at the same time share panels of weights.
  for (int i = 2; i >= 0; --i) {
    task.first[i] = index % run.blocks[i + 1] * run.block.size[i];
    index /= run.blocks[i + 1];
  }
  task.sample = index % run.blocks[0] * run.block.samples;
  const int64_t unit0 = index / run.blocks[0] * run.unitsPerTask;
  const int64_t unit1 = std::min(unit0 + run.unitsPerTask, p_.groups * panels_.count());
  task.block = run.block;
  task.block.samples = std::min(task.block.samples, run.N - task.sample);
  for (int i = 0; i < 3; ++i) task.block.size[i] = std::min(task.block.size[i], p_.out[i] - task.first[i]);

  const int64_t rows = task.block.rows(), O = p_.outChannels, zero = 0;
  const int64_t sample = planes() * run.extent[0] * run.extent[1] * run.extent[2] * pixel_;
  // Tiles read on beyond the last pixel.
  task.strip = scratchOf<Bf16>(kSlotRows, task.block.samples * sample + kBf16Rows * pixel_ + kBf16Depth);
  const int64_t ld = bf16Stride(panels_.depth());
  Bf16* windows = gathered_ ? scratchOf<Bf16>(kSlotPanels, (rows + kBf16Rows) * ld) : nullptr;
  const Bf16RowList list = makeRows(run, task);

  Bf16Product p{};
  p.a = gathered_ ? windows : task.strip;
  p.rows = gathered_ ? Bf16RowList{rows, nullptr, ld, nullptr, 0, nullptr} : list;
  p.tapOffset = gathered_ ? &zero : run.taps;
  p.ldc = O;
  p.lo = run.epilogue.lo, p.hi = run.epilogue.hi;
  const int64_t row0 =
      ((task.sample * p_.out[0] + task.first[0]) * p_.out[1] + task.first[1]) * p_.out[2] + task.first[2];
  const Bf16Kernels& kernels = *bf16Kernels();
  {
    const Bf16Session session(kernels, gathered_ ? rows : kBf16Rows);
    for (int64_t unit = unit0; unit < unit1;) {
      const int64_t g = unit / panels_.count(), j0 = unit % panels_.count();
      const int64_t j1 = std::min(panels_.count(), j0 + unit1 - unit);
      fillStrip(run, task, g);
      if (gathered_)
        kernels.pack->gather({task.strip, list.offset, rows, run.taps, taps_, run_, windows, ld});
      const int64_t channel = g * groupOut_ + j0 * kBf16Columns;
      p.b = packed_->as<Bf16>() + g * panels_.size();
      p.c = run.out + row0 * O + channel;
      p.bias = run.bias + channel;
      p.residual = run.residual ? run.residual + row0 * O + channel : nullptr;
      multiplyBf16(kernels, panels_, {j0, j1}, p);
      unit += j1 - j0;
    }
  }
  const auto channelOf = [&](int64_t unit) {
    return std::min(unit / panels_.count() * groupOut_ + unit % panels_.count() * kBf16Columns, O);
  };
  const int64_t c0 = channelOf(unit0), c1 = channelOf(unit1);
  applyLate(run.epilogue.late, Block<float>{run.out + row0 * O + c0, rows, c1 - c0, O});
}

void ConvBf16::fillStrip(const Run& run, const Task& task, int64_t group) const {
  const int64_t plane = p_.in[0] * p_.in[1] * p_.in[2] * p_.inChannels;
  const int64_t sample = planes() * run.extent[0] * run.extent[1] * run.extent[2] * pixel_;
  for (int64_t n = 0; n < task.block.samples; ++n)
    fillLines(run, task, run.x + (task.sample + n) * plane + group * groupIn_, task.strip + n * sample);
}

/// The strip of one sample: plane by plane, line by line.
void ConvBf16::fillLines(const Run& run, const Task& task, const float* sample, Bf16* to) const {
  const int64_t width = gathered_ ? groupIn_ : std::min(pixel_, panels_.run());
  const Spatial& in = p_.in;
  for (int64_t plane = 0; plane < planes(); ++plane) {
    const Spatial phase{plane / axes_[2].phases / axes_[1].phases, plane / axes_[2].phases % axes_[1].phases,
                        plane % axes_[2].phases};
    Spatial start;
    for (int i = 0; i < 3; ++i)
      start[i] = task.first[i] * p_.strides[i] - p_.padBegin[i] + axes_[i].residue(phase[i]);
    const Inside inside(start[2], axes_[2].source, run.extent[2], in[2]);
    for (int64_t i = 0; i < run.extent[0]; ++i)
      for (int64_t j = 0; j < run.extent[1]; ++j, to += run.extent[2] * pixel_) {
        const int64_t d = start[0] + i * axes_[0].source, h = start[1] + j * axes_[1].source;
        if (d < 0 || d >= in[0] || h < 0 || h >= in[1]) {
          std::fill(to, to + run.extent[2] * pixel_, Bf16{0});
          continue;
        }
        std::fill(to, to + inside.first * pixel_, Bf16{0});
        const int64_t w = start[2] + inside.first * axes_[2].source;
        bf16Kernels()->pack->rows({sample + ((d * in[1] + h) * in[2] + w) * p_.inChannels,
                                   axes_[2].source * p_.inChannels, to + inside.first * pixel_, pixel_,
                                   inside.last - inside.first, groupIn_, width});
        std::fill(to + inside.last * pixel_, to + run.extent[2] * pixel_, Bf16{0});
      }
  }
}

}  // namespace

std::unique_ptr<Prepared> prepareConvBf16(const Op& op, const PrepareContext& context) {
  return std::make_unique<ConvBf16>(op, context);
}

}  // namespace lw::cpu
