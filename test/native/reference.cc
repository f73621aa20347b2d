// The reference backend against numbers computed by hand.
#include <cmath>
#include <limits>

#include "harness.h"
#include "run_op.h"

using namespace lw;
using namespace lw::test;

namespace {

using Numbers = std::vector<double>;
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
const auto kF = DType::kFloat32;
const auto kI = DType::kInt32;
const auto kL = DType::kInt64;
const auto kU = DType::kUInt8;
const auto kB = DType::kBool;

std::string word(const char* text) { return text; }

/// Equal within a few roundings of float32; NaN equals NaN.
bool same(const Numbers& got, const Numbers& expected) {
  bool equal = got.size() == expected.size();
  for (size_t i = 0; equal && i < got.size(); ++i) {
    const bool close = std::abs(got[i] - expected[i]) <= 1e-6 * (1 + std::abs(expected[i]));
    equal = got[i] == expected[i] || close || (std::isnan(got[i]) && std::isnan(expected[i]));
  }
  if (!equal) {
    for (double value : got) std::printf("%.9g ", value);
    std::printf("<- got\n");
  }
  return equal;
}

Spec window(const char* op, TensorDesc x, TensorDesc y) {
  const List ones(static_cast<size_t>(x.dims.rank() - 2), 1),
      zeros(static_cast<size_t>(x.dims.rank() - 2), 0);
  return {op, {{"strides", ones}, {"dilations", ones}, {"padBegin", zeros}, {"padEnd", zeros}}, {x}, {y}};
}
Spec conv(std::vector<TensorDesc> in, TensorDesc y, double groups = 1) {
  Spec spec = window("conv", in[0], y).set("groups", groups);
  spec.in = std::move(in);
  return spec;
}
Spec pool(const char* mode, double size, Dims x, Dims y) {
  return window("pool", f32(x), f32(y)).set("mode", word(mode)).set("window", List{size});
}
Numbers unary(const char* fn, DType dtype, const Numbers& x, double alpha = 0, double beta = 0) {
  const TensorDesc d = desc(dtype, {static_cast<int64_t>(x.size())});
  return evaluate({"unary", {{"fn", word(fn)}, {"alpha", alpha}, {"beta", beta}}, {d}, {d}}, {x});
}
Numbers binary(const char* fn, DType dtype, DType out, const Numbers& a, const Numbers& b) {
  const auto of = [](DType type, const Numbers& x) { return desc(type, {static_cast<int64_t>(x.size())}); };
  return evaluate({"binary", {{"fn", word(fn)}}, {of(dtype, a), of(dtype, b)}, {of(out, a)}}, {a, b});
}
Numbers cast(DType from, DType to, const Numbers& x) {
  const Dims dims{static_cast<int64_t>(x.size())};
  return evaluate({"cast", {}, {desc(from, dims)}, {desc(to, dims)}}, {x});
}

}  // namespace

TEST("conv: padding, stride, dilation, bias, activation") {
  const Numbers x{1, 2, 3, 4, 5}, w{1, 10, 100};
  const TensorDesc w3 = f32({3, 1, 1});
  EXPECT(same(evaluate(conv({f32({1, 5, 1}), w3}, f32({1, 3, 1})), {x, w}), {321, 432, 543}));
  EXPECT(same(evaluate(conv({f32({1, 5, 1}), w3}, f32({1, 3, 1}))
                           .set("padBegin", List{1})
                           .set("padEnd", List{1})
                           .set("strides", List{2}),
                       {x, w}),
              {210, 432, 54}));
  EXPECT(same(evaluate(conv({f32({1, 5, 1}), w3}, f32({1, 1, 1})).set("dilations", List{2}), {x, w}), {531}));
  EXPECT(same(evaluate(conv({f32({1, 5, 1}), w3, f32({1})}, f32({1, 3, 1})).set("activation", word("relu6")),
                       {x, w, {-430}}),
              {0, 2, 6}));
}

