#include <algorithm>
#include <vector>

#include "backend/cpu/conv.h"
#include "backend/cpu/gemm.h"
#include "backend/cpu/strip.h"

// Each output gathers what reaches it. Along an axis with stride s the outputs fall into s phases, (o + pad)
// mod s: outputs of one phase see the same part of the window, at input positions that advance by one from
// output to output. So a transposed convolution is s (per axis) ordinary convolutions with stride 1, each
// writing every s-th output. A task is a block of lines of one phase of one sample; its input is copied into
// scratch with a zero border.

namespace lw::cpu {
namespace {

int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// Outputs first + stride * q, q < count, of one axis: they sum over k in `taps` the input at base + q -
/// shift(k).
struct AxisPhase {
  int64_t first, count, base;
  std::vector<int64_t> taps, shifts;
  int64_t maxShift = 0;

  AxisPhase(const ConvTransposeParams& p, int axis, int64_t firstOutput) : first(firstOutput) {
    const int64_t s = p.strides[axis], phase = (first + p.padBegin[axis]) % s;
    count = (p.out[axis] - 1 - first) / s + 1;
    base = (first + p.padBegin[axis] - phase) / s;
    for (int64_t k = 0; k < p.kernel[axis]; ++k)
      if (k * p.dilations[axis] % s == phase) {
        taps.push_back(k);
        shifts.push_back((k * p.dilations[axis] - phase) / s);
        maxShift = shifts.back();
      }
  }
};

template <typename T>
class ConvTranspose : public Prepared {
 public:
  ConvTranspose(const Op& op, const PrepareContext& context);
  void run(RunContext& context, const View* in, const View* out) const override;
  const char* algorithm() const override { return "gemm by phases"; }

 private:
  struct Phase {
    std::array<AxisPhase, 3> axes;
    std::vector<int64_t> taps;  ///< index into the window, in the order of the packed rows
    Panels<T> panels;           ///< of one group
    int64_t packedAt = 0;       ///< elements before its panels, [groups][panels]
    int64_t lines = 1;          ///< of H, per task
    int64_t extent(int axis, int64_t count) const { return count + axes[axis].maxShift; }
  };
  struct Block {
    int phase;
    int64_t d, h;
  };
  struct Run {
    const T *x, *w, *bias;
    T* out;
    int64_t unitsPerTask, unitBlocks;
    Epilogue<T> epilogue;
  };

  void addPhase(const Spatial& first);
  void pack(const T* w, T* to) const;
  void runBlock(const Run& run, int64_t n, const Block& block, int64_t unit0) const;
  void makeTaps(const Phase& phase, const Spatial& extent, int64_t* taps) const;

