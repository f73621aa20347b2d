#include <algorithm>
#include <numeric>

#include "backend/cpu/conv.h"
#include "backend/cpu/epilogue.h"
#include "backend/cpu/kernels/depthwise.h"
#include "backend/cpu/pack.h"
#include "base/cpu_info.h"

// One output channel sees one input channel: there is nothing to reduce over, so the vectors run over
// channels and x is read in place. The kernel's tiles are a few neighbouring pixels of one or two output
// lines; where a window hangs over the border, its taps are left out by rows (D and H) or count as zeros (W).
//
// A few channels do not fill vectors. Where the stride along W is 1, neighbouring pixels then stand for one
// pixel of many channels, with weights that are repeated as often.

namespace lw::cpu {
namespace {

int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

constexpr int64_t kFloat = sizeof(float);
/// Multiply-adds of a task, at least: some microseconds.
constexpr int64_t kTaskWork = 64 << 10;
/// Packets of channels in a block of them, at least.
constexpr int64_t kBlockPackets = 4;
/// Packets that pixels are put together to, at least.
constexpr int64_t kGroupPackets = 2;
/// A plane that takes so many times the size of L2 is asked for before it is read.
constexpr int64_t kFar = 2;

/// Window positions [first, last) of an output position that lie inside an axis of the input.
struct Reach {
  int64_t start, first, last;
  Reach(const ConvParams& p, int axis, int64_t out) {
    start = out * p.strides[axis] - p.padBegin[axis];
    const int64_t d = p.dilations[axis];
    first = start >= 0 ? 0 : std::min(p.kernel[axis], ceilDiv(-start, d));
    const int64_t end = p.in[axis] > start ? ceilDiv(p.in[axis] - start, d) : 0;
    last = std::max(first, std::min(p.kernel[axis], end));
  }
  bool has(int64_t k) const { return k >= first && k < last; }
  bool whole(const ConvParams& p, int axis) const { return first == 0 && last == p.kernel[axis]; }
};

class ConvDepthwise : public Prepared, public LineOp {
 public:
  ConvDepthwise(const Op& op, const PrepareContext& context)
      : p_(op.as<ConvParams>()), multiplier_(p_.outChannels / p_.inChannels), x_(context, 0) {
    // Two lines of a tile are worth it when they share input lines.
    const int64_t s = p_.strides[1], d = p_.dilations[1];
    if (s % d == 0 && s / d < p_.kernel[1]) lines_ = depthwiseKernels().lines;
    makeTiles();
    const int64_t packet = depthwiseKernels().packet;
    padded_ = ceilDiv(group_ * p_.outChannels, packet) * packet;
    for (int64_t from = 0; from < multiplier_; ++from)
      for (int64_t lane = 0; lane < packet; ++lane)
        repeats_.push_back(static_cast<int32_t>((from + lane) / multiplier_));
    weights_ = spread(context, 1, windowSize());
    bias_ = p_.hasBias ? spread(context, 2, 1) : zeros();
    if (p_.hasResidual) residual_ = Operand(context, op.in.size() - 1);
  }

  void run(RunContext& context, const View* in, const View* out) const override {
    Run run = operands(in, out);
    const int64_t planes = in[0].dims[0] * p_.out[0], tiles = static_cast<int64_t>(tiles_.size());
    cut(run, planes, context.concurrency());
    const int64_t lineBlocks = ceilDiv(p_.out[1], run.lines), tileBlocks = ceilDiv(tiles, run.tiles),
                  channelBlocks = ceilDiv(p_.outChannels, run.channels);
    context.parallelFor(planes * lineBlocks * tileBlocks * channelBlocks, [&](int64_t task) {
      Block b;
      b.c = task % channelBlocks * run.channels;
      b.cEnd = std::min(b.c + run.channels, p_.outChannels);
      task /= channelBlocks;
      b.tile = task % tileBlocks * run.tiles;
      b.tileEnd = std::min(b.tile + run.tiles, tiles);
      task /= tileBlocks;
      b.line = task % lineBlocks * run.lines;
      b.lineEnd = std::min(b.line + run.lines, p_.out[1]);
      b.plane = task / lineBlocks;
      runBlock(run, b);
    });
  }
  const char* algorithm() const override { return "depthwise"; }
  bool writesOverResidual() const override { return true; }

