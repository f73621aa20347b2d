#include "backend/cpu/pooling.h"

#include <bit>
#include <limits>

#include "backend/cpu/kernels/copy.h"

namespace lw {
namespace {

/// Fewer channels than this may not fill packets: rows are combined whole then, and windows slid along them.
constexpr int64_t kNarrowChannels = 16;
constexpr int64_t kSweepFloats = 2048;

int64_t maxCount(const std::vector<PoolTap>& taps) {
  int64_t result = 0;
  for (const PoolTap& tap : taps) result = std::max<int64_t>(result, tap.count);
  return result;
}

bool isWhole(const std::vector<PoolTap>& taps, int64_t in) {
  return taps.size() == 1 && taps[0].begin == 0 && taps[0].count == in;
}

}  // namespace

Pooling::Pooling(PoolTables tables, const Op& op, const PrepareContext& context)
    : t_(std::move(tables)), operands_(op, context), way_(choose()) {
  maxRows_ = std::max<int64_t>(1, maxCount(t_.taps[0]) * maxCount(t_.taps[1]));
  group_ = chooseGroup();
  if (way_ == Way::kNarrow && t_.strideW > 1 && poolKernels().slideKept) {
    kept_.resize((t_.in[2] * t_.channels + 15) / 16);
    for (int64_t i = 0; i < t_.in[2] * t_.channels; ++i)
      if (i / t_.channels % t_.strideW == 0) kept_[i / 16] |= static_cast<uint16_t>(1 << i % 16);
  }
}

/// Packets per output row: all taps of all windows, against every input row once and then the taps along W,
/// or a step for every bit of their number. Windows along a whole row fill packets, whatever the channels;
/// with a stride the outputs are then collected from all that were made.
Pooling::Way Pooling::choose() const {
  if (t_.hasIndices) return Way::kIndices;
  bool whole = true;
  for (int i = 0; i < 3; ++i)
    whole = whole && isWhole(t_.taps[i], t_.in[i]) && (t_.in[i] == 1 || t_.dilations[i] == 1);
  if (whole) return Way::kGlobal;
  const int64_t lanes = poolKernels().lanes, c = t_.channels, pixel = (c + lanes - 1) / lanes,
                row = (t_.in[2] * c + lanes - 1) / lanes, out = t_.out[2];
  const int64_t rows = maxCount(t_.taps[0]) * maxCount(t_.taps[1]), taps = maxCount(t_.taps[2]);
  const int64_t part =
      lanes >= 8 ? 2 : 4;  // a part of a packet, which lies across lines, against a whole one
  const int64_t along = taps * out * (c % lanes == 0 ? pixel : pixel - 1 + part), direct = rows * along,
                separable = (rows + 1) * row + along;
  if (t_.windowW > 1) {
    int64_t steps = 0, takes = 2;
    for (int64_t size = 1; 2 * size <= t_.windowW; size *= 2) {
      ++steps;
      if (!t_.isMax && (t_.windowW & size) != 0) ++takes;
    }
    // A step reads two values and writes one. Averages of few channels are slid along whole rows instead, at
    // less than a load per tap.
    const int64_t step = t_.isMax || c >= kNarrowChannels ? 2 : 4;
    const int64_t sweep = (rows + 2) * row + step * (steps * (t_.in[2] + t_.windowW) + takes * out) * pixel;
    if (sweep * 5 < std::min(direct, separable) * 4) return Way::kSweep;
  }
  if (c < kNarrowChannels) {
    const int64_t collect = t_.strideW == 1 ? 0 : poolKernels().slideKept ? row : 2 * out;
    if ((rows + taps + 2) * row + collect < std::min(direct, separable)) return Way::kNarrow;
  }
  return rows > 1 && separable * 5 < direct * 4 ? Way::kSeparable : Way::kDirect;
}

/// A group of g rows reads k - (g - 1) s common rows once, and g (g - 1) s more; the rows of a group are a
/// matter of geometry, because they say in which order is added.
int64_t Pooling::chooseGroup() const {
  if (way_ != Way::kSweep && way_ != Way::kSeparable && way_ != Way::kNarrow) return 1;
  if (t_.dilations[1] != 1 || t_.windowW == 0 || t_.out[1] < 2) return 1;
  const std::vector<PoolTap>& taps = t_.taps[1];
  const size_t middle = taps.size() / 2;
  const int64_t k = maxCount(taps), s = std::max(1, taps[middle].begin - taps[middle - 1].begin);
  int64_t best = 1;
  double least = static_cast<double>(k) * 0.75;
  for (int64_t g = 2; g <= 8 && (g - 1) * s < k; ++g) {
    const double cost = static_cast<double>(k - (g - 1) * s + g * (g - 1) * s + g) / static_cast<double>(g);
    if (cost < least) best = g, least = cost;
  }
  return best;
}

const char* Pooling::algorithm() const {
  switch (way_) {
    case Way::kDirect:
      return "direct";
    case Way::kSeparable:
      return "separable";
    case Way::kSweep:
      return "sweep";
    case Way::kNarrow:
      return "narrow";
    case Way::kGlobal:
      return "global";
    case Way::kIndices:
      return "indices";
  }
  return "";
}

void Pooling::run(RunContext& context, const View* in, const View* out) const {
  if (out[0].size() == 0) return;
  const int64_t batch = out[0].dims[0];
  const Target target{operands_.get<float>(0, in), out[0].as<float>(),
                      t_.hasIndices ? out[1].as<int32_t>() : nullptr, t_.in[1], t_.out[1]};
  if (way_ == Way::kGlobal) return runGlobal(context, batch, target);
  const int64_t groups = batch * t_.out[0] * ((t_.out[1] + group_ - 1) / group_);
  const int64_t inputs = t_.in[0] * t_.in[1] * t_.in[2], outputs = t_.out[0] * t_.out[1] * t_.out[2];
  const int64_t bytesPerRow = (inputs + outputs) * t_.channels * 4 / (t_.out[0] * t_.out[1]);
  parallelRanges(context, groups, bytesPerRow * group_, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i)
      way_ == Way::kIndices ? runIndices(i, target) : group_ > 1 ? runGroup(i, target) : runRow(i, target);
  });
}

