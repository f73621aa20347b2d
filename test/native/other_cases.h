#pragma once

#include <algorithm>
#include <limits>

#include "random_case.h"

/// Random nodes of every op without windows.
namespace lw::test {

inline Case matmulCase(Random& random) {
  const bool tiny = random.chance(0.3);
  const auto extent = [&] {
    return tiny                  ? random.integer(1, 9)
           : random.chance(0.03) ? int64_t{0}
                                 : random.channels() + random.integer(0, 30);
  };
  const int64_t M = random.chance(0.25) ? random.integer(1, 3) : extent(),
                N = random.chance(0.1) ? 1 : extent();
  const int64_t K = random.chance(0.1) ? random.integer(200, 2000) : extent();
  const bool transposeA = random.chance(0.3), transposeB = random.chance(0.3);
  const DType dtype = floatType(random);
  Dims a, b, y;
  const int64_t batchA = random.integer(0, 2), batchB = random.chance(0.5) ? batchA : random.integer(0, 2);
  const int64_t rank = std::max(batchA, batchB);
  for (int64_t i = 0; i < rank; ++i) {
    const bool inA = i >= rank - batchA, inB = i >= rank - batchB;
    const int64_t size = random.integer(1, tiny ? 7 : 3);
    const bool oneA = random.chance(0.2), oneB = !oneA && random.chance(0.2);
    if (inA) a.push(oneA ? 1 : size);
    if (inB) b.push(oneB ? 1 : size);
    y.push((inA && !oneA) || (inB && !oneB) ? size : 1);
  }
  a.push(transposeA ? K : M), a.push(transposeA ? M : K);
  b.push(transposeB ? N : K), b.push(transposeB ? K : N);
  y.push(M), y.push(N);
  Case c;
  c.spec = {"matmul",
            {{"transposeA", transposeA}, {"transposeB", transposeB}},
            {desc(dtype, a), desc(dtype, b)},
            {desc(dtype, y)}};
  c.constant = {false, random.chance(0.5)};
  if (random.chance(0.5)) c.spec.in.push_back(desc(dtype, {N})), c.constant.push_back(c.constant[1]);
  c.terms = number(K) + 1;
  addActivation(random, c);
  return c;
}

inline Case unaryCase(Random& random) {
  const UnaryFn fn = static_cast<UnaryFn>(random.integer(0, static_cast<int64_t>(UnaryFn::kHardTanh)));
  const bool forInts = fn == UnaryFn::kIdentity || fn == UnaryFn::kNeg || fn == UnaryFn::kAbs ||
                       fn == UnaryFn::kSign || fn == UnaryFn::kRelu || fn == UnaryFn::kClip;
  DType dtype = forInts ? anyType(random) : floatType(random);
  if (dtype == DType::kBool) dtype = DType::kUInt8;
  const TensorDesc x = desc(dtype, randomDims(random, 0, 3, 23));
  Case c;
  c.spec = {"unary", {{"fn", word(unaryFnName(fn))}, {"alpha", 0.3}, {"beta", 0.8}}, {x}, {x}};
  c.constant = {false};
  c.scale = 4;  // of the arguments: 1 + erf and the like lose what the argument has
  if (isFloat(dtype)) {
    c.value = [](Random& r, size_t) {
      if (r.chance(0.02)) return r.pick<double>({0.0, -0.0, std::nan(""), 30.0, -30.0, 1e-30});
      return r.uniform(-4, 4);
    };
  } else {
    c.value = smallValues(dtype);
  }
  return c;
}

/// `count` shapes that broadcast to the first result.
inline std::vector<Dims> broadcastShapes(Random& random, size_t count) {
  const Dims y = randomDims(random, 0, 4, 19);
  std::vector<Dims> result{y};
  for (size_t i = 0; i < count; ++i) {
    // One operand keeps the whole shape, so that it is the broadcast of all.
    const bool whole = i == 0 || random.chance(0.3);
    const int drop = whole ? 0 : static_cast<int>(random.integer(0, y.rank()));
    Dims shape;
    for (int axis = drop; axis < y.rank(); ++axis) shape.push(!whole && random.chance(0.3) ? 1 : y[axis]);
    result.push_back(shape);
  }
  if (count > 1 && random.chance(0.3)) std::swap(result[1], result[count]);
  return result;
}

inline Case binaryCase(Random& random) {
  const char* names[] = {"add",       "sub",     "mul",          "div",        "pow",
                         "maximum",   "minimum", "mod",          "floorDiv",   "squaredDifference",
                         "atan2",     "prelu",   "equal",        "notEqual",   "less",
                         "lessEqual", "greater", "greaterEqual", "logicalAnd", "logicalOr",
                         "logicalXor"};
  while (true) {
    const int64_t fn = random.integer(0, 20);
    const DType dtype = random.chance(0.5) ? DType::kFloat32 : anyType(random);
    const std::vector<Dims> shapes = broadcastShapes(random, 2);
    Case c;
    c.spec = {"binary",
              {{"fn", word(names[fn])}},
              {desc(dtype, shapes[1]), desc(dtype, shapes[2])},
              {desc(fn >= static_cast<int64_t>(BinaryFn::kEqual) ? DType::kBool : dtype, shapes[0])}};
    c.constant = {false, random.chance(0.3)};
    c.terms = 0;
    c.value = smallValues(dtype);
    try {
      c.make();
      return c;
    } catch (const Error& error) {
      if (error.code() != Code::kDType) throw;  // a function that this dtype does not have: another one
    }
  }
}

inline Case selectCase(Random& random) {
  const DType dtype = anyType(random);
  const std::vector<Dims> shapes = broadcastShapes(random, 3);
  Case c;
  c.spec = {"select",
            {},
            {desc(DType::kBool, shapes[1]), desc(dtype, shapes[2]), desc(dtype, shapes[3])},
            {desc(dtype, shapes[0])}};
  c.constant = {false, false, random.chance(0.3)};
  c.value = [dtype](Random& r, size_t input) {
    return input == 0 ? number(r.integer(0, 1)) : smallValues(dtype)(r, input);
  };
  return c;
}

inline Case reduceCase(Random& random) {
  const char* names[] = {"sum",       "mean",   "max",    "min", "prod", "variance",
                         "sumSquare", "argMax", "argMin", "any", "all"};
  while (true) {
    const int64_t fn = random.integer(0, 10);
    const bool isArg = fn == 7 || fn == 8, isLogical = fn >= 9;
    const DType dtype = random.chance(0.6) ? DType::kFloat32 : anyType(random);
    Dims x = randomDims(random, 1, 4, random.pick<int64_t>({5, 9, 19}));
    // Long rows, many columns, and many short rows or columns side by side.
    const int longAxis = static_cast<int>(random.integer(0, x.rank() - 1));
    if (random.chance(0.2) && x.product(0, x.rank()) <= 500 * x[longAxis])
      x[longAxis] = random.integer(20, random.chance(0.2) ? 3000 : 300);
    const bool keepDims = random.chance(0.5);
    const int64_t only = random.integer(0, x.rank() - 1);
    List axes;
    Dims y;
    double count = 1;
    for (int i = 0; i < x.rank(); ++i) {
      const bool reduced = isArg ? i == only : random.chance(0.5);
      if (reduced) axes.push_back(i), count *= number(x[i]);
      if (!reduced || keepDims) y.push(reduced ? 1 : x[i]);
    }
    Case c;
    c.spec = {"reduce",
              {{"fn", word(names[fn])}, {"axes", axes}, {"keepDims", keepDims}},
              {desc(dtype, x)},
              {desc(isArg       ? DType::kInt32
                    : isLogical ? DType::kBool
                                : dtype,
                    y)}};
    c.constant = {false};
    c.terms = fn == 2 || fn == 3 ? 0 : count;
    c.scale = fn == 5 ? 4 : 1;
    const bool sums = isFloat(dtype) && !isArg && fn != 2 && fn != 3 && !isLogical;
    if (!sums) c.value = smallValues(dtype);
    if (isFloat(dtype) && !sums)
      c.value = [dtype](Random& r, size_t i) {
        return r.chance(0.01) ? std::nan("") : smallValues(dtype)(r, i);
      };
    try {
      c.make();
      return c;
    } catch (const Error&) {  // a dtype that it does not take, or an extreme of nothing
    }
  }
}

inline Case softmaxCase(Random& random) {
  Dims x = randomDims(random, 1, 4, 17);
  const int64_t axis = random.integer(0, x.rank() - 1);
  if (random.chance(0.1)) x[static_cast<int>(axis)] = 1000;
  const DType dtype = floatType(random);
  Case c;
  c.spec = {
      "softmax", {{"axis", number(axis)}, {"log", random.chance(0.4)}}, {desc(dtype, x)}, {desc(dtype, x)}};
  c.constant = {false};
  c.terms = number(x[static_cast<int>(axis)]);
  c.scale = 8;
  c.value = [](Random& r, size_t) { return r.uniform(-6, 6); };
  return c;
}

inline Case normalizeCase(Random& random) {
  const Dims x = randomDims(random, 1, 4, 17);
  List axes;
  double count = 1;
  for (int i = 0; i < x.rank(); ++i)
    if (random.chance(0.5)) axes.push_back(i), count *= number(x[i]);
  if (axes.empty()) axes = {number(x.rank() - 1)}, count = number(x.back());
  const DType dtype = floatType(random);
  Case c;
  c.spec = {"normalize",
            {{"axes", axes}, {"epsilon", 1e-3}, {"center", random.chance(0.6)}},
            {desc(dtype, x)},
            {desc(dtype, x)}};
  c.constant = {false};
  c.terms = count;
  c.scale = 32;  // 1 / sqrt(epsilon)
  return c;
}

inline Case scaleShiftCase(Random& random) {
  const Dims x = randomDims(random, 1, 4, 17);
  const int64_t axis = random.chance(0.6) ? x.rank() - 1 : random.integer(0, x.rank() - 1);
  const TensorDesc v = desc(floatType(random), {x[static_cast<int>(axis)]});
  Case c;
  c.spec = {"scaleShift", {{"axis", number(axis)}}, {desc(v.dtype, x), v, v}, {desc(v.dtype, x)}};
  const bool weights = random.chance(0.6);
  c.constant = {false, weights, weights};
  return c;
}

inline Case copyCase(Random& random) {
  const DType dtype = anyType(random);
  const Dims x = randomDims(random, 1, 4, 13);
  const Dims strides = x.strides();
  // Axes in another order, some flipped, some cut, some repeated.
  std::vector<int> order;
  for (int i = 0; i < x.rank(); ++i) order.push_back(i);
  if (random.chance(0.7))
    for (size_t i = order.size(); i > 1; --i)
      std::swap(order[i - 1], order[static_cast<size_t>(random.integer(0, static_cast<int64_t>(i) - 1))]);
  Dims y;
  List steps;
  int64_t offset = 0;
  for (int axis : order) {
    if (random.chance(0.15)) y.push(random.integer(1, 3)), steps.push_back(0);
    const int64_t step = random.pick<int64_t>({1, 1, 1, -1, 2, -2, 3});
    const int64_t from = x[axis] > 0 ? random.integer(0, random.chance(0.5) ? 0 : x[axis] - 1) : 0;
    const int64_t count = x[axis] > 0 ? (x[axis] - from - 1) / std::abs(step) + 1 : 0;
    y.push(count);
    steps.push_back(number(step * strides[axis]));
    offset += (step > 0 || count == 0 ? from : from + (count - 1) * -step) * strides[axis];
  }
  Case c;
  c.spec = {"copy", {{"offset", number(offset)}, {"strides", steps}}, {desc(dtype, x)}, {desc(dtype, y)}};
  c.constant = {false};
  c.value = smallValues(dtype);
  return c;
}

inline Case concatCase(Random& random) {
  const DType dtype = anyType(random);
  const Dims x = randomDims(random, 1, 4, 13);
  const int axis = static_cast<int>(random.integer(0, x.rank() - 1));
  Case c;
  c.spec.op = "concat";
  c.spec.set("axis", number(axis));
  Dims y = x;
  y[axis] = 0;
  for (int64_t i = random.integer(1, 5); i > 0; --i) {
    Dims part = x;
    part[axis] = random.integer(0, 20);
    y[axis] += part[axis];
    c.spec.in.push_back(desc(dtype, part));
  }
  c.spec.out = {desc(dtype, y)};
  c.constant.assign(c.spec.in.size(), false);
  if (c.constant.size() > 1) c.constant[1] = random.chance(0.2);
  c.value = smallValues(dtype);
  return c;
}

inline Case padCase(Random& random) {
  const DType dtype = anyType(random);
  const std::string mode =
      random.pick<std::string>({"constant", "constant", "reflect", "symmetric", "edge", "wrap"});
  const Dims x = randomDims(random, 1, 4, 11);
  Dims y = x;
  List begin, end;
  for (int i = 0; i < x.rank(); ++i) {
    int64_t most = mode == "reflect" ? x[i] - 1 : mode == "constant" ? 5 : std::min<int64_t>(x[i], 5);
    if (random.chance(0.4) || most < 0) most = 0;
    const int64_t p = random.integer(0, most), q = random.integer(0, most);
    begin.push_back(number(p));
    end.push_back(number(q));
    y[i] += p + q;
  }
  Case c;
  c.spec = {"pad",
            {{"padBegin", begin}, {"padEnd", end}, {"mode", mode}, {"value", 1.0}},
            {desc(dtype, x)},
            {desc(dtype, y)}};
  c.constant = {false};
  c.value = smallValues(dtype);
  return c;
}

inline Case gatherCase(Random& random) {
  const DType dtype = anyType(random);
  Dims x = randomDims(random, 1, 3, 13);
  const int axis = static_cast<int>(random.integer(0, x.rank() - 1));
  x[axis] = std::max<int64_t>(x[axis], 1);
  const Dims indices = randomDims(random, 0, 2, 9);
  Dims y;
  for (int i = 0; i < axis; ++i) y.push(x[i]);
  for (int64_t extent : indices) y.push(extent);
  for (int i = axis + 1; i < x.rank(); ++i) y.push(x[i]);
  Case c;
  c.spec = {"gather",
            {{"axis", number(axis)}},
            {desc(dtype, x), desc(random.pick({DType::kInt32, DType::kInt64}), indices)},
            {desc(dtype, y)}};
  c.constant = {false, random.chance(0.4)};
  const int64_t n = x[axis];
  c.value = [dtype, n](Random& r, size_t input) {
    return input == 1 ? number(r.integer(-n, n - 1)) : smallValues(dtype)(r, input);
  };
  return c;
}

inline Case castCase(Random& random) {
  const DType from = anyType(random), to = anyType(random);
  const Dims x = randomDims(random, 0, 3, 17);
  Case c;
  c.spec = {"cast", {}, {desc(from, x)}, {desc(to, x)}};
  c.constant = {false};
  c.value = [from](Random& r, size_t input) {
    if (isFloat(from) && r.chance(0.2))
      return r.pick<double>({std::nan(""), 1e30, -1e30, 255.7, -0.7, 2147483648.0, -2147483904.0});
    if (from == DType::kInt32 || from == DType::kInt64) return number(r.integer(-100000, 100000));
    return smallValues(from)(r, input);
  };
  return c;
}

}  // namespace lw::test
