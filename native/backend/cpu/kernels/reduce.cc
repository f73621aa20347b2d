#include "backend/cpu/kernels/reduce.h"

#include "backend/cpu/kernels/simd.h"

namespace LW_ISA_NS {
namespace {

using lw::kMaxColumns;
using lw::Moment;

constexpr bool hasCenter(Moment moment) {
  return moment == Moment::kDeviation || moment == Moment::kCentered;
}

template <Moment moment>
inline F term(F x, F center) {
  if constexpr (moment == Moment::kSquare) return mul(x, x);
  if constexpr (moment == Moment::kDeviation) return sub(x, center);
  if constexpr (moment == Moment::kCentered) {
    const F d = sub(x, center);
    return mul(d, d);
  }
  return x;
}
template <Moment moment>
inline F combine(F a, F b) {
  if constexpr (moment == Moment::kMax) return maxNaN(a, b);
  if constexpr (moment == Moment::kMin) return minNaN(a, b);
  return add(a, b);
}
template <Moment moment>
inline float identity() {
  if constexpr (moment == Moment::kMax) return -__builtin_inff();
  if constexpr (moment == Moment::kMin) return __builtin_inff();
  return 0.0f;
}
template <Moment moment>
inline double combineWide(double a, double b) {
  if constexpr (moment == Moment::kMax) return a > b || a != a ? a : b;
  if constexpr (moment == Moment::kMin) return a < b || a != a ? a : b;
  return a + b;
}

// --- Rows
// --------------------------------------------------------------------------------------------------------------------------

/// Four accumulators of up to 16 packets each; then the lanes go on in double.
constexpr int64_t kRowChunk = 64;

template <Moment moment>
double rowOf(const float* x, int64_t n, float centerValue) {
  const F center = set1(centerValue), zero = set1(identity<moment>());
  // A tail's missing lanes add nothing: x = center gives 0.
  const float fill = hasCenter(moment) ? centerValue : identity<moment>();
  double wide[kLanes];
  for (int i = 0; i < kLanes; ++i) wide[i] = identity<moment>();
  int64_t i = 0;
  while (i < n) {
    const int64_t end = i + kRowChunk * kLanes < n ? i + kRowChunk * kLanes : n;
    F a = zero, b = zero, c = zero, d = zero;
    for (; i + 4 * kLanes <= end; i += 4 * kLanes) {
      a = combine<moment>(a, term<moment>(load(x + i), center));
      b = combine<moment>(b, term<moment>(load(x + i + kLanes), center));
      c = combine<moment>(c, term<moment>(load(x + i + 2 * kLanes), center));
      d = combine<moment>(d, term<moment>(load(x + i + 3 * kLanes), center));
    }
    for (; i + kLanes <= end; i += kLanes) a = combine<moment>(a, term<moment>(load(x + i), center));
    if (i < end) b = combine<moment>(b, term<moment>(loadTail(x + i, end - i, fill), center));
    i = end;
    float lanes[kLanes];
    store(lanes, combine<moment>(combine<moment>(a, b), combine<moment>(c, d)));
    for (int k = 0; k < kLanes; ++k) wide[k] = combineWide<moment>(wide[k], lanes[k]);
  }
  for (int half = kLanes / 2; half > 0; half /= 2)
    for (int k = 0; k < half; ++k) wide[k] = combineWide<moment>(wide[k], wide[k + half]);
  return wide[0];
}

double row(Moment moment, const float* x, int64_t n, float center) {
  switch (moment) {
    case Moment::kSum:
      return rowOf<Moment::kSum>(x, n, center);
    case Moment::kSquare:
      return rowOf<Moment::kSquare>(x, n, center);
    case Moment::kDeviation:
      return rowOf<Moment::kDeviation>(x, n, center);
    case Moment::kCentered:
      return rowOf<Moment::kCentered>(x, n, center);
    case Moment::kMax:
      return rowOf<Moment::kMax>(x, n, center);
    case Moment::kMin:
      return rowOf<Moment::kMin>(x, n, center);
  }
  return 0;
}

// --- Columns
// -----------------------------------------------------------------------------------------------------------------------

/// Rows are read eight at a time, each as one stream; up to kColumnChunk rows go to the float accumulators
/// before these are flushed.
constexpr int64_t kColumnChunk = 64;

/// The rows' terms in column j, folded pairwise.
template <Moment moment, int rows, bool whole>
EIGEN_STRONG_INLINE F foldRows(const float* p, int64_t stride, int64_t count, F center) {
  if constexpr (rows == 1)
    return term<moment>(whole ? load(p) : loadTail(p, count), center);
  else
    return combine<moment>(foldRows<moment, rows / 2, whole>(p, stride, count, center),
                           foldRows<moment, rows / 2, whole>(p + rows / 2 * stride, stride, count, center));
}

/// acc has room for whole packets.
template <Moment moment, int rows>
inline void addRows(const float* x, int64_t stride, int64_t n, const float* center, float* acc) {
  F c = set1(0.0f);
  int64_t j = 0;
  for (; j + kLanes <= n; j += kLanes) {
    if (hasCenter(moment)) c = load(center + j);
    store(acc + j, combine<moment>(load(acc + j), foldRows<moment, rows, true>(x + j, stride, kLanes, c)));
  }
  if (j < n) {
    if (hasCenter(moment)) c = loadTail(center + j, n - j);
    store(acc + j, combine<moment>(load(acc + j), foldRows<moment, rows, false>(x + j, stride, n - j, c)));
  }
}

/// Up to four packets of columns: their accumulators stay in registers and the rows are read in the order of
/// memory.
template <Moment moment, int packets>
void narrowColumns(const float* x, int64_t rows, int64_t stride, int64_t n, const float* center,
                   double* out) {
  constexpr int64_t kChunk = 32;
  constexpr int last = packets - 1;
  const int64_t rest = n - last * kLanes;
  F c[packets];
  for (int i = 0; i < packets; ++i)
    c[i] = !hasCenter(moment) ? set1(0.0f) : loadTail(center + i * kLanes, i < last ? kLanes : rest);
  double wide[packets * kLanes];
  for (int j = 0; j < packets * kLanes; ++j) wide[j] = identity<moment>();
  for (int64_t r = 0; r < rows;) {
    F acc[packets];
    for (int i = 0; i < packets; ++i) acc[i] = set1(identity<moment>());
    for (const int64_t end = rows - r < kChunk ? rows : r + kChunk; r < end; ++r) {
      const float* p = x + r * stride;
      for (int i = 0; i < last; ++i)
        acc[i] = combine<moment>(acc[i], term<moment>(load(p + i * kLanes), c[i]));
      acc[last] = combine<moment>(acc[last], term<moment>(loadTail(p + last * kLanes, rest), c[last]));
    }
    alignas(64) float lanes[packets * kLanes];
    for (int i = 0; i < packets; ++i) store(lanes + i * kLanes, acc[i]);
    for (int j = 0; j < packets * kLanes; ++j) wide[j] = combineWide<moment>(wide[j], lanes[j]);
  }
  for (int64_t j = 0; j < n; ++j) out[j] = wide[j];
}

template <Moment moment>
void columnsOf(const float* x, int64_t rows, int64_t stride, int64_t n, const float* center, double* out) {
  switch ((n + kLanes - 1) / kLanes) {
    case 1:
      return narrowColumns<moment, 1>(x, rows, stride, n, center, out);
    case 2:
      return narrowColumns<moment, 2>(x, rows, stride, n, center, out);
    case 3:
      return narrowColumns<moment, 3>(x, rows, stride, n, center, out);
    case 4:
      return narrowColumns<moment, 4>(x, rows, stride, n, center, out);
    default:
      break;
  }
  alignas(64) float acc[kMaxColumns + kLanes];
  for (int64_t j = 0; j < n; ++j) out[j] = identity<moment>();
  for (int64_t r = 0; r < rows;) {
    const int64_t end = r + kColumnChunk < rows ? r + kColumnChunk : rows;
    for (int64_t j = 0; j < n; j += kLanes) store(acc + j, set1(identity<moment>()));
    for (; r + 8 <= end; r += 8) addRows<moment, 8>(x + r * stride, stride, n, center, acc);
    for (; r + 2 <= end; r += 2) addRows<moment, 2>(x + r * stride, stride, n, center, acc);
    for (; r < end; ++r) addRows<moment, 1>(x + r * stride, stride, n, center, acc);
    for (int64_t j = 0; j < n; ++j) out[j] = combineWide<moment>(out[j], acc[j]);
  }
}

void columns(Moment moment, const float* x, int64_t rows, int64_t stride, int64_t n, const float* center,
             double* out) {
  switch (moment) {
    case Moment::kSum:
      return columnsOf<Moment::kSum>(x, rows, stride, n, center, out);
    case Moment::kSquare:
      return columnsOf<Moment::kSquare>(x, rows, stride, n, center, out);
    case Moment::kDeviation:
      return columnsOf<Moment::kDeviation>(x, rows, stride, n, center, out);
    case Moment::kCentered:
      return columnsOf<Moment::kCentered>(x, rows, stride, n, center, out);
    case Moment::kMax:
      return columnsOf<Moment::kMax>(x, rows, stride, n, center, out);
    case Moment::kMin:
      return columnsOf<Moment::kMin>(x, rows, stride, n, center, out);
  }
}

// --- Positions
// ---------------------------------------------------------------------------------------------------------------------

int64_t argRow(bool isMax, const float* x, int64_t n) {
  const float best = static_cast<float>(isMax ? rowOf<Moment::kMax>(x, n, 0) : rowOf<Moment::kMin>(x, n, 0));
  const bool isNaN = best != best;
  const uint32_t all = kLanes == 32 ? ~0u : (1u << kLanes) - 1u;
  for (int64_t i = 0; i < n; i += kLanes) {
    const int64_t count = n - i < kLanes ? n - i : kLanes;
    const F v = count == kLanes ? load(x + i) : loadTail(x + i, count);
    uint32_t hits = isNaN ? all & ~maskBits(ordered(v)) : maskBits(eq(v, set1(best)));
    hits &= (count == kLanes ? all : (1u << count) - 1u);
    if (hits != 0) return i + __builtin_ctz(hits);
  }
  return 0;
}

template <bool isMax>
void argColumnsOf(const float* x, int64_t rows, int64_t stride, int64_t n, float* best, int32_t* index) {
  for (int64_t j = 0; j < n; ++j) best[j] = x[j], index[j] = 0;
  for (int64_t r = 1; r < rows; ++r) {
    const float* p = x + r * stride;
    const int32_t position = static_cast<int32_t>(r);
    for (int64_t j = 0; j < n; ++j) {
      const float v = p[j], b = best[j];
      const bool better = (isMax ? v > b : v < b) | ((v != v) & (b == b));
      best[j] = better ? v : b;
      index[j] = better ? position : index[j];
    }
  }
}
void argColumns(bool isMax, const float* x, int64_t rows, int64_t stride, int64_t n, float* best,
                int32_t* index) {
  isMax ? argColumnsOf<true>(x, rows, stride, n, best, index)
        : argColumnsOf<false>(x, rows, stride, n, best, index);
}

// --- Standardize
// -------------------------------------------------------------------------------------------------------------------

inline F standardized(F x, F high, F low, F scale) { return mul(sub(sub(x, high), low), scale); }

void standardizeRow(const float* x, float* out, int64_t n, const float* p) {
  const F high = set1(p[0]), low = set1(p[1]), scale = set1(p[2]);
  mapUnary(x, out, n, [=](F v) { return standardized(v, high, low, scale); });
}
void standardizeColumns(const float* x, float* out, int64_t rows, int64_t stride, int64_t n, const float* p) {
  const float *high = p, *low = p + n, *scale = p + 2 * n;
  for (int64_t r = 0; r < rows; ++r, x += stride, out += stride) {
    int64_t j = 0;
    for (; j + kLanes <= n; j += kLanes)
      store(out + j, standardized(load(x + j), load(high + j), load(low + j), load(scale + j)));
    const int64_t rest = n - j;
    if (rest > 0) {
      const F y = standardized(loadTail(x + j, rest), loadTail(high + j, rest), loadTail(low + j, rest),
                               loadTail(scale + j, rest));
      storeTail(out + j, y, rest);
    }
  }
}

}  // namespace

extern const lw::ReduceKernels reduceKernels = {row,        columns,        argRow,
                                                argColumns, standardizeRow, standardizeColumns};

}  // namespace LW_ISA_NS
