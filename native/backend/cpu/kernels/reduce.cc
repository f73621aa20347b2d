#include "backend/cpu/kernels/reduce.h"

#include "backend/cpu/kernels/simd.h"

namespace LW_ISA_NS {
namespace {

using lw::kMaxColumns;
using lw::Moment;

constexpr bool hasCenter(Moment moment) {
  return moment == Moment::kDeviation || moment == Moment::kCentered;
}

constexpr bool isExtreme(Moment moment) { return moment == Moment::kMax || moment == Moment::kMin; }

template <Moment moment>
inline float scalarTerm(float x, float center) {
  if constexpr (moment == Moment::kSquare) return x * x;
  if constexpr (moment == Moment::kDeviation) return x - center;
  if constexpr (moment == Moment::kCentered) return (x - center) * (x - center);
  return x;
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
/// So many terms may be added in float.
constexpr int64_t kFloatTerms = 64;

/// What a packet holds of a row of at most kRowChunk packets: lane i has every kLanes-th term from i on.
template <Moment moment>
EIGEN_STRONG_INLINE F lanesOf(const float* x, int64_t n, float centerValue) {
  const F center = set1(centerValue), none = set1(identity<moment>());
  const float fill = hasCenter(moment) ? centerValue : identity<moment>();
  F a = none, b = none, c = none, d = none;
  int64_t i = 0;
  for (; i + 4 * kLanes <= n; i += 4 * kLanes) {
    a = combine<moment>(a, term<moment>(load(x + i), center));
    b = combine<moment>(b, term<moment>(load(x + i + kLanes), center));
    c = combine<moment>(c, term<moment>(load(x + i + 2 * kLanes), center));
    d = combine<moment>(d, term<moment>(load(x + i + 3 * kLanes), center));
  }
  for (; i + kLanes <= n; i += kLanes) a = combine<moment>(a, term<moment>(load(x + i), center));
  if (i < n) b = combine<moment>(b, term<moment>(loadTail(x + i, n - i, fill), center));
  return combine<moment>(combine<moment>(a, b), combine<moment>(c, d));
}

template <Moment moment>
double rowOf(const float* x, int64_t n, float centerValue) {
  double wide[kLanes];
  for (int i = 0; i < kLanes; ++i) wide[i] = identity<moment>();
  for (int64_t i = 0; i < n; i += kRowChunk * kLanes) {
    const int64_t count = n - i < kRowChunk * kLanes ? n - i : kRowChunk * kLanes;
    float lanes[kLanes];
    store(lanes, lanesOf<moment>(x + i, count, centerValue));
    for (int k = 0; k < kLanes; ++k) wide[k] = combineWide<moment>(wide[k], lanes[k]);
  }
  for (int half = kLanes / 2; half > 0; half /= 2)
    for (int k = 0; k < half; ++k) wide[k] = combineWide<moment>(wide[k], wide[k + half]);
  return wide[0];
}

/// Up to kLanes short rows, one packet each, then across: transposed, their lanes fold in packets.
template <Moment moment>
void shortRows(const float* x, int64_t stride, int64_t n, const float* center, int64_t centerStep,
               int64_t rows, double* out) {
  packet::PacketBlock<F, kLanes> block;
  if (rows == kLanes && n <= kLanes) {
    for (int r = 0; r < kLanes; ++r) {
      const float c = hasCenter(moment) ? center[r * centerStep] : 0.0f;
      const float fill = hasCenter(moment) ? c : identity<moment>();
      block.packet[r] = term<moment>(loadTail(x + r * stride, n, fill), set1(c));
    }
  } else {
    for (int64_t r = 0; r < rows; ++r)
      block.packet[r] = lanesOf<moment>(x + r * stride, n, hasCenter(moment) ? center[r * centerStep] : 0.0f);
    for (int64_t r = rows; r < kLanes; ++r) block.packet[r] = set1(0.0f);
  }
  packet::ptranspose(block);
  alignas(64) float lanes[kLanes * kLanes];
  if (isExtreme(moment) || n <= kFloatTerms) {
    for (int half = kLanes / 2; half > 0; half /= 2)
      for (int k = 0; k < half; ++k)
        block.packet[k] = combine<moment>(block.packet[k], block.packet[k + half]);
    store(lanes, block.packet[0]);
    for (int64_t r = 0; r < rows; ++r) out[r] = lanes[r];
    return;
  }
  for (int k = 0; k < kLanes; ++k) store(lanes + k * kLanes, block.packet[k]);
  double wide[kLanes] = {};
  for (int k = 0; k < kLanes; ++k)
    for (int r = 0; r < kLanes; ++r) wide[r] += lanes[k * kLanes + r];
  for (int64_t r = 0; r < rows; ++r) out[r] = wide[r];
}

/// Rows of so few floats that a packet would be mostly empty: the compiler interleaves them.
template <Moment moment, int n>
void tinyRows(const lw::ReduceRows& p, double* __restrict out) {
  const float* __restrict x = p.x;
  const float* __restrict center = p.center;
  const int64_t rows = p.rows, step = p.centerStep;
  if (hasCenter(moment) && step == 1) {
    for (int64_t r = 0; r < rows; ++r) {
      float total = scalarTerm<moment>(x[r * n], center[r]);
      for (int k = 1; k < n; ++k) total += scalarTerm<moment>(x[r * n + k], center[r]);
      out[r] = total;
    }
    return;
  }
  const float c = hasCenter(moment) ? *center : 0.0f;
  for (int64_t r = 0; r < rows; ++r) {
    float total = scalarTerm<moment>(x[r * n], c);
    for (int k = 1; k < n; ++k) total += scalarTerm<moment>(x[r * n + k], c);
    out[r] = total;
  }
}

template <Moment moment>
void rowsOf(const lw::ReduceRows& p, double* out) {
  if constexpr (!isExtreme(moment)) {
    const bool adjoin = p.stride == p.n || p.rows == 1;
    if (adjoin && p.n == 2) return tinyRows<moment, 2>(p, out);
    if (adjoin && p.n == 3) return tinyRows<moment, 3>(p, out);
    if (adjoin && p.n == 4) return tinyRows<moment, 4>(p, out);
  }
  const float* center = p.center;
  if (p.n <= kRowChunk * kLanes) {
    for (int64_t r = 0; r < p.rows; r += kLanes)
      shortRows<moment>(p.x + r * p.stride, p.stride, p.n,
                        hasCenter(moment) ? center + r * p.centerStep : nullptr, p.centerStep,
                        p.rows - r < kLanes ? p.rows - r : kLanes, out + r);
    return;
  }
  for (int64_t r = 0; r < p.rows; ++r)
    out[r] = rowOf<moment>(p.x + r * p.stride, p.n, hasCenter(moment) ? center[r * p.centerStep] : 0.0f);
}

void rows(Moment moment, const lw::ReduceRows& p, double* out) {
  switch (moment) {
    case Moment::kSum:
      return rowsOf<Moment::kSum>(p, out);
    case Moment::kSquare:
      return rowsOf<Moment::kSquare>(p, out);
    case Moment::kDeviation:
      return rowsOf<Moment::kDeviation>(p, out);
    case Moment::kCentered:
      return rowsOf<Moment::kCentered>(p, out);
    case Moment::kMax:
      return rowsOf<Moment::kMax>(p, out);
    case Moment::kMin:
      return rowsOf<Moment::kMin>(p, out);
  }
}

// --- Columns
// -----------------------------------------------------------------------------------------------------------------------

/// Up to so many rows go to the float accumulators before these are flushed.
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

/// Up to eight packets of columns: their accumulators stay in registers and the rows are read in the order
/// of memory.
template <Moment moment, int packets>
void narrowColumns(const float* x, int64_t rows, int64_t stride, int64_t n, const float* center,
                   double* out) {
  constexpr int last = packets - 1;
  const int64_t chunk = isExtreme(moment) ? rows : kColumnChunk, rest = n - last * kLanes;
  F c[packets];
  for (int i = 0; i < packets; ++i)
    c[i] = !hasCenter(moment) ? set1(0.0f) : loadTail(center + i * kLanes, i < last ? kLanes : rest);
  for (int64_t r = 0; r < rows;) {
    F acc[packets];
    for (int i = 0; i < packets; ++i) acc[i] = set1(identity<moment>());
    const bool isFirst = r == 0;
    for (const int64_t end = rows - r < chunk ? rows : r + chunk; r < end; ++r) {
      const float* p = x + r * stride;
      for (int i = 0; i < last; ++i)
        acc[i] = combine<moment>(acc[i], term<moment>(load(p + i * kLanes), c[i]));
      acc[last] = combine<moment>(acc[last], term<moment>(loadTail(p + last * kLanes, rest), c[last]));
    }
    alignas(64) float lanes[packets * kLanes];
    for (int i = 0; i < packets; ++i) store(lanes + i * kLanes, acc[i]);
    if (isFirst)
      for (int64_t j = 0; j < n; ++j) out[j] = lanes[j];
    else
      for (int64_t j = 0; j < n; ++j) out[j] = combineWide<moment>(out[j], lanes[j]);
  }
}

template <Moment moment>
void narrow(const float* x, int64_t rows, int64_t stride, int64_t n, const float* center, double* out) {
  switch ((n + kLanes - 1) / kLanes) {
#define LW_CASE(packets) \
  case packets:          \
    return narrowColumns<moment, packets>(x, rows, stride, n, center, out)
    LW_CASE(1);
    LW_CASE(2);
    LW_CASE(3);
    LW_CASE(4);
    LW_CASE(5);
    LW_CASE(6);
    LW_CASE(7);
    LW_CASE(8);
#undef LW_CASE
    default:
      return;
  }
}
constexpr int kNarrowPackets = 8;

/// More columns: eight rows at a time, each as one stream.
template <Moment moment>
void wideColumns(const float* x, int64_t rows, int64_t stride, int64_t n, const float* center, double* out) {
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

/// The fewest rows that are whole packets together.
inline int64_t rowsOfPackets(int64_t n) {
  int64_t a = n, b = kLanes;
  while (b != 0) {
    const int64_t rest = a % b;
    a = b;
    b = rest;
  }
  return kLanes / a;
}

/// A few columns without gaps between the rows, such as the channels of an image: `fold` rows are one row of
/// whole packets, whose columns are put together at the end.
template <Moment moment>
void foldedColumns(const float* x, int64_t rows, int64_t fold, int64_t n, const float* center, double* out) {
  const int64_t width = fold * n, whole = rows / fold, rest = rows % fold;
  float centers[kNarrowPackets * kLanes];
  double totals[kNarrowPackets * kLanes];
  if (hasCenter(moment))
    for (int64_t i = 0; i < width; ++i) centers[i] = center[i % n];
  narrow<moment>(x, whole, width, width, centers, totals);
  for (int64_t j = 0; j < n; ++j) out[j] = totals[j];
  for (int64_t i = 1; i < fold; ++i)
    for (int64_t j = 0; j < n; ++j) out[j] = combineWide<moment>(out[j], totals[i * n + j]);
  if (rest == 0) return;
  narrow<moment>(x + whole * width, rest, n, n, center, totals);
  for (int64_t j = 0; j < n; ++j) out[j] = combineWide<moment>(out[j], totals[j]);
}

template <Moment moment>
void columnsOf(const lw::ReduceColumns& p, double* out) {
  const int64_t n = p.n, fold = rowsOfPackets(n);
  const bool folds = n < kLanes && p.stride == n && fold * n <= kNarrowPackets * kLanes && p.rows >= 4 * fold;
  for (int64_t g = 0; g < p.blocks; ++g) {
    const float* x = p.x + g * p.blockStride;
    const float* center = hasCenter(moment) ? p.center + g * n : nullptr;
    if (folds)
      foldedColumns<moment>(x, p.rows, fold, n, center, out + g * n);
    else if (n <= kNarrowPackets * kLanes)
      narrow<moment>(x, p.rows, p.stride, n, center, out + g * n);
    else
      wideColumns<moment>(x, p.rows, p.stride, n, center, out + g * n);
  }
}

void columns(Moment moment, const lw::ReduceColumns& p, double* out) {
  switch (moment) {
    case Moment::kSum:
      return columnsOf<Moment::kSum>(p, out);
    case Moment::kSquare:
      return columnsOf<Moment::kSquare>(p, out);
    case Moment::kDeviation:
      return columnsOf<Moment::kDeviation>(p, out);
    case Moment::kCentered:
      return columnsOf<Moment::kCentered>(p, out);
    case Moment::kMax:
      return columnsOf<Moment::kMax>(p, out);
    case Moment::kMin:
      return columnsOf<Moment::kMin>(p, out);
  }
}

void finish(const double* __restrict totals, double factor, float* __restrict out, int64_t n) {
  for (int64_t j = 0; j < n; ++j) out[j] = static_cast<float>(totals[j] * factor);
}
void shift(const double* __restrict totals, double factor, float* __restrict high, float* __restrict low,
           int64_t n) {
  for (int64_t j = 0; j < n; ++j) {
    const double mean = static_cast<double>(high[j]) + totals[j] * factor;
    high[j] = static_cast<float>(mean);
    low[j] = static_cast<float>(mean - static_cast<double>(high[j]));
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

void standardizeRow(const float* x, float* out, int64_t n, const lw::Standard& p) {
  const F high = set1(*p.meanHigh), low = set1(*p.meanLow), scale = set1(*p.scale);
  mapUnary(x, out, n, [=](F v) { return standardized(v, high, low, scale); });
}
void standardizeColumns(const float* x, float* out, int64_t rows, int64_t stride, int64_t n,
                        const lw::Standard& p) {
  const float *high = p.meanHigh, *low = p.meanLow, *scale = p.scale;
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

extern const lw::ReduceKernels reduceKernels = {rows,   columns,    finish,         shift,
                                                argRow, argColumns, standardizeRow, standardizeColumns};

}  // namespace LW_ISA_NS