TEST("conv: two dimensions, channels and groups") {
  // x[h][w] = 1 2 / 3 4 in channel 0, ten times that in channel 1.
  const Numbers x{1, 10, 2, 20, 3, 30, 4, 40};
  const Numbers w{1, 1, 1, 1, 1, 1, 1, 1};
  EXPECT(same(evaluate(conv({f32({1, 2, 2, 2}), f32({2, 2, 2, 1})}, f32({1, 1, 1, 1})), {x, w}), {110}));
  // Depthwise with a multiplier of 2: output channel c * 2 + m.
  EXPECT(same(evaluate(conv({f32({1, 2, 2, 2}), f32({1, 1, 1, 4})}, f32({1, 2, 2, 4}), 2), {x, {1, 2, 3, 4}}),
              {1, 2, 30, 40, 2, 4, 60, 80, 3, 6, 90, 120, 4, 8, 120, 160}));
}

TEST("conv: a residual comes last and before the activation") {
  Op op =
      conv({f32({1, 2, 1}), f32({1, 1, 1}), f32({1})}, f32({1, 2, 1})).set("activation", word("relu")).make();
  std::get<ConvParams>(op.params).hasResidual = true;
  op.in.push_back(f32({1, 2, 1}));
  float x[] = {1, 2}, w[] = {3}, bias[] = {1}, residual[] = {-10, 10}, y[] = {9, 9};
  const View in[] = {{x, kF, {1, 2, 1}}, {w, kF, {1, 1, 1}}, {bias, kF, {1}}, {residual, kF, {1, 2, 1}}};
  const View out[] = {{y, kF, {1, 2, 1}}};
  OneThread context(1, false);
  referenceBackend().prepare(op, PrepareContext{})->run(context, in, out);
  EXPECT(y[0] == 0 && y[1] == 17);
}

TEST("weights may go away after prepare, and the batch may be a slice") {
  const Op op = conv({f32({3, 2, 1}), f32({1, 1, 1})}, f32({3, 2, 1})).make();
  std::unique_ptr<Prepared> prepared;
  TestStore store;
  {
    std::vector<Operand> in;
    for (const TensorDesc& d : op.in) in.emplace_back(d, Guarded::At::kEnd);
    in[1].put(0, 5);
    prepared = prepareOn(referenceBackend(), op, in, {false, true}, store);
  }
  float x[] = {1, 2}, y[] = {0, 0};
  const View in[] = {{x, kF, {1, 2, 1}}, {nullptr, kF, {1, 1, 1}}};
  const View out[] = {{y, kF, {1, 2, 1}}};
  OneThread context(1, false);
  prepared->run(context, in, out);
  EXPECT(y[0] == 5 && y[1] == 10);
  EXPECT(std::string(prepared->algorithm()) == "reference");
}

TEST("convTranspose: scatter, crop and what nothing reaches") {
  const auto spec = [](Dims y, double stride, double crop) {
    Spec s = window("convTranspose", f32({1, 2, 1}), f32(y))
                 .set("strides", List{stride})
                 .set("padBegin", List{crop})
                 .set("groups", 1.0);
    s.in.push_back(f32({3, 1, 1}));
    s.in.push_back(f32({1}));
    return s;
  };
  const Numbers x{1, 2}, w{1, 10, 100};
  EXPECT(same(evaluate(spec({1, 5, 1}, 2, 0), {x, w, {0}}), {1, 10, 102, 20, 200}));
  EXPECT(same(evaluate(spec({1, 3, 1}, 2, 1), {x, w, {0.5}}), {10.5, 102.5, 20.5}));
  EXPECT(same(evaluate(spec({1, 8, 1}, 4, 0), {x, w, {7}}), {8, 17, 107, 7, 9, 27, 207, 7}));
}

