#pragma once

#include <algorithm>

#include "random_case.h"

/// Random convolutions and poolings of one to three dimensions.
namespace lw::test {

/// One spatial axis that is known to be valid.
struct Axis {
  int64_t in, kernel, stride, dilation, padBegin, padEnd, out;
};

inline Axis randomAxis(Random& random, int64_t largestIn, int64_t largestKernel) {
  while (true) {
    Axis a{};
    a.in = random.integer(1, largestIn);
    a.kernel = random.integer(1, largestKernel);
    a.stride = random.pick<int64_t>({1, 1, 1, 2, 2, 3, 5});
    a.dilation = random.pick<int64_t>({1, 1, 1, 2, 3});
    a.padBegin = random.chance(0.5) ? 0 : random.integer(0, a.kernel + 1);
    a.padEnd = random.chance(0.5) ? a.padBegin : random.integer(0, a.kernel + 1);
    const int64_t room = a.in + a.padBegin + a.padEnd - ((a.kernel - 1) * a.dilation + 1);
    if (room < 0) continue;
    a.out = room / a.stride + 1;
    if (a.out > 1 && random.chance(0.05)) --a.out;  // the caller may want less
    return a;
  }
}

struct Axes {
  std::vector<Axis> all;

  Axes(Random& random, int rank, int64_t largestKernel) {
    const int64_t largest[] = {0, 40, 17, 7};
    for (int i = 0; i < rank; ++i) all.push_back(randomAxis(random, largest[rank], largestKernel));
  }
  List list(int64_t Axis::*member) const {
    List result;
    for (const Axis& axis : all) result.push_back(number(axis.*member));
    return result;
  }
  Dims dims(int64_t Axis::*member, int64_t before, int64_t after) const {
    Dims result{before};
    for (const Axis& axis : all) result.push(axis.*member);
    result.push(after);
    return result;
  }
  double kernelSize() const {
    double size = 1;
    for (const Axis& axis : all) size *= number(axis.kernel);
    return size;
  }
  void addTo(Spec& spec) const {
    spec.set("strides", list(&Axis::stride)).set("dilations", list(&Axis::dilation));
    spec.set("padBegin", list(&Axis::padBegin)).set("padEnd", list(&Axis::padEnd));
  }
};

inline int64_t randomBatch(Random& random) { return random.chance(0.04) ? 0 : random.integer(1, 4); }

/// Weights are mostly known at prepare, as in a model.
inline std::vector<bool> randomConstants(Random& random, size_t inputs) {
  std::vector<bool> constant(inputs, false);
  const bool weights = random.chance(0.7);
  for (size_t i = 1; i < inputs; ++i) constant[i] = weights;
  return constant;
}

enum class Channels { kAny, kOfDepthwise, kFew, kDeep };

struct ConvKind {
  int64_t largestKernel;
  Channels channels = Channels::kAny;
  bool winograd = false;
};

inline Case convCase(Random& random, ConvKind kind) {
  const int rank = kind.winograd ? 2 : static_cast<int>(random.pick<int64_t>({1, 2, 2, 2, 3}));
  Axes axes(random, rank, kind.largestKernel);
  if (kind.winograd) {
    const int64_t kernel = random.pick<int64_t>({3, 3, 5});
    for (Axis& a : axes.all) {
      const int64_t pad = random.integer(0, kernel / 2);
      const int64_t in = random.integer(kernel, 21);
      a = {in, kernel, 1, 1, pad, pad, in + 2 * pad - kernel + 1};
    }
  }
  const bool deep = kind.channels == Channels::kDeep;
  if (deep && random.chance(0.6))
    for (Axis& a : axes.all) a = {a.in, 1, 1, 1, 0, 0, a.in};
  // Lines of many tiles.
  if (kind.channels != Channels::kAny && !deep && random.chance(0.4))
    axes.all.back() = randomAxis(random, 90, kind.largestKernel);
  int64_t groups = 1, inGroup = random.channels(), outGroup = random.channels();
  if (kind.channels == Channels::kFew) {
    inGroup = random.integer(1, 5), outGroup = random.chance(0.7) ? random.integer(1, 9) : outGroup;
  } else if (kind.channels == Channels::kOfDepthwise) {
    groups = inGroup, inGroup = 1, outGroup = random.pick<int64_t>({1, 1, 1, 2, 3, 4, 20});
  } else if (deep) {
    inGroup = random.integer(100, 2500), outGroup = random.integer(1, 40);
  } else if (random.chance(0.2)) {
    groups = random.integer(2, 4), inGroup = random.integer(1, 17), outGroup = random.integer(1, 17);
  }
  const int64_t batch = randomBatch(random), filters = groups * outGroup;
  const DType dtype = floatType(random);
  Case c;
  c.spec.op = "conv";
  axes.addTo(c.spec);
  c.spec.set("groups", number(groups));
  const bool transforms = kind.winograd && dtype == DType::kFloat32;
  if (transforms && random.chance(0.7))
    c.spec.set("algorithm", word("winograd"));
  else if (random.chance(0.2))
    c.spec.set("algorithm", word("direct"));
  Dims w;
  for (const Axis& axis : axes.all) w.push(axis.kernel);
  w.push(inGroup);
  w.push(filters);
  const TensorDesc y = desc(dtype, axes.dims(&Axis::out, batch, filters));
  c.spec.in = {desc(dtype, axes.dims(&Axis::in, batch, groups * inGroup)), desc(dtype, w)};
  if (random.chance(0.6)) c.spec.in.push_back(desc(dtype, {filters}));
  c.constant = randomConstants(random, c.spec.in.size());
  c.residual = deep || random.chance(0.2);
  if (c.residual) c.spec.in.push_back(y), c.constant.push_back(false);
  c.spec.out = {y};
  c.terms = axes.kernelSize() * number(inGroup) + 2;
  addActivation(random, c);
  return c;
}

inline Case convTransposeCase(Random& random) {
  const int rank = static_cast<int>(random.pick<int64_t>({1, 2, 2, 3}));
  Axes axes(random, rank, 4);
  for (Axis& a : axes.all) {
    const int64_t full = (a.in - 1) * a.stride + (a.kernel - 1) * a.dilation + 1;
    a.padBegin = std::min(a.padBegin, a.kernel - 1);
    a.out = std::max<int64_t>(1, full - a.padBegin + random.integer(-3, 3));
  }
  const int64_t groups = random.chance(0.3) ? random.integer(2, 4) : 1;
  const int64_t in = groups * (groups > 1 ? random.integer(1, 9) : random.channels());
  const int64_t outGroup = groups > 1 ? random.integer(1, 9) : random.channels();
  const int64_t batch = randomBatch(random);
  const DType dtype = floatType(random);
  Case c;
  c.spec.op = "convTranspose";
  axes.addTo(c.spec);
  c.spec.drop("padEnd").set("groups", number(groups));
  Dims w;
  for (const Axis& axis : axes.all) w.push(axis.kernel);
  w.push(outGroup);
  w.push(in);
  c.spec.in = {desc(dtype, axes.dims(&Axis::in, batch, in)), desc(dtype, w)};
  if (random.chance(0.6)) c.spec.in.push_back(desc(dtype, {groups * outGroup}));
  c.constant = randomConstants(random, c.spec.in.size());
  c.spec.out = {desc(dtype, axes.dims(&Axis::out, batch, groups * outGroup))};
  c.terms = axes.kernelSize() * number(in / groups) + 1;
  addActivation(random, c);
  return c;
}

inline Case poolCase(Random& random) {
  Axes axes(random, static_cast<int>(random.pick<int64_t>({1, 2, 2, 2, 3})), 5);
  if (random.chance(0.25)) {  // a large window, whatever else; along W it may meet the padding at both ends
    Axis& w = axes.all.back();
    w.kernel = random.integer(6, 40);
    w.padBegin = random.integer(0, w.kernel - 1), w.padEnd = random.integer(0, w.kernel - 1);
    w.in = random.integer(1, 60) + (w.kernel - 1) * w.dilation;
    w.out = (w.in + w.padBegin + w.padEnd - (w.kernel - 1) * w.dilation - 1) / w.stride + 1;
  }
  for (Axis& a : axes.all) {
    // Ceil mode: another window as long as it starts inside the padded input.
    if (random.chance(0.3) && a.out * a.stride < a.in + a.padBegin + a.padEnd) ++a.out;
  }
  const bool isMax = random.chance(0.5);
  const DType dtype = floatType(random);
  const int64_t batch = randomBatch(random), channels = random.channels();
  Case c;
  c.spec.op = "pool";
  axes.addTo(c.spec);
  c.spec.set("window", axes.list(&Axis::kernel)).set("mode", word(isMax ? "max" : "avg"));
  c.spec.set("countIncludePad", random.chance(0.5));
  c.spec.in = {desc(dtype, axes.dims(&Axis::in, batch, channels))};
  c.spec.out = {desc(dtype, axes.dims(&Axis::out, batch, channels))};
  c.constant = {false};
  c.terms = isMax ? 0 : axes.kernelSize();
  if (isMax) {
    // Ties, and sometimes a NaN.
    c.value = [](Random& r, size_t) { return r.chance(0.01) ? std::nan("") : number(r.integer(-9, 9)); };
    Spec indexed = c.spec;
    indexed.out.push_back(desc(DType::kInt32, c.spec.out[0].dims));
    try {
      if (random.chance(0.4)) indexed.make(), c.spec = indexed;
    } catch (const Error&) {  // a window of padding alone: without indices, then
    }
  }
  return c;
}

inline Case adaptivePoolCase(Random& random) {
  const int rank = static_cast<int>(random.integer(1, 3));
  const bool isMax = random.chance(0.5);
  const DType dtype = floatType(random);
  Dims x{randomBatch(random)}, y = x;
  double window = 1;
  for (int i = 0; i < rank; ++i) {
    x.push(random.integer(1, 12));
    y.push(random.integer(1, 9));
    window *= number(x.back() / y.back() + 2);
  }
  const int64_t channels = random.channels();
  x.push(channels);
  y.push(channels);
  Case c;
  c.spec = {"adaptivePool", {{"mode", word(isMax ? "max" : "avg")}}, {desc(dtype, x)}, {desc(dtype, y)}};
  c.constant = {false};
  c.terms = isMax ? 0 : window;
  if (isMax)
    c.value = [](Random& r, size_t) { return r.chance(0.01) ? std::nan("") : number(r.integer(-9, 9)); };
  if (isMax && random.chance(0.4)) c.spec.out.push_back(desc(DType::kInt32, y));
  return c;
}

}  // namespace lw::test