  const LineOp* byLines() const override { return weights_ && bias_ && !p_.hasResidual ? this : nullptr; }
  int64_t lineStep() const override { return lines_; }
  void runLines(const View* in, const View* out, const Band& band) const override {
    Run run = operands(in, out);
    run.ringIn = band.in[0], run.ringOut = band.out;
    runBlock(run, {0, band.first, band.last, 0, static_cast<int64_t>(tiles_.size()), 0, p_.outChannels});
  }

 private:
  struct Run {
    const float *x, *w, *bias, *residual;
    float* out;
    Epilogue<float> epilogue;
    int64_t ringIn, ringOut;                     ///< lines of a plane, or of what is kept of one
    int64_t lines = 1, tiles = 1, channels = 1;  ///< of a task
    bool far = false;                            ///< the planes come from beyond L2
  };
  /// A task: output lines, tiles side by side and channels of one plane.
  struct Block {
    int64_t plane, line, lineEnd, tile, tileEnd, c, cEnd;
  };
  /// Output columns [first, first + pixels * group), and where the masks of their taps begin.
  struct Columns {
    int64_t first, group;
    int pixels;
    size_t seen;
  };

  Run operands(const View* in, const View* out) const {
    return {.x = x_.get<float>(in),
            .w = spreadOf(weights_, in, 1, windowSize()),
            .bias = spreadOf(bias_, in, 2, 1),
            .residual = p_.hasResidual ? residual_.get<float>(in) : nullptr,
            .out = out[0].as<float>(),
            .epilogue = Epilogue<float>(p_.activation),
            .ringIn = p_.in[1],
            .ringOut = p_.out[1]};
  }

  int64_t windowSize() const { return p_.kernel[0] * p_.kernel[1] * p_.kernel[2]; }

  // --- Weights: each row of O values `group` times, then zeros up to whole packets.

  void spreadRows(const float* from, int64_t rows, float* to) const {
    const int64_t O = p_.outChannels;
    for (int64_t row = 0; row < rows; ++row, from += O, to += padded_) {
      for (int64_t i = 0; i < group_; ++i) std::copy_n(from, O, to + i * O);
      std::fill(to + group_ * O, to + padded_, 0.0f);
    }
  }
  std::shared_ptr<const Buffer> spread(const PrepareContext& context, size_t input, int64_t rows) const {
    if (context.constants[input] == nullptr) return nullptr;
    const std::string tag = "depthwise" + std::to_string(group_) + "x" + std::to_string(padded_);
    return context.pack(input, tag, [&](const View& view) {
      Buffer buffer(static_cast<size_t>(rows * padded_ * kFloat));
      spreadRows(view.as<float>(), rows, buffer.as<float>());
      return buffer;
    });
  }
  std::shared_ptr<const Buffer> zeros() const {
    Buffer buffer(static_cast<size_t>(padded_ * kFloat));
    std::fill_n(buffer.as<float>(), padded_, 0.0f);
    return std::make_shared<const Buffer>(std::move(buffer));
  }
  const float* spreadOf(const std::shared_ptr<const Buffer>& packed, const View* in, int input,
                        int64_t rows) const {
    if (packed) return packed->as<float>();
    float* to = scratchOf<float>(input == 1 ? kSlotWeights : kSlotBias, rows * padded_);
    spreadRows(in[input].as<float>(), rows, to);
    return to;
  }

  // --- Tiles

  /// Output columns [first, first + count * group) as tiles of nearly the same width.
  void addTiles(int64_t first, int64_t count, int64_t group) {
    const int64_t tiles = ceilDiv(count, depthwiseKernels().pixels);
    for (int64_t i = 0; i < tiles; ++i) {
      const int64_t begin = i * count / tiles, end = (i + 1) * count / tiles;
      tiles_.push_back({first + begin * group, group, static_cast<int>(end - begin), seen_.size()});
      for (int64_t k = 0; k < p_.kernel[2]; ++k) {
        uint32_t seen = 0;
        for (int64_t j = begin; j < end; ++j)
          if (Reach(p_, 2, first + j * group).has(k)) seen |= 1u << (j - begin);
        seen_.push_back(seen);
      }
    }
  }
  void makeTiles() {
    const int64_t O = p_.outChannels, packet = depthwiseKernels().packet, oW = p_.out[2];
    int64_t left = 0, right = oW;
    while (left < oW && !Reach(p_, 2, left).whole(p_, 2)) ++left;
    while (right > left && !Reach(p_, 2, right - 1).whole(p_, 2)) --right;
    // The fewest pixels that fill packets, when a fifth of the work would else be for nothing.
    int64_t group = packet / std::gcd(packet, O);
    group *= ceilDiv(kGroupPackets * packet, group * O);
    const bool wasteful = 4 * ceilDiv(O, packet) * packet >= 5 * O;
    if (p_.strides[2] != 1 || !wasteful || right - left < group) return addTiles(0, oW, 1);
    group_ = group;
    const int64_t groups = (right - left) / group, rest = left + groups * group;
    addTiles(0, left, 1);
    addTiles(left, groups, group);
    addTiles(rest, oW - rest, 1);
  }

