#include "backend/cpu/kernels/softmax.h"

#include "backend/cpu/kernels/math.h"

// The maximum is taken without care for NaN: a NaN makes the sum NaN, and with it every output, whatever the
// maximum was.

namespace LW_ISA_NS {
namespace {

constexpr float kLowest = -__builtin_inff();

/// One packet holds the whole row: most classifiers of a few classes.
template <bool logarithm>
inline void shortRow(const float* x, float* out, int64_t n) {
  const F v = loadTail(x, n, kLowest);
  const F d = sub(v, set1(packet::predux_max(v)));
  const F e = expNegative(d);
  const F sum = set1(packet::predux(e));
  storeTail(out, logarithm ? sub(d, log(sum)) : div(e, sum), n);
}

template <bool logarithm>
inline void longRow(const float* x, float* out, int64_t n) {
  const int64_t whole = n / kLanes * kLanes, rest = n - whole;
  F a = set1(kLowest), b = a;
  int64_t i = 0;
  for (; i + 2 * kLanes <= n; i += 2 * kLanes) {
    a = packet::pmax(a, load(x + i));
    b = packet::pmax(b, load(x + i + kLanes));
  }
  for (; i < whole; i += kLanes) a = packet::pmax(a, load(x + i));
  if (rest > 0) b = packet::pmax(b, loadTail(x + i, rest, kLowest));
  const F top = set1(packet::predux_max(packet::pmax(a, b)));

  // Two sums: their halves fold in an order that n gives.
  a = b = set1(0.0f);
  for (i = 0; i + 2 * kLanes <= n; i += 2 * kLanes) {
    const F d0 = sub(load(x + i), top), d1 = sub(load(x + i + kLanes), top);
    const F e0 = expNegative(d0), e1 = expNegative(d1);
    a = add(a, e0);
    b = add(b, e1);
    store(out + i, logarithm ? d0 : e0);
    store(out + i + kLanes, logarithm ? d1 : e1);
  }
  for (; i < n; i += kLanes) {
    const int64_t count = n - i < kLanes ? n - i : kLanes;
    const F d = sub(loadTail(x + i, count, kLowest), top), e = expNegative(d);
    a = add(a, e);
    storeTail(out + i, logarithm ? d : e, count);
  }
  const F sum = set1(packet::predux(add(a, b)));
  if (logarithm) {
    const F shift = log(sum);
    mapUnary(out, out, n, [shift](F v) { return sub(v, shift); });
  } else {
    mapUnary(out, out, n, [sum](F v) { return div(v, sum); });
  }
}

/// So few values that a packet would be mostly empty: kTinyRows rows go across packets, value by value. The
/// compiler sees n and turns rows into columns and back by shuffles.
constexpr int64_t kTinyRows = 64;
template <bool logarithm, int n>
void tinyRows(const float* __restrict x, float* __restrict out) {
  alignas(64) float columns[n * kTinyRows];
  for (int64_t r = 0; r < kTinyRows; ++r)
    for (int k = 0; k < n; ++k) columns[k * kTinyRows + r] = x[r * n + k];
  for (int64_t r = 0; r < kTinyRows; r += kLanes) {
    float* column = columns + r;
    F top = load(column);
    for (int k = 1; k < n; ++k) top = packet::pmax(top, load(column + k * kTinyRows));
    F v[n], sum = set1(0.0f);
    for (int k = 0; k < n; ++k) {
      const F d = sub(load(column + k * kTinyRows), top), e = expNegative(d);
      v[k] = logarithm ? d : e;
      sum = add(sum, e);
    }
    if (logarithm) sum = log(sum);
    for (int k = 0; k < n; ++k) store(column + k * kTinyRows, logarithm ? sub(v[k], sum) : div(v[k], sum));
  }
  for (int64_t r = 0; r < kTinyRows; ++r)
    for (int k = 0; k < n; ++k) out[r * n + k] = columns[k * kTinyRows + r];
}
template <bool logarithm, int n>
void allTiny(const float* x, float* out, int64_t rows) {
  for (; rows >= kTinyRows; rows -= kTinyRows, x += n * kTinyRows, out += n * kTinyRows)
    tinyRows<logarithm, n>(x, out);
  if (rows == 0) return;
  alignas(64) float part[n * kTinyRows] = {};
  for (int64_t i = 0; i < rows * n; ++i) part[i] = x[i];
  alignas(64) float result[n * kTinyRows];
  tinyRows<logarithm, n>(part, result);
  for (int64_t i = 0; i < rows * n; ++i) out[i] = result[i];
}

template <bool logarithm>
void rowsOf(const float* x, float* out, int64_t rows, int64_t n) {
  switch (n) {
    case 2:
      return allTiny<logarithm, 2>(x, out, rows);
    case 3:
      return allTiny<logarithm, 3>(x, out, rows);
    case 4:
      return allTiny<logarithm, 4>(x, out, rows);
    default:
      break;
  }
  for (int64_t r = 0; r < rows; ++r, x += n, out += n)
    n <= kLanes ? shortRow<logarithm>(x, out, n) : longRow<logarithm>(x, out, n);
}
void rows(bool logarithm, const float* x, float* out, int64_t rows, int64_t n) {
  logarithm ? rowsOf<true>(x, out, rows, n) : rowsOf<false>(x, out, rows, n);
}

/// Down the columns of up to four packets, which are whole lines of a row; `room` has n times as many.
template <bool logarithm, int packets>
void packetsOf(const lw::SoftmaxColumns& p, int64_t j, int64_t last) {
  const int64_t n = p.n;
  const auto lanes = [&](int i) { return i == packets - 1 ? last : int64_t{kLanes}; };
  F top[packets], sum[packets];
  for (int i = 0; i < packets; ++i) top[i] = set1(kLowest), sum[i] = set1(0.0f);
  for (int64_t r = 0; r < n; ++r) {
    const float* x = p.x + r * p.stride + j;
    float* room = p.room + r * packets * kLanes;
    for (int i = 0; i < packets; ++i) {
      const F v = loadTail(x + i * kLanes, lanes(i));
      store(room + i * kLanes, v);
      top[i] = packet::pmax(top[i], v);
    }
  }
  for (int64_t r = 0; r < n;) {
    // Sums of 32, then a sum of sums: long columns lose no more accuracy than short ones.
    F part[packets];
    for (int i = 0; i < packets; ++i) part[i] = set1(0.0f);
    for (const int64_t end = n - r < 32 ? n : r + 32; r < end; ++r) {
      float* room = p.room + r * packets * kLanes;
      for (int i = 0; i < packets; ++i) {
        const F d = sub(load(room + i * kLanes), top[i]), e = expNegative(d);
        part[i] = add(part[i], e);
        store(room + i * kLanes, logarithm ? d : e);
      }
    }
    for (int i = 0; i < packets; ++i) sum[i] = add(sum[i], part[i]);
  }
  if (logarithm)
    for (int i = 0; i < packets; ++i) sum[i] = log(sum[i]);
  for (int64_t r = 0; r < n; ++r) {
    const float* room = p.room + r * packets * kLanes;
    float* out = p.out + r * p.stride + j;
    for (int i = 0; i < packets; ++i) {
      const F v = load(room + i * kLanes);
      storeTail(out + i * kLanes, logarithm ? sub(v, sum[i]) : div(v, sum[i]), lanes(i));
    }
  }
}

template <bool logarithm>
void columnsOf(const lw::SoftmaxColumns& p) {
  int64_t j = 0;
  for (; j + 4 * kLanes <= p.count; j += 4 * kLanes) packetsOf<logarithm, 4>(p, j, kLanes);
  for (; j < p.count; j += kLanes) packetsOf<logarithm, 1>(p, j, p.count - j < kLanes ? p.count - j : kLanes);
}
void columns(bool logarithm, const lw::SoftmaxColumns& p) {
  logarithm ? columnsOf<true>(p) : columnsOf<false>(p);
}

}  // namespace

extern const lw::SoftmaxKernels softmaxKernels = {rows, columns};

}  // namespace LW_ISA_NS
