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
  keptCount_ = kept_.count(0, kept_.rank);
  // Rows in multiples of 64, the kernels' chunk.
  step_ =
      columns_ ? std::max<int64_t>(64, kPiece / std::clamp<int64_t>(n_, 1, kMaxColumns) / 64 * 64) : kPiece;
  segments_ = std::max<int64_t>(1, (length_ + step_ - 1) / step_);
  pieces_ = outer_.count(0, outer_.rank) * segments_;
  if (!columns_ && outer_.rank > 0 && segments_ == 1) {
    const int64_t rows = outer_.dims[outer_.rank - 1];
    outerStep_ = std::clamp<int64_t>(kPiece / std::max<int64_t>(length_, 1), 1, std::max<int64_t>(rows, 1));
    pieces_ = outer_.count(0, outer_.rank - 1) * ((rows + outerStep_ - 1) / outerStep_);
  }
  if (outer_.rank == 0 && pieces_ == 1 && kept_.rank == 1 && blocks_ == 1) {
    const int64_t bytes = std::max<int64_t>(reduced_ * n_ * 4, 1);
    together_ = std::max<int64_t>(1, std::min(kMaxColumns / n_, kTinyBytes / bytes));
  }
}

int64_t Reduction::width(int64_t unit) const {
  if (together_ > 1) return n_ * std::min(together_, keptCount_ - unit * together_);
  return std::min(kMaxColumns, n_ - unit % blocks_ * kMaxColumns);
}

int64_t Reduction::firstOutput(int64_t unit) const {
  if (together_ > 1) return unit * together_ * n_;
  return unit / blocks_ * n_ + unit % blocks_ * kMaxColumns;
}

Reduction::Piece Reduction::piece(int64_t unit, int64_t index) const {
  if (together_ > 1) {
    const int64_t stride = kept_.strides[0][0], first = unit * together_;
    return {first * stride,         std::min(together_, keptCount_ - first), stride,
            columns_ ? length_ : 1, columns_ ? rowStride_ : length_,         columns_ ? n_ : length_};
  }
  const int64_t start = Cursor<1>(kept_, kept_.rank, unit / blocks_).offset[0];
  if (!columns_ && outer_.rank > 0 && segments_ == 1) {
    const int last = outer_.rank - 1;
    const int64_t rows = outer_.dims[last], stride = outer_.strides[last][0],
                  steps = (rows + outerStep_ - 1) / outerStep_, begin = index % steps * outerStep_;
    return {start + Cursor<1>(outer_, last, index / steps).offset[0] + begin * stride,
            1,
            0,
            std::min(outerStep_, rows - begin),
            stride,
            length_};
  }
  const int64_t begin = index % segments_ * step_, count = std::min(step_, length_ - begin);
  const int64_t offset = start + Cursor<1>(outer_, outer_.rank, index / segments_).offset[0] +
                         begin * rowStride_ + unit % blocks_ * kMaxColumns;
  return columns_ ? Piece{offset, 1, 0, count, rowStride_, width(unit)}
                  : Piece{offset, 1, count, 1, count, count};
}

namespace {

double merged(Moment moment, double a, double b) {
  if (moment == Moment::kMax) return a > b || a != a ? a : b;
  if (moment == Moment::kMin) return a < b || a != a ? a : b;
  return a + b;
}

}  // namespace

void Reduction::reducePiece(Moment moment, const float* x, const Piece& p, const float* center,
                            double* result) const {
  const ReduceKernels& kernels = reduceKernels();
  const float* from = x + p.offset;
  if (columns_)
    return kernels.columns(moment, {from, p.blocks, p.blockStride, p.rows, p.stride, p.n, center}, result);
  if (p.rows == 1) return kernels.rows(moment, {from, p.blocks, p.blockStride, p.n, center, 1}, result);
  // The rows of one output, some at a time.
  constexpr int64_t kRows = 256;
  double parts[kRows];
  for (int64_t r = 0; r < p.rows; r += kRows) {
    const int64_t count = std::min(kRows, p.rows - r);
    kernels.rows(moment, {from + r * p.stride, count, p.stride, p.n, center, 0}, parts);
    for (int64_t i = 0; i < count; ++i) *result = r + i == 0 ? parts[i] : merged(moment, *result, parts[i]);
  }
}

void Reduction::accumulate(RunContext* context, Moment moment, const float* x, int64_t unit,
                           const float* center, double* totals) const {
  const int64_t wide = width(unit);
  const auto compute = [&](int64_t index, double* result) {
    reducePiece(moment, x, piece(unit, index), center, result);
  };
  const auto merge = [&](const double* part) {
    for (int64_t j = 0; j < wide; ++j) totals[j] = merged(moment, totals[j], part[j]);
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
  std::fill(high, high + n, 0.0f);
  if (reduced_ > 0) {
    const Piece first = piece(unit, 0);
    const int64_t outputs = columns_ ? first.n : 1;
    for (int64_t g = 0; g < first.blocks; ++g)
      for (int64_t j = 0; j < outputs; ++j)
        high[g * outputs + j] = x[first.offset + g * first.blockStride + j];
  }
  accumulate(context, Moment::kDeviation, x, unit, high, totals);
  reduceKernels().shift(totals, 1.0 / static_cast<double>(reduced_), high, low, n);
}

}  // namespace lw