  // --- Tasks

  /// Blocks of channels, which share no input, of a plane that L2 holds. Else blocks of lines, whose pixels
  /// lie side by side, and of tiles when there are few lines.
  void cut(Run& run, int64_t planes, int64_t threads) const {
    const int64_t O = p_.outChannels, pixels = p_.out[1] * p_.out[2],
                  unit = kBlockPackets * depthwiseKernels().packet * multiplier_;
    const int64_t bytes = (p_.in[1] * p_.in[2] * p_.inChannels + pixels * O) * kFloat;
    const int64_t tasks = std::min(planes * pixels * O * windowSize() / kTaskWork, 8 * threads),
                  perPlane = ceilDiv(std::max<int64_t>(1, tasks), planes);
    run.far = bytes > kFar * cpuInfo().l2;
    run.lines = p_.out[1], run.tiles = static_cast<int64_t>(tiles_.size()), run.channels = O;
    if (bytes <= cpuInfo().l2 && O >= perPlane * unit && group_ == 1) {
      run.channels = ceilDiv(O, perPlane * unit) * unit;
      return;
    }
    run.lines = ceilDiv(p_.out[1], perPlane * lines_) * lines_;
    run.tiles = ceilDiv(run.tiles * ceilDiv(p_.out[1], run.lines), perPlane);
  }

  /// The input lines that output lines [oh, oh + lines) of depth od see, in the order of their taps.
  DepthwiseRow* makeRows(const Run& run, int64_t od, int64_t oh, int64_t lines, DepthwiseRow* row) const {
    const Reach rd(p_, 0, od);
    const Reach rh[2] = {{p_, 1, oh}, {p_, 1, oh + lines - 1}};
    for (int64_t kd = rd.first; kd < rd.last; ++kd) {
      const int64_t d = rd.start + kd * p_.dilations[0];
      int64_t k[2] = {rh[0].first, lines == 2 ? rh[1].first : rh[1].last};
      for (; k[0] < rh[0].last || k[1] < rh[1].last; ++row) {
        int64_t at[2];
        for (int l = 0; l < 2; ++l)
          at[l] = k[l] < rh[l].last ? rh[l].start + k[l] * p_.dilations[1] : p_.in[1];
        const int64_t h = std::min(at[0], at[1]);
        row->x = (d * p_.in[1] + h % run.ringIn) * p_.in[2] * p_.inChannels;
        for (int l = 0; l < 2; ++l) {
          row->w[l] = at[l] == h ? (kd * p_.kernel[1] + k[l]) * p_.kernel[2] * padded_ : -1;
          k[l] += at[l] == h;
        }
      }
    }
    return row;
  }

  void runBlock(const Run& run, const Block& b) const {
    const int64_t groups = ceilDiv(b.lineEnd - b.line, lines_);
    DepthwiseRow* rows = scratchOf<DepthwiseRow>(kSlotRows, groups * lines_ * p_.kernel[0] * p_.kernel[1]);
    int64_t* ends = scratchOf<int64_t>(kSlotOffsets, groups + 1);
    ends[0] = 0;
    for (int64_t i = 0; i < groups; ++i) {
      const int64_t oh = b.line + i * lines_, lines = std::min(lines_, b.lineEnd - oh);
      ends[i + 1] = makeRows(run, b.plane % p_.out[0], oh, lines, rows + ends[i]) - rows;
    }
    DepthwiseTile t{};
    t.taps = p_.kernel[2];
    t.w = run.w + b.c, t.bias = run.bias + b.c;
    t.xTap = p_.dilations[2] * p_.inChannels, t.wTap = padded_;
    t.multiplier = multiplier_, t.repeats = repeats_.data();
    t.outLine = p_.out[2] * p_.outChannels;
    t.lo = run.epilogue.lo, t.hi = run.epilogue.hi;
    for (int64_t i = 0; i < groups; ++i) {
      const int64_t oh = b.line + i * lines_;
      t.lines = static_cast<int>(std::min(lines_, b.lineEnd - oh));
      t.rows = rows + ends[i], t.rowCount = ends[i + 1] - ends[i];
      // How many lines below this group's last one the next group will be the first to read.
      int64_t fresh = 0;
      if (run.far && i + 1 < groups && t.rowCount > 0 && ends[i + 2] > ends[i + 1])
        fresh = (rows[ends[i + 2] - 1].x - rows[ends[i + 1] - 1].x) / (p_.in[2] * p_.inChannels);
      for (int64_t j = b.tile; j < b.tileEnd; ++j) {
        place(run, b, oh, tiles_[static_cast<size_t>(j)], t);
        if (fresh > 0) lookAhead(tiles_[static_cast<size_t>(j)], fresh, t);
        depthwiseKernels().tile(t);
      }
    }
    finish(run, b);
  }