const LineOp* Pooling::byLines() const {
  const bool rows = way_ != Way::kGlobal && way_ != Way::kIndices;
  return rows && std::has_single_bit(static_cast<uint64_t>(group_)) ? this : nullptr;
}

void Pooling::runLines(const View* in, const View* out, const Band& band) const {
  const Target target{operands_.get<float>(0, in), out[0].as<float>(), nullptr, band.in[0], band.out};
  for (int64_t h = band.first; h < band.last; h += group_)
    group_ > 1 ? runGroup(h / group_, target) : runRow(h, target);
}

void Pooling::runGlobal(RunContext& context, int64_t batch, const Target& target) const {
  const int64_t plane = t_.in[0] * t_.in[1] * t_.in[2];
  const Reduction reduction(Dims{batch, plane, t_.channels}, {1});
  const double divisor =
      static_cast<double>(t_.taps[0][0].divisor) * t_.taps[1][0].divisor * t_.taps[2][0].divisor;
  reduction.forUnits(context, [&](int64_t unit, RunContext* inner) {
    const int64_t n = reduction.width(unit);
    double* totals = scratchOf<double>(inner == nullptr ? 0 : 4, n);
    reduction.accumulate(inner, t_.isMax ? Moment::kMax : Moment::kSum, target.x, unit, nullptr, totals);
    float* y = target.y + reduction.firstOutput(unit);
    reduceKernels().finish(totals, t_.isMax ? 1 : 1 / divisor, y, n);
  });
}

Pooling::RowTaps Pooling::tapsOf(int64_t row) const {
  const int64_t h = row % t_.out[1], d = row / t_.out[1] % t_.out[0];
  return {row / t_.out[1] / t_.out[0], &t_.taps[0][d], &t_.taps[1][h]};
}

float* Pooling::outputOf(const Target& target, int64_t row) const {
  const int64_t h = row % t_.out[1];
  return target.y + (row - h + h % target.ringOut) * t_.out[2] * t_.channels;
}