TEST("pool: clipped windows, divisors, indices and NaN") {
  const Numbers x{1, 5, 2, 4};
  const auto padded = [](Spec s) {
    return s.set("padBegin", List{1}).set("padEnd", List{1}).set("strides", List{2});
  };
  EXPECT(same(evaluate(padded(pool("max", 3, {1, 4, 1}, {1, 2, 1})), {x}), {5, 5}));
  EXPECT(same(evaluate(padded(pool("avg", 3, {1, 4, 1}, {1, 2, 1})), {x}), {3, 11 / 3.0}));
  EXPECT(same(evaluate(padded(pool("avg", 3, {1, 4, 1}, {1, 2, 1})).set("countIncludePad", true), {x}),
              {2, 11 / 3.0}));
  // Ceil mode: the last window starts at the last element, its end is beyond the padding.
  EXPECT(same(evaluate(padded(pool("avg", 3, {1, 4, 1}, {1, 3, 1})).set("countIncludePad", true), {x}),
              {2, 11 / 3.0, 2}));
  Spec indices = padded(pool("max", 3, {1, 4, 1}, {1, 2, 1}));
  indices.out.push_back(desc(kI, {1, 2, 1}));
  EXPECT(same(evaluate(indices, {{3, 3, 3, 3}}, 1), {0, 1}));
  EXPECT(same(evaluate(indices, {{1, kNan, kNan, 4}}, 1), {1, 1}));
  EXPECT(same(evaluate(indices, {{1, kNan, kNan, 4}}, 0), {kNan, kNan}));
}

TEST("pool: windows of padding alone are defined") {
  const auto spec = [](const char* mode) {
    return pool(mode, 1, {1, 1, 1}, {1, 3, 1}).set("padBegin", List{1}).set("padEnd", List{1});
  };
  EXPECT(same(evaluate(spec("max"), {{3}}), {-kInfinity, 3, -kInfinity}));
  EXPECT(same(evaluate(spec("avg"), {{3}}), {0, 3, 0}));
}

TEST("adaptivePool: windows overlap where the sizes do not divide") {
  const auto spec = [](const char* mode, int64_t out) {
    return Spec{"adaptivePool", {{"mode", word(mode)}}, {f32({1, 5, 1})}, {f32({1, out, 1})}};
  };
  EXPECT(same(evaluate(spec("avg", 3), {{1, 2, 3, 4, 5}}), {1.5, 3, 4.5}));
  EXPECT(same(evaluate(spec("max", 7), {{1, 2, 3, 4, 5}}), {1, 2, 3, 3, 4, 5, 5}));
}

TEST("matmul: transposes, broadcast batches, bias, an empty inner dimension") {
  const Numbers a{1, 2, 3, 4, 5, 6}, b{1, 0, 2, 0, 1, 3};
  const auto spec = [](Dims p, Dims q, Dims y) { return Spec{"matmul", {}, {f32(p), f32(q)}, {f32(y)}}; };
  EXPECT(same(evaluate(spec({2, 3}, {3, 2}, {2, 2}), {a, b}), {1 + 4 + 3, 9, 4 + 10 + 6, 18}));
  EXPECT(same(evaluate(spec({3, 2}, {2, 3}, {2, 2}).set("transposeA", true).set("transposeB", true), {a, b}),
              {11, 18, 14, 22}));
  EXPECT(same(evaluate(spec({2, 1, 1, 1}, {3, 1, 1}, {2, 3, 1, 1}), {{2, 3}, {5, 6, 7}}),
              {10, 12, 14, 15, 18, 21}));
  Spec biased = spec({1, 0}, {0, 2}, {1, 2}).set("activation", word("neg"));
  biased.in.push_back(f32({2}));
  EXPECT(same(evaluate(biased, {{}, {}, {3, -4}}), {-3, 4}));
}