  void place(const Run& run, const Block& b, int64_t oh, const Columns& columns, DepthwiseTile& t) const {
    const int64_t O = p_.outChannels, C = p_.inChannels, n = b.plane / p_.out[0];
    const int64_t line = b.plane * p_.out[1] + oh % run.ringOut;
    const int64_t to = (line * p_.out[2] + columns.first) * O + b.c;
    t.x = run.x + n * p_.in[0] * p_.in[1] * p_.in[2] * C + b.c / multiplier_ +
          (columns.first * p_.strides[2] - p_.padBegin[2]) * C;
    t.xPixel = columns.group * p_.strides[2] * C;
    t.seen = seen_.data() + columns.seen;
    t.pixels = columns.pixels;
    t.channels = columns.group == 1 ? b.cEnd - b.c : columns.group * O;
    t.out = run.out + to;
    t.outPixel = columns.group * O;
    t.aheadCount = 0;
    t.residual = run.residual ? run.residual + to : nullptr;
  }

  /// The tile's part of what the next group of lines will read and write.
  void lookAhead(const Columns& columns, int64_t fresh, DepthwiseTile& t) const {
    const int64_t bytes = columns.pixels * depthwiseKernels().packet * kFloat,
                  xLine = p_.in[2] * p_.inChannels;
    const float* x = t.x + t.rows[t.rowCount - 1].x + p_.padBegin[2] * p_.inChannels;
    for (int64_t i = 1; i <= std::min<int64_t>(fresh, kDepthwiseAhead - t.lines); ++i)
      t.ahead[t.aheadCount++] = {x + i * xLine, bytes * p_.strides[2] / multiplier_};
    for (int64_t i = 0; i < t.lines; ++i) t.ahead[t.aheadCount++] = {t.out + (lines_ + i) * t.outLine, bytes};
  }

  void finish(const Run& run, const Block& b) const {
    const int64_t O = p_.outChannels, oW = p_.out[2];
    eachPiece(b.line, b.lineEnd, {run.ringOut}, [&](int64_t line, int64_t count) {
      finishLines(run, b, run.out + (b.plane * p_.out[1] + line % run.ringOut) * oW * O, count);
    });
  }
  void finishLines(const Run& run, const Block& b, float* out, int64_t lines) const {
    const int64_t O = p_.outChannels, oW = p_.out[2];
    if (b.cEnd - b.c < O) {
      applyLate(run.epilogue.late, cpu::Block<float>{out + b.c, lines * oW, b.cEnd - b.c, O});
      return;
    }
    const Columns &first = tiles_[static_cast<size_t>(b.tile)],
                  &last = tiles_[static_cast<size_t>(b.tileEnd - 1)];
    const int64_t columns = last.first + last.pixels * last.group - first.first;
    applyLate(run.epilogue.late, cpu::Block<float>{out + first.first * O, lines, columns * O, oW * O});
  }

  ConvParams p_;
  int64_t multiplier_, padded_ = 0;
  int64_t lines_ = 1;  ///< of a tile
  int64_t group_ = 1;  ///< pixels that stand for one
  std::vector<Columns> tiles_;
  std::vector<uint32_t> seen_;
  std::vector<int32_t> repeats_;
  std::shared_ptr<const Buffer> weights_, bias_;
  Operand x_, residual_;
};

}  // namespace

std::unique_ptr<Prepared> prepareConvDepthwise(const Op& op, const PrepareContext& context) {
  return std::make_unique<ConvDepthwise>(op, context);
}

}  // namespace lw::cpu
