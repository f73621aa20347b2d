#include "backend/cpu/reduction.h"

namespace lw {
namespace {

/// Elements of a piece: fixed, because the order of the additions hangs on it.
constexpr int64_t kPiece = 64 << 10;

}  // namespace

Reduction::Reduction(const Dims& dims, const std::vector<int>& axes) {
  struct Axis {
    int64_t size, stride;
    bool reduced;
  };
  std::array<Axis, kMaxRank> merged;
  int count = 0;
  int64_t stride = 1;
  // From the innermost outwards.
  for (int i = dims.rank() - 1; i >= 0; --i) {
    const bool isReduced = std::find(axes.begin(), axes.end(), i) != axes.end();
    if (isReduced) reduced_ *= dims[i];
    if (dims[i] == 1) continue;
    if (count > 0 && merged[count - 1].reduced == isReduced)
      merged[count - 1].size *= dims[i];
    else
      merged[count++] = {dims[i], stride, isReduced};
    stride *= dims[i];
  }
  int inner = 0;
  columns_ = count > 0 && !merged[0].reduced;
  if (columns_) n_ = merged[inner++].size;
  if (inner < count) {
    length_ = merged[inner].size;
    rowStride_ = merged[inner++].stride;
  } else {
    rowStride_ = n_;
  }
  for (int i = count - 1; i >= inner; --i)
    (merged[i].reduced ? outer_ : kept_).push(merged[i].size, {merged[i].stride});
  blocks_ = (n_ + kMaxColumns - 1) / kMaxColumns;
  // Rows in multiples of 64, the kernels' chunk.
  step_ =
      columns_ ? std::max<int64_t>(64, kPiece / std::clamp<int64_t>(n_, 1, kMaxColumns) / 64 * 64) : kPiece;
  segments_ = std::max<int64_t>(1, (length_ + step_ - 1) / step_);
  pieces_ = outer_.count(0, outer_.rank) * segments_;
}

int64_t Reduction::width(int64_t unit) const {
  return std::min(kMaxColumns, n_ - unit % blocks_ * kMaxColumns);
}

int64_t Reduction::firstOutput(int64_t unit) const {
  return unit / blocks_ * n_ + unit % blocks_ * kMaxColumns;
}

Reduction::Piece Reduction::piece(int64_t unit, int64_t index) const {
  const int64_t block = unit % blocks_ * kMaxColumns, begin = index % segments_ * step_;
  const int64_t offset = Cursor<1>(kept_, kept_.rank, unit / blocks_).offset[0] +
                         Cursor<1>(outer_, outer_.rank, index / segments_).offset[0] + begin * rowStride_ +
                         block;
  const int64_t count = std::min(step_, length_ - begin);
  return columns_ ? Piece{offset, count, width(unit)} : Piece{offset, 1, count};
}

void Reduction::accumulate(RunContext* context, Moment moment, const float* x, int64_t unit,
                           const float* center, double* totals) const {
  const ReduceKernels& kernels = reduceKernels();
  const int64_t wide = width(unit);
  const auto compute = [&](int64_t index, double* result) {
    const Piece p = piece(unit, index);
    if (columns_)
      kernels.columns(moment, x + p.offset, p.rows, rowStride_, p.n, center, result);
    else
      *result = kernels.row(moment, x + p.offset, p.n, center == nullptr ? 0 : *center);
  };
  const auto merge = [&](const double* part) {
    for (int64_t j = 0; j < wide; ++j) {
      const double a = totals[j], b = part[j];
      if (moment == Moment::kMax)
        totals[j] = a > b || a != a ? a : b;
      else if (moment == Moment::kMin)
        totals[j] = a < b || a != a ? a : b;
      else
        totals[j] = a + b;
    }
  };
  if (reduced_ == 0) {  // a sum of nothing; there is no extreme of nothing
    std::fill(totals, totals + wide, 0.0);
    return;
  }
  compute(0, totals);
  if (pieces_ == 1) return;
  if (context == nullptr) {
    double* part = scratchOf<double>(3, wide);
    for (int64_t index = 1; index < pieces_; ++index) {
      compute(index, part);
      merge(part);
    }
    return;
  }
  double* parts = scratchOf<double>(7, wide * pieces_);
  context->parallelFor(pieces_ - 1, [&](int64_t task) { compute(task + 1, parts + (task + 1) * wide); });
  for (int64_t index = 1; index < pieces_; ++index) merge(parts + index * wide);
}

void Reduction::mean(RunContext* context, const float* x, int64_t unit, double* totals, float* high,
                     float* low) const {
  const int64_t n = width(unit);
  const float* first = x + (reduced_ > 0 ? piece(unit, 0).offset : 0);
  for (int64_t j = 0; j < n; ++j) high[j] = reduced_ > 0 ? first[j] : 0;
  accumulate(context, Moment::kDeviation, x, unit, high, totals);
  for (int64_t j = 0; j < n; ++j) {
    const double mean = static_cast<double>(high[j]) + totals[j] / static_cast<double>(reduced_);
    high[j] = static_cast<float>(mean);
    low[j] = static_cast<float>(mean - static_cast<double>(high[j]));
  }
}

}  // namespace lw