TEST("unary: values, NaN and integers") {
  EXPECT(same(unary("round", kF, {0.5, 1.5, 2.5, -0.5, -1.5}), {0, 2, 2, 0, -2}));
  EXPECT(same(unary("sign", kF, {-3, 0, 4, kNan}), {-1, 0, 1, kNan}));
  EXPECT(same(unary("relu", kF, {-3, 4, kNan}), {0, 4, kNan}));
  EXPECT(same(unary("clip", kF, {-3, 0.5, 9, kNan}, -1, 1), {-1, 0.5, 1, kNan}));
  EXPECT(same(unary("threshold", kF, {1, 2, 3}, 2, -7), {-7, -7, 3}));
  EXPECT(same(unary("gelu", kF, {1, -1}), {0.841344746, -0.158655254}));
  EXPECT(same(unary("geluTanh", kF, {1, -1}), {0.841191991, -0.158808009}));
  EXPECT(same(unary("elu", kF, {1, -1}, 2), {1, 2 * std::expm1(-1)}));
  EXPECT(same(unary("selu", kF, {1, -1}), {1.05070099, -1.11133074}));
  EXPECT(same(unary("celu", kF, {2, -1}, 2), {2, 2 * std::expm1(-0.5)}));
  EXPECT(same(unary("hardSigmoid", kF, {-9, 1, 9}, 1 / 6.0, 0.5), {0, 2 / 3.0, 1}));
  EXPECT(same(unary("hardSwish", kF, {-4, 1, 4}), {0, 2 / 3.0, 4}));
  EXPECT(same(unary("softplus", kF, {-200, 0, 200}), {0, std::log(2), 200}));
  EXPECT(same(unary("logSigmoid", kF, {-200, 0}), {-200, -std::log(2)}));
  EXPECT(same(unary("mish", kF, {1}), {0.865098388}));
  EXPECT(same(unary("neg", kI, {1, -2147483648.0}), {-1, -2147483648.0}));
  EXPECT(same(unary("neg", kU, {1, 0}), {255, 0}));
  EXPECT(same(unary("abs", kL, {-7, 7}), {7, 7}));
  EXPECT(same(unary("clip", kU, {0, 9, 200}, -5.5, 99.5), {0, 9, 99}));
  EXPECT(same(unary("clip", kI, {-9, 9}, -kInfinity, 3), {-9, 3}));
}

TEST("binary: floor division, NaN, integers and bools") {
  EXPECT(same(binary("mod", kF, kF, {7, -7, 7, -7}, {3, 3, -3, -3}), {1, 2, -2, -1}));
  EXPECT(same(binary("floorDiv", kF, kF, {7, -7, 1, 1}, {2, 2, 0.1, 0}), {3, -4, 9, kInfinity}));
  EXPECT(same(binary("maximum", kF, kF, {kNan, 1, 2}, {1, kNan, 3}), {kNan, kNan, 3}));
  EXPECT(same(binary("minimum", kF, kF, {kNan, 1, 2}, {1, kNan, 3}), {kNan, kNan, 2}));
  EXPECT(same(binary("prelu", kF, kF, {-2, 2}, {0.5, 0.5}), {-1, 2}));
  EXPECT(same(binary("equal", kF, kB, {kNan, 1}, {kNan, 1}), {0, 1}));
  EXPECT(same(binary("mod", kI, kI, {7, -7, 7, -7, 7}, {3, 3, -3, -3, 0}), {1, 2, -2, -1, 0}));
  EXPECT(same(binary("floorDiv", kI, kI, {7, -7, 7, -8, 7}, {2, 2, -2, 2, 0}), {3, -4, -4, -4, 0}));
  EXPECT(same(binary("div", kI, kI, {7, -7, -2147483648.0}, {2, 2, -1}), {3, -3, -2147483648.0}));
  EXPECT(same(binary("floorDiv", kL, kL, {-0x1p63, -0x1p63}, {-1, 2}), {-0x1p63, -0x1p62}));
  EXPECT(same(binary("pow", kI, kI, {3, 2, -1, 2}, {4, 40, -3, -1}), {81, 0, -1, 0}));
  EXPECT(same(binary("sub", kU, kU, {3}, {5}), {254}));
  EXPECT(same(binary("logicalXor", kB, kB, {0, 1, 7}, {1, 1, 1}), {1, 0, 0}));
  const Spec spread{"binary", {{"fn", word("sub")}}, {f32({2, 1}), f32({3})}, {f32({2, 3})}};
  EXPECT(same(evaluate(spread, {{10, 20}, {1, 2, 3}}), {9, 8, 7, 19, 18, 17}));
}