int64_t Pooling::collect(const Target& target, const RowTaps& taps, int64_t begin, int64_t end,
                         const float** rows) const {
  const int64_t rowSize = t_.in[2] * t_.channels;
  int64_t count = 0;
  for (int64_t i = 0; i < taps.d->count; ++i)
    for (int64_t h = begin; h < end; h += t_.dilations[1]) {
      const int64_t d = taps.d->begin + i * t_.dilations[0];
      rows[count++] = target.x + ((taps.n * t_.in[0] + d) * t_.in[1] + h % target.ringIn) * rowSize;
    }
  return count;
}

void Pooling::runRow(int64_t index, const Target& target) const {
  const PoolKernels& kernels = poolKernels();
  const RowTaps taps = tapsOf(index);
  const int64_t rowSize = t_.in[2] * t_.channels, outSize = t_.out[2] * t_.channels;
  const float** rows = scratchOf<const float*>(0, maxRows_);
  const int64_t count =
      collect(target, taps, taps.h->begin, taps.h->begin + taps.h->count * t_.dilations[1], rows);
  float* y = outputOf(target, index);
  if (count == 0) {
    std::fill(y, y + outSize, t_.isMax ? -std::numeric_limits<float>::infinity() : 0.0f);
    return;
  }
  const float divisor = taps.d->divisor * taps.h->divisor;
  if (way_ == Way::kDirect) {
    kernels.row(t_.isMax,
                PoolRow{rows, count, t_.channels, t_.out[2], t_.dilations[2], divisor, t_.taps[2].data(), y});
    return;
  }
  if (count == 1) return runAlong(rows[0], divisor, y);
  float* combined = scratchOf<float>(1, rowSize);
  kernels.combineRows(t_.isMax, rows, count, combined, rowSize);
  runAlong(combined, divisor, y);
}

void Pooling::runGroup(int64_t group, const Target& target) const {
  const int64_t perPlane = (t_.out[1] + group_ - 1) / group_, first = group % perPlane * group_,
                last = std::min(t_.out[1], first + group_) - 1, plane = group / perPlane * t_.out[1];
  const auto end = [&](int64_t h) { return t_.taps[1][h].begin + t_.taps[1][h].count; };
  // Windows that lie in the padding alone have no common row, and neither have these of a large stride.
  const int64_t from = t_.taps[1][last].begin, to = end(first);
  bool usable = t_.taps[0][plane / t_.out[1] % t_.out[0]].count > 0 && from < to;
  for (int64_t h = first; h <= last; ++h) usable = usable && t_.taps[1][h].count > 0;
  if (!usable || first == last) {
    for (int64_t h = first; h <= last; ++h) runRow(plane + h, target);
    return;
  }
  const PoolKernels& kernels = poolKernels();
  const int64_t rowSize = t_.in[2] * t_.channels;
  const float** rows = scratchOf<const float*>(0, maxRows_ + 1);
  float* combined = scratchOf<float>(1, 2 * rowSize);
  float* common = combined + rowSize;
  kernels.combineRows(t_.isMax, rows, collect(target, tapsOf(plane + first), from, to, rows), common,
                      rowSize);
  for (int64_t h = first; h <= last; ++h) {
    const RowTaps taps = tapsOf(plane + h);
    rows[0] = common;
    int64_t count = 1;
    count += collect(target, taps, taps.h->begin, from, rows + count);
    count += collect(target, taps, to, end(h), rows + count);
    const float* x = common;
    if (count > 1) {
      kernels.combineRows(t_.isMax, rows, count, combined, rowSize);
      x = combined;
    }
    runAlong(x, taps.d->divisor * taps.h->divisor, outputOf(target, plane + h));
  }
}

void Pooling::runAlong(const float* x, float divisor, float* y) const {
  if (way_ == Way::kNarrow) return runNarrow(x, divisor, y);
  if (way_ == Way::kSweep) return runSweep(x, divisor, y);
  poolKernels().row(t_.isMax,
                    PoolRow{&x, 1, t_.channels, t_.out[2], t_.dilations[2], divisor, t_.taps[2].data(), y});
}