  ConvTransposeParams p_;
  int64_t groupIn_, groupOut_, packedSize_ = 0;
  std::vector<Phase> phases_;
  std::vector<Block> blocks_;  ///< tasks of one sample
  std::shared_ptr<const Buffer> packed_;
  PaddedRow<T> bias_;
  Operand x_;
};

template <typename T>
ConvTranspose<T>::ConvTranspose(const Op& op, const PrepareContext& context)
    : p_(op.as<ConvTransposeParams>()), x_(context, 0) {
  groupIn_ = p_.inChannels / p_.groups;
  groupOut_ = p_.outChannels / p_.groups;
  Spatial first;  // the first outputs are of different phases, and between them of all that there are
  for (first[0] = 0; first[0] < std::min(p_.strides[0], p_.out[0]); ++first[0])
    for (first[1] = 0; first[1] < std::min(p_.strides[1], p_.out[1]); ++first[1])
      for (first[2] = 0; first[2] < std::min(p_.strides[2], p_.out[2]); ++first[2]) addPhase(first);
  if (context.constants[1]) {
    // The phases, and with them the layout, depend on the geometry along each axis.
    Dims geometry;
    for (int i = 0; i < 3; ++i)
      for (const int64_t size : {p_.strides[i], p_.dilations[i], p_.padBegin[i], p_.out[i]})
        geometry.push(size);
    geometry.push(p_.groups);
    const std::string tag = "convTranspose" + geometry.toString() + phases_.front().panels.tag();
    packed_ = context.pack(1, tag, [&](const View& w) {
      Buffer buffer(static_cast<size_t>(packedSize_) * sizeof(T));
      pack(w.as<T>(), buffer.as<T>());
      return buffer;
    });
  }
  bias_ = PaddedRow<T>(context, p_.hasBias ? 2 : -1, p_.outChannels,
                       p_.outChannels + 2 * phases_.front().panels.nr);
}

template <typename T>
void ConvTranspose<T>::addPhase(const Spatial& first) {
  Phase phase{{AxisPhase(p_, 0, first[0]), AxisPhase(p_, 1, first[1]), AxisPhase(p_, 2, first[2])}, {}, {}};
  for (const int64_t kd : phase.axes[0].taps)
    for (const int64_t kh : phase.axes[1].taps)
      for (const int64_t kw : phase.axes[2].taps)
        phase.taps.push_back((kd * p_.kernel[1] + kh) * p_.kernel[2] + kw);
  phase.panels = Panels<T>::of(static_cast<int64_t>(phase.taps.size()) * groupIn_, groupOut_);
  phase.packedAt = packedSize_;
  packedSize_ += p_.groups * phase.panels.size();
  // As many lines as keep the copied input in a third of L2, some hundred pixels at most.
  const int64_t line =
      phase.extent(0, 1) * phase.extent(2, phase.axes[2].count) * groupIn_ * static_cast<int64_t>(sizeof(T));
  const int64_t fit = cpuInfo().l2 / 3 / line - phase.axes[1].maxShift;
  phase.lines = std::clamp<int64_t>(std::min(fit, 256 / phase.axes[2].count), 1, phase.axes[1].count);
  for (int64_t d = 0; d < phase.axes[0].count; ++d)
    for (int64_t h = 0; h < phase.axes[1].count; h += phase.lines)
      blocks_.push_back({static_cast<int>(phases_.size()), d, h});
  phases_.push_back(std::move(phase));
}

/// w [k..., O / g, I]: for one tap B is transposed, its columns I apart.
template <typename T>
void ConvTranspose<T>::pack(const T* w, T* to) const {
  for (const Phase& phase : phases_) {
    Panels<T> tap = phase.panels;
    tap.K = groupIn_;
    for (int64_t g = 0; g < p_.groups; ++g)
      for (int64_t j = 0; j < tap.count(); ++j) {
        T* panel = to + phase.packedAt + g * phase.panels.size() + phase.panels.offset(j);
        for (const int64_t k : phase.taps) {
          packPanel(MatrixB<T>{w + k * groupOut_ * p_.inChannels + g * groupIn_, 1, p_.inChannels}, tap, j,
                    panel);
          panel += groupIn_ * tap.width(j);
        }
      }
  }
}

template <typename T>
void ConvTranspose<T>::run(RunContext& context, const View* in, const View* out) const {
  Run run{x_.get<T>(in), nullptr, bias_.get(in), out[0].as<T>(), 0, 0, Epilogue<T>(p_.activation)};
  if (packed_) {
    run.w = packed_->as<T>();
  } else {
    T* packed = scratchOf<T>(kSlotWeights, packedSize_);
    pack(in[1].as<T>(), packed);
    run.w = packed;
  }
  const int64_t N = in[0].dims[0], units = p_.groups * phases_.front().panels.count();
  const int64_t blocks = static_cast<int64_t>(blocks_.size());
  if (N == 0) return;
  const int64_t want = context.concurrency() > 1 ? 4 * context.concurrency() : 1;
  run.unitsPerTask = ceilDiv(units, std::min(units, ceilDiv(want, N * blocks)));
  run.unitBlocks = ceilDiv(units, run.unitsPerTask);
  context.parallelFor(N * blocks * run.unitBlocks, [&](int64_t task) {
    const int64_t index = task / run.unitBlocks;
    runBlock(run, index / blocks, blocks_[static_cast<size_t>(index % blocks)],
             task % run.unitBlocks * run.unitsPerTask);
  });
}

template <typename T>
void ConvTranspose<T>::makeTaps(const Phase& phase, const Spatial& extent, int64_t* taps) const {
  // Input base + q - shift is position q + maxShift - shift of the copy.
  const auto& a = phase.axes;
  for (const int64_t sd : a[0].shifts)
    for (const int64_t sh : a[1].shifts)
      for (const int64_t sw : a[2].shifts)
        *taps++ = (((a[0].maxShift - sd) * extent[1] + a[1].maxShift - sh) * extent[2] + a[2].maxShift - sw) *
                  groupIn_;
}

template <typename T>
void ConvTranspose<T>::runBlock(const Run& run, int64_t n, const Block& block, int64_t unit0) const {
  const Phase& phase = phases_[static_cast<size_t>(block.phase)];
  const Panels<T>& panels = phase.panels;
  const int64_t lines = std::min(phase.lines, phase.axes[1].count - block.h), columns = phase.axes[2].count;
  const int64_t units = p_.groups * panels.count(), unit1 = std::min(unit0 + run.unitsPerTask, units);
  const int64_t O = p_.outChannels, W = p_.out[2];

  Strip<T> strip;
  strip.in = p_.in, strip.pixelStride = p_.inChannels, strip.channels = strip.pixel = groupIn_;
  strip.extent = {phase.extent(0, 1), phase.extent(1, lines), phase.extent(2, columns)};
  const Spatial q{block.d, block.h, 0};
  for (int i = 0; i < 3; ++i) strip.start[i] = phase.axes[i].base + q[i] - phase.axes[i].maxShift;
  T* copy = scratchOf<T>(kSlotRows, strip.extent[0] * strip.extent[1] * strip.extent[2] * groupIn_);
  strip.to = copy;

  const int64_t taps = static_cast<int64_t>(phase.taps.size());
  int64_t* tapOffset = scratchOf<int64_t>(kSlotOffsets, taps);
  makeTaps(phase, strip.extent, tapOffset);

  GemmPanel<T> p{};
  p.rowStride = groupIn_, p.rows = columns;
  p.tapOffset = tapOffset, p.taps = taps, p.run = groupIn_;
  p.ldc = p_.strides[2] * O;
  p.lo = run.epilogue.lo, p.hi = run.epilogue.hi;
  p.finish = true;
  const int64_t od = phase.axes[0].first + block.d * p_.strides[0];
  int64_t copied = -1;
  for (int64_t unit = unit0; unit < unit1; ++unit) {
    const int64_t g = unit / panels.count(), j = unit % panels.count();
    if (g != copied) {
      strip.x = run.x + n * p_.in[0] * p_.in[1] * p_.in[2] * p_.inChannels + g * groupIn_;
      strip.copy();
      copied = g;
    }
    const int64_t channel = g * groupOut_ + j * panels.nr;
    const int64_t width = panels.width(j);
    p.b = run.w + phase.packedAt + g * panels.size() + panels.offset(j), p.ldb = width;
    p.columns = panels.columns(j);
    p.bias = run.bias + channel;
    for (int64_t h = 0; h < lines; ++h) {
      const int64_t oh = phase.axes[1].first + (block.h + h) * p_.strides[1];
      p.a = copy + h * strip.extent[2] * groupIn_;
      p.c = run.out + (((n * p_.out[0] + od) * p_.out[1] + oh) * W + phase.axes[2].first) * O + channel;
      (width == panels.nr ? panels.table->wide : panels.table->narrow)(p);
      applyLate(run.epilogue.late, cpu::Block<T>{p.c, columns, p.columns, p.ldc});
    }
  }
}

}  // namespace

std::unique_ptr<Prepared> prepareConvTransposeGemm(const Op& op, const PrepareContext& context) {
  if (op.in[0].dtype == DType::kFloat64) return std::make_unique<ConvTranspose<double>>(op, context);
  return std::make_unique<ConvTranspose<float>>(op, context);
}

}  // namespace lw::cpu