TEST("select: each operand repeats by itself") {
  const Spec spec{"select", {}, {desc(kB, {2, 1}), f32({3}), f32({})}, {f32({2, 3})}};
  EXPECT(same(evaluate(spec, {{1, 0}, {1, 2, 3}, {9}}), {1, 2, 3, 9, 9, 9}));
}

TEST("reduce: every function, empty rows, ties and NaN") {
  const auto spec = [](const char* fn, DType dtype, DType out, Dims x, double axis) {
    Dims y;
    for (int i = 0; i < x.rank(); ++i)
      if (i != static_cast<int>(axis)) y.push(x[i]);
    return Spec{"reduce",
                {{"fn", word(fn)}, {"axes", List{axis}}, {"keepDims", false}},
                {desc(dtype, x)},
                {desc(out, y)}};
  };
  const auto rows = [&](const char* fn) {
    return evaluate(spec(fn, kF, kF, {2, 3}, 1), {{1, 2, 4, -1, 0, 3}});
  };
  EXPECT(same(rows("sum"), {7, 2}));
  EXPECT(same(rows("mean"), {7 / 3.0, 2 / 3.0}));
  EXPECT(same(rows("max"), {4, 3}));
  EXPECT(same(rows("min"), {1, -1}));
  EXPECT(same(rows("prod"), {8, 0}));
  EXPECT(same(rows("variance"), {14 / 9.0, 26 / 9.0}));
  EXPECT(same(rows("sumSquare"), {21, 10}));
  EXPECT(same(evaluate(spec("sum", kF, kF, {2, 3}, 0), {{1, 2, 4, -1, 0, 3}}), {0, 2, 7}));
  EXPECT(same(evaluate(spec("argMax", kF, kI, {2, 3}, 1), {{1, 4, 4, 1, kNan, 9}}), {1, 1}));
  EXPECT(same(evaluate(spec("argMin", kI, kI, {1, 4}, 1), {{3, -2, 7, -2}}), {1}));
  EXPECT(same(evaluate(spec("max", kF, kF, {1, 3}, 1), {{1, kNan, 9}}), {kNan}));
  EXPECT(same(evaluate(spec("sum", kI, kI, {2}, 0), {{2147483647.0, 1}}), {-2147483648.0}));
  EXPECT(same(evaluate(spec("prod", kU, kU, {2}, 0), {{16, 17}}), {16}));
  EXPECT(same(evaluate(spec("any", kB, kB, {2, 2}, 1), {{0, 0, 0, 1}}), {0, 1}));
  EXPECT(same(evaluate(spec("all", kF, kB, {2, 2}, 1), {{2, 0, kNan, 1}}), {0, 1}));
  EXPECT(same(evaluate(spec("sum", kF, kF, {2, 0}, 1), {{}}), {0, 0}));
  EXPECT(same(evaluate(spec("mean", kF, kF, {1, 0}, 1), {{}}), {kNan}));
  EXPECT(same(evaluate(spec("all", kF, kB, {1, 0}, 1), {{}}), {1}));
}

TEST("softmax, normalize and scaleShift") {
  const Spec softmax{"softmax", {{"axis", 0.0}}, {f32({2, 2})}, {f32({2, 2})}};
  const double e = std::exp(1);
  EXPECT(same(evaluate(softmax, {{1000, 0, 1001, 0}}), {1 / (1 + e), 0.5, e / (1 + e), 0.5}));
  EXPECT(same(evaluate(Spec(softmax).set("log", true), {{0, 0, 1, 0}}),
              {-std::log(1 + e), -std::log(2), 1 - std::log(1 + e), -std::log(2)}));
  const Spec normalize{
      "normalize", {{"axes", List{1}}, {"epsilon", 0.0}, {"center", true}}, {f32({1, 4})}, {f32({1, 4})}};
  EXPECT(same(evaluate(normalize, {{1, 1, 3, 3}}), {-1, -1, 1, 1}));
  EXPECT(same(evaluate(Spec(normalize).set("center", false).set("epsilon", 3.0), {{1, 1, 1, 1}}),
              {0.5, 0.5, 0.5, 0.5}));
  const Spec scale{"scaleShift", {{"axis", 1.0}}, {f32({1, 2, 2}), f32({2}), f32({2})}, {f32({1, 2, 2})}};
  EXPECT(same(evaluate(scale, {{1, 2, 3, 4}, {10, 100}, {1, 2}}), {11, 21, 302, 402}));
}