void Pooling::runSweep(const float* x, float divisor, float* y) const {
  const int64_t c = t_.channels, step = t_.dilations[2], span = (t_.windowW - 1) * step + 1;
  // As many outputs at a time as stay in L1 with their windows; what neighbours share is small against that.
  const int64_t most = std::max(4 * span, kSweepFloats / c) / t_.strideW + 1;
  float* row = scratchOf<float>(2, (most * t_.strideW + span) * c);
  const float none = t_.isMax ? -std::numeric_limits<float>::infinity() : 0.0f;
  for (int64_t o = 0; o < t_.out[2]; o += most) {
    const int64_t outputs = std::min(most, t_.out[2] - o), positions = (outputs - 1) * t_.strideW + span,
                  first = o * t_.strideW - t_.padW, begin = std::clamp<int64_t>(first, 0, t_.in[2]),
                  end = std::clamp<int64_t>(first + positions, begin, t_.in[2]);
    float* to = row + std::clamp<int64_t>(begin - first, 0, positions) * c;
    std::fill(row, to, none);
    std::fill(std::copy(x + begin * c, x + end * c, to), row + positions * c, none);
    poolKernels().sweep(t_.isMax, {row, positions * c, t_.windowW, step * c, t_.strideW * c, c, outputs,
                                   divisor, t_.taps[2].data() + o, y + o * c});
  }
}

void Pooling::runNarrow(const float* x, float divisor, float* y) const {
  const PoolKernels& kernels = poolKernels();
  const int64_t c = t_.channels, begin = t_.wholeBegin, end = t_.wholeEnd;
  const auto clipped = [&](int64_t from, int64_t to) {
    if (from >= to) return;
    const float* rows[1] = {x};
    kernels.row(t_.isMax, PoolRow{rows, 1, c, to - from, t_.dilations[2], divisor, t_.taps[2].data() + from,
                                  y + from * c});
  };
  if (end <= begin || t_.strideW == 0) return clipped(0, t_.out[2]);
  clipped(0, begin);
  clipped(end, t_.out[2]);
  const PoolTap& first = t_.taps[2][begin];
  const float scale = 1.0f / (divisor * first.divisor);
  const float* from = x + first.begin * c;
  const int64_t outputs = end - begin, step = t_.dilations[2] * c;
  if (t_.strideW == 1)
    return kernels.slide(t_.isMax, from, t_.wholeCount, step, scale, y + begin * c, outputs * c);
  // Windows at every position, of which the stride keeps some: packets over neighbours beat gathers of single
  // values.
  const int64_t span = ((outputs - 1) * t_.strideW + 1) * c;
  if (!kept_.empty())
    return kernels.slideKept(t_.isMax, from, t_.wholeCount, step, scale, kept_.data(), span, y + begin * c,
                             outputs * c);
  float* all = scratchOf<float>(2, span);
  kernels.slide(t_.isMax, from, t_.wholeCount, step, scale, all, span);
  const int64_t pixel = c * static_cast<int64_t>(sizeof(float));
  copyKernels().runs({reinterpret_cast<const std::byte*>(all),
                      reinterpret_cast<std::byte*>(y + begin * c),
                      pixel,
                      {1, outputs},
                      {0, t_.strideW * pixel},
                      {0, pixel}});
}

void Pooling::runIndices(int64_t index, const Target& target) const {
  const RowTaps taps = tapsOf(index);
  const int64_t c = t_.channels, plane = t_.in[0] * t_.in[1] * t_.in[2];
  const float* x = target.x + taps.n * plane * c;
  int32_t* positions = scratchOf<int32_t>(0, maxRows_ * std::max<int64_t>(1, maxCount(t_.taps[2])));
  for (int64_t o = 0; o < t_.out[2]; ++o) {
    const PoolTap& w = t_.taps[2][o];
    const int64_t first = (taps.d->begin * t_.in[1] + taps.h->begin) * t_.in[2] + w.begin;
    int64_t count = 0;
    positions[0] = static_cast<int32_t>(first);
    for (int64_t i = 0; i < taps.d->count; ++i)
      for (int64_t j = 0; j < taps.h->count; ++j)
        for (int64_t k = 0; k < w.count; ++k) {
          const int64_t d = i * t_.dilations[0], h = j * t_.dilations[1];
          positions[count++] =
              static_cast<int32_t>(first + (d * t_.in[1] + h) * t_.in[2] + k * t_.dilations[2]);
        }
    const int64_t at = (index * t_.out[2] + o) * c;
    poolKernels().maxIndex(x, positions, count, c, target.y + at, target.indices + at);
  }
}

}  // namespace lw
