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

template <bool logarithm>
void rowsOf(const float* x, float* out, int64_t rows, int64_t n) {
  for (int64_t r = 0; r < rows; ++r, x += n, out += n)
    n <= kLanes ? shortRow<logarithm>(x, out, n) : longRow<logarithm>(x, out, n);
}
void rows(bool logarithm, const float* x, float* out, int64_t rows, int64_t n) {
  logarithm ? rowsOf<true>(x, out, rows, n) : rowsOf<false>(x, out, rows, n);
}

/// Down the columns of one packet; `room` has n packets.
template <bool logarithm>
void packetOf(const lw::SoftmaxColumns& p, int64_t j, int64_t lanes) {
  const int64_t n = p.n;
  F top = set1(kLowest);
  for (int64_t i = 0; i < n; ++i) {
    const F v = loadTail(p.x + i * p.stride + j, lanes);
    store(p.room + i * kLanes, v);
    top = packet::pmax(top, v);
  }
  F sum = set1(0.0f);
  for (int64_t i = 0; i < n;) {
    // Sums of 32, then a sum of sums: long columns lose no more accuracy than short ones.
    F part = set1(0.0f);
    for (const int64_t end = n - i < 32 ? n : i + 32; i < end; ++i) {
      const F d = sub(load(p.room + i * kLanes), top), e = expNegative(d);
      part = add(part, e);
      store(p.room + i * kLanes, logarithm ? d : e);
    }
    sum = add(sum, part);
  }
  const F last = logarithm ? log(sum) : sum;
  for (int64_t i = 0; i < n; ++i) {
    const F v = load(p.room + i * kLanes);
    storeTail(p.out + i * p.stride + j, logarithm ? sub(v, last) : div(v, last), lanes);
  }
}
void columns(bool logarithm, const lw::SoftmaxColumns& p) {
  for (int64_t j = 0; j < p.count; j += kLanes) {
    const int64_t lanes = p.count - j < kLanes ? p.count - j : kLanes;
    logarithm ? packetOf<true>(p, j, lanes) : packetOf<false>(p, j, lanes);
  }
}

}  // namespace

extern const lw::SoftmaxKernels softmaxKernels = {rows, columns};

}  // namespace LW_ISA_NS