TEST("copy and concat") {
  const Spec flip{
      "copy", {{"offset", 5.0}, {"strides", List{-3, 0, -1}}}, {desc(kL, {2, 3})}, {desc(kL, {2, 2, 3})}};
  EXPECT(same(evaluate(flip, {{0, 1, 2, 3, 4, 5}}), {5, 4, 3, 5, 4, 3, 2, 1, 0, 2, 1, 0}));
  const Spec scalar{"copy", {{"offset", 2.0}, {"strides", List{}}}, {desc(kU, {3})}, {desc(kU, {})}};
  EXPECT(same(evaluate(scalar, {{7, 8, 9}}), {9}));
  const Spec concat{
      "concat", {{"axis", 1.0}}, {desc(kI, {2, 1}), desc(kI, {2, 0}), desc(kI, {2, 2})}, {desc(kI, {2, 3})}};
  EXPECT(same(evaluate(concat, {{1, 4}, {}, {2, 3, 5, 6}}), {1, 2, 3, 4, 5, 6}));
}

TEST("pad: every mode") {
  const auto spec = [](const char* mode) {
    return Spec{"pad",
                {{"padBegin", List{2}}, {"padEnd", List{1}}, {"mode", word(mode)}, {"value", -1.0}},
                {f32({3})},
                {f32({6})}};
  };
  EXPECT(same(evaluate(spec("constant"), {{1, 2, 3}}), {-1, -1, 1, 2, 3, -1}));
  EXPECT(same(evaluate(spec("reflect"), {{1, 2, 3}}), {3, 2, 1, 2, 3, 2}));
  EXPECT(same(evaluate(spec("symmetric"), {{1, 2, 3}}), {2, 1, 1, 2, 3, 3}));
  EXPECT(same(evaluate(spec("edge"), {{1, 2, 3}}), {1, 1, 1, 2, 3, 3}));
  EXPECT(same(evaluate(spec("wrap"), {{1, 2, 3}}), {2, 3, 1, 2, 3, 1}));
}

TEST("gather: negative indices wrap once, others are an error at run") {
  const Spec spec{"gather", {{"axis", 1.0}}, {f32({2, 3}), desc(kI, {2})}, {f32({2, 2})}};
  EXPECT(same(evaluate(spec, {{1, 2, 3, 4, 5, 6}, {-1, 0}}), {3, 1, 6, 4}));
  EXPECT_ERROR(Code::kArgument, "gather: the index is out of range. Received index=3, extent=3",
               evaluate(spec, {{1, 2, 3, 4, 5, 6}, {0, 3}}));
  EXPECT_ERROR(Code::kArgument, "index=-4", evaluate(spec, {{1, 2, 3, 4, 5, 6}, {-4, 0}}));
}

TEST("cast: truncates, saturates, wraps; bool is 0 or 1") {
  EXPECT(same(cast(kF, kI, {1.9, -1.9, 1e20, -1e20, kNan}), {1, -1, 2147483647.0, -2147483648.0, 0}));
  EXPECT(same(cast(kF, kU, {255.9, 300, -1, kInfinity}), {255, 255, 0, 255}));
  EXPECT(same(cast(kF, kL, {1e30, -1e30}), {0x1p63, -0x1p63}));
  EXPECT(same(cast(kI, kU, {257, -1}), {1, 255}));
  EXPECT(same(cast(kF, kB, {0, -0.0, 0.5, kNan}), {0, 0, 1, 1}));
  EXPECT(same(cast(kB, kF, {0, 1, 7}), {0, 1, 1}));
  const Spec reshape{"reshape", {}, {f32({2, 2})}, {f32({4})}};
  EXPECT(same(evaluate(reshape, {{1, 2, 3, 4}}), {1, 2, 3, 4}));
}

int main() { return lw::test::runAll(); }
