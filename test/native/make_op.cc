// What broke other runtimes, and what a caller that goes around the TypeScript checks could send.
#include <cmath>
#include <limits>

#include "harness.h"
#include "spec.h"

using namespace lw;
using namespace lw::test;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kHuge = 1099511627776.0;  // 2^40
const auto kShape = Code::kShape;
const auto kArgument = Code::kArgument;
const auto kDType = Code::kDType;

Spec conv() {
  return {"conv",
          {{"strides", List{2, 1}},
           {"dilations", List{1, 2}},
           {"padBegin", List{1, 0}},
           {"padEnd", List{0, 1}},
           {"groups", 2.0}},
          {f32({3, 8, 9, 4}), f32({3, 3, 2, 6}), f32({6})},
          {f32({3, 4, 6, 6})}};
}
Spec convTranspose() {
  return {"convTranspose",
          {{"strides", List{2}}, {"dilations", List{1}}, {"padBegin", List{1}}, {"groups", 2.0}},
          {f32({3, 5, 4}), f32({3, 3, 4}), f32({6})},
          {f32({3, 10, 6})}};
}
Spec pool() {
  return {"pool",
          {{"mode", std::string("max")},
           {"window", List{3, 3}},
           {"strides", List{2, 2}},
           {"dilations", List{1, 1}},
           {"padBegin", List{1, 1}},
           {"padEnd", List{1, 1}},
           {"countIncludePad", false}},
          {f32({2, 8, 8, 3})},
          {f32({2, 5, 4, 3}), desc(DType::kInt32, {2, 5, 4, 3})}};
}
Spec adaptivePool() {
  return {"adaptivePool", {{"mode", std::string("avg")}}, {f32({2, 8, 8, 3})}, {f32({2, 11, 3, 3})}};
}
Spec matmul() {
  return {"matmul",
          {{"transposeA", false}, {"transposeB", true}},
          {f32({5, 1, 2, 3}), f32({4, 7, 3}), f32({7})},
          {f32({5, 4, 2, 7})}};
}
Spec unary() { return {"unary", {{"fn", std::string("exp")}}, {f32({2, 3})}, {f32({2, 3})}}; }
Spec binary() {
  return {"binary", {{"fn", std::string("add")}}, {f32({2, 1, 3}), f32({4, 1})}, {f32({2, 4, 3})}};
}
Spec select() {
  return {"select", {}, {desc(DType::kBool, {4, 1}), f32({3}), f32({2, 1, 1})}, {f32({2, 4, 3})}};
}
Spec reduce() {
  return {"reduce",
          {{"fn", std::string("max")}, {"axes", List{0, 2}}, {"keepDims", false}},
          {f32({2, 3, 4})},
          {f32({3})}};
}
Spec softmax() { return {"softmax", {{"axis", 1.0}, {"log", false}}, {f32({2, 3})}, {f32({2, 3})}}; }
Spec normalize() {
  return {
      "normalize", {{"axes", List{1}}, {"epsilon", 1e-3}, {"center", true}}, {f32({2, 3})}, {f32({2, 3})}};
}
Spec scaleShift() {
  return {"scaleShift", {{"axis", 1.0}}, {f32({2, 3}), f32({3}), f32({3})}, {f32({2, 3})}};
}
Spec copy() {
  return {"copy", {{"offset", 5.0}, {"strides", List{-3, 0, -1}}}, {f32({2, 3})}, {f32({2, 7, 3})}};
}
Spec concat() { return {"concat", {{"axis", 1.0}}, {f32({2, 3}), f32({2, 0}), f32({2, 5})}, {f32({2, 8})}}; }
Spec pad() {
  return {
      "pad",
      {{"padBegin", List{0, 2}}, {"padEnd", List{0, 1}}, {"mode", std::string("reflect")}, {"value", 0.0}},
      {f32({2, 3})},
      {f32({2, 6})}};
}
Spec gather() {
  return {"gather", {{"axis", 1.0}}, {f32({2, 3, 4}), desc(DType::kInt64, {5, 6})}, {f32({2, 5, 6, 4})}};
}
Spec cast() { return {"cast", {}, {f32({2, 3})}, {desc(DType::kUInt8, {2, 3})}}; }
Spec reshape() { return {"reshape", {}, {f32({2, 3})}, {f32({6, 1})}}; }

std::vector<Spec> allValid() {
  return {conv(),   convTranspose(), pool(),   adaptivePool(), matmul(),    unary(),
          binary(), select(),        reduce(), softmax(),      normalize(), scaleShift(),
          copy(),   concat(),        pad(),    gather(),       cast(),      reshape()};
}

void refuse(int line, Code code, const std::string& fragment, const Spec& spec) {
  expectErrorAt("make_op.cc", line, code, fragment, [&] { spec.make(); });
  expectErrorAt("make_op.cc", line, code, spec.op + ": ", [&] { spec.make(); });
}
#define REFUSE(code, fragment, ...) refuse(__LINE__, code, fragment, __VA_ARGS__)
#define ACCEPT(...) lw::test::expectAt(__FILE__, __LINE__, accepts(__VA_ARGS__), "refused: " #__VA_ARGS__)
bool accepts(const Spec& spec) {
  spec.make();
  return true;
}

/// The spec with one description replaced.
Spec withIn(Spec spec, size_t i, TensorDesc value) { return spec.in[i] = value, spec; }
Spec withOut(Spec spec, size_t i, TensorDesc value) { return spec.out[i] = value, spec; }

}  // namespace

TEST("the valid specs are accepted") {
  for (const Spec& spec : allValid()) ACCEPT(spec);
}

TEST("operands that are missing or too many are refused by every op") {
  for (Spec spec : allValid()) {
    Spec none = spec;
    none.in.clear();
    REFUSE(kArgument, "inputs", none);
    Spec noOutput = spec;
    noOutput.out.clear();
    REFUSE(kArgument, "outputs", noOutput);
    Spec many = spec;
    many.out.resize(3, spec.out[0]);
    REFUSE(kArgument, "outputs", many);
    if (spec.op == "concat") continue;
    Spec manyIn = spec;
    manyIn.in.resize(5, spec.in[0]);
    REFUSE(kArgument, "inputs", manyIn);
  }
  EXPECT_ERROR(kArgument, "no operation", (Spec{"convolution", {}, {}, {}}.make()));
}

// Where the output's extents follow from the inputs; windows and strides have tests of their own.
TEST("an output that is one element larger is refused by every op") {
  for (Spec spec : allValid()) {
    if (spec.op == "convTranspose" || spec.op == "adaptivePool" || spec.op == "copy" || spec.op == "pool")
      continue;
    for (int axis = 0; axis < spec.out[0].dims.rank(); ++axis) {
      Spec larger = spec;
      for (TensorDesc& out : larger.out) ++out.dims[axis];
      REFUSE(kShape, "", larger);
    }
  }
}

TEST("negative, huge and overflowing dimensions are refused by every op") {
  for (Spec spec : allValid()) {
    for (int64_t extent : {int64_t{-1}, INT64_MIN, INT64_MAX, int64_t{1} << 53, int64_t{1} << 62}) {
      Spec bad = spec;
      bad.in[0].dims[0] = extent;
      REFUSE(kShape, "Received", bad);
      bad = spec;
      bad.out[0].dims[0] = extent;
      REFUSE(kShape, "", bad);
    }
  }
  // The product is 0, but its strides overflow.
  REFUSE(kShape, "too large",
         Spec{"reshape", {}, {f32({0, int64_t{1} << 40, int64_t{1} << 40})}, {f32({0})}});
}

TEST("numbers that are no integers are refused wherever an integer is needed") {
  for (Spec spec : allValid()) {
    for (const auto& [name, value] : Spec(spec).attrs) {
      for (double bad : {kNan, 0.5, kHuge * kHuge, -kHuge * kHuge}) {
        if (const auto* list = std::get_if<List>(&value)) {
          List changed = *list;
          changed.back() = bad;
          REFUSE(kArgument, name, Spec(spec).set(name, changed));
        } else if (name == "axis" || name == "groups" || name == "offset") {
          REFUSE(kArgument, name, Spec(spec).set(name, bad));
        }
      }
      if (const auto* list = std::get_if<List>(&value)) {
        List longer = *list;
        longer.push_back(1);
        REFUSE(kArgument, "", Spec(spec).set(name, longer));
        REFUSE(kArgument, name, Spec(spec).set(name, true));
      }
    }
  }
}

TEST("conv: strides, dilations, kernels and groups are positive") {
  REFUSE(kArgument, "strides", conv().set("strides", List{0, 1}));  // CVE-2021-29585
  REFUSE(kArgument, "strides", conv().set("strides", List{1, -1}));
  REFUSE(kArgument, "dilations", conv().set("dilations", List{0, 1}));
  REFUSE(kArgument, "padBegin", conv().set("padBegin", List{-1, 0}));
  REFUSE(kArgument, "groups", conv().set("groups", 0.0));
  REFUSE(kArgument, "strides is missing", conv().drop("strides"));
  REFUSE(kShape, "groups must divide", conv().set("groups", 4.0));
  REFUSE(kShape, "input channels", conv().set("groups", 1.0));
  REFUSE(kShape, "kernel must not be empty",
         withIn(conv(), 1, f32({0, 3, 2, 6})));  // CVE-2021-29526 and its kin
  REFUSE(kShape, "channels and filters", withIn(conv(), 1, f32({3, 3, 2, 0})));
  REFUSE(kShape, "channels and filters", withIn(withIn(conv(), 0, f32({3, 8, 9, 0})), 1, f32({3, 3, 0, 6})));
  REFUSE(kArgument, "algorithm", conv().set("algorithm", std::string("fft")));
}

TEST("conv: no window leaves the padded input") {
  REFUSE(kShape, "last window", conv().set("padBegin", List{0, 0}).set("padEnd", List{0, 0}));
  REFUSE(kShape, "last window", conv().set("dilations", List{1, 3}));
  REFUSE(kShape, "last window", conv().set("dilations", List{1, 2147483648.0}));
  REFUSE(kShape, "last window", conv().set("strides", List{2147483648.0, 1}));
  // (o - 1) * stride + (k - 1) * dilation beyond 64 bits.
  Spec far = withOut(conv(), 0, f32({3, 2147483648, 6, 6}));
  REFUSE(kShape, "", far.set("strides", List{2147483648.0, 1}).set("dilations", List{2147483648.0, 2}));
  // Empty input, output not: would read what is not there.
  REFUSE(kShape, "input is empty",
         withOut(withIn(conv(), 0, f32({3, 0, 9, 4})).set("padBegin", List{3, 0}), 0, f32({3, 1, 6, 6})));
  ACCEPT(withOut(conv(), 0, f32({3, 3, 5, 6})));  // the caller may want less
  ACCEPT(
      withOut(withIn(conv(), 0, f32({0, 8, 9, 4})), 0, f32({0, 4, 6, 6})));  // CVE-2022-35996: an empty batch
  ACCEPT(withOut(withIn(conv(), 0, f32({3, 0, 9, 4})), 0, f32({3, 0, 6, 6})));
}

TEST("conv: paired operands agree") {
  REFUSE(kShape, "bias", withIn(conv(), 2, f32({5})));
  REFUSE(kShape, "bias", withIn(conv(), 2, f32({1, 6})));
  REFUSE(kShape, "bias", withIn(conv(), 2, f32({0})));  // CVE-2021-29536
  REFUSE(kDType, "bias", withIn(conv(), 2, desc(DType::kFloat64, {6})));
  REFUSE(kDType, "w", withIn(conv(), 1, desc(DType::kFloat64, {3, 3, 2, 6})));
  REFUSE(kDType, "float32 or float64", withIn(conv(), 0, desc(DType::kInt32, {3, 8, 9, 4})));
  REFUSE(kShape, "1 to 3 dimensions", withIn(conv(), 0, f32({3, 4})));
  REFUSE(kShape, "1 to 3 dimensions", withIn(conv(), 0, f32({3, 1, 1, 1, 1, 4})));
  REFUSE(kShape, "w must be", withIn(conv(), 1, f32({3, 2, 6})));
  REFUSE(kShape, "out must be", withOut(conv(), 0, f32({2, 4, 6, 6})));
  REFUSE(kShape, "one channel per filter", withOut(conv(), 0, f32({3, 4, 6, 5})));
}

TEST("convTranspose: weights and groups agree") {
  REFUSE(kArgument, "strides", convTranspose().set("strides", List{0}));  // CVE-2021-29588
  REFUSE(kShape, "w must be", withIn(convTranspose(), 1, f32({3, 6, 4})));
  REFUSE(kShape, "kernel must not be empty", withIn(convTranspose(), 1, f32({0, 3, 4})));
  REFUSE(kShape, "groups must divide", convTranspose().set("groups", 3.0));
  REFUSE(kShape, "input is empty", withIn(convTranspose(), 0, f32({3, 0, 4})));
  REFUSE(kShape, "above", withOut(convTranspose(), 0, f32({3, int64_t{1} << 32, 6})));
  ACCEPT(withOut(convTranspose(), 0, f32({3, 99, 6})));  // the rest holds the bias
  ACCEPT(convTranspose().set("padBegin", List{2147483648.0}));
}

TEST("pool: windows start inside the padded input") {
  REFUSE(kArgument, "window", pool().set("window", List{0, 3}));    // CVE-2022-41900
  REFUSE(kArgument, "window", pool().set("window", List{-1, 3}));   // GHSA-mgmh-g2v6-mqw5
  REFUSE(kArgument, "strides", pool().set("strides", List{2, 0}));  // CVE-2021-29586
  REFUSE(kShape, "starts after", pool().set("strides", List{3, 2}));
  REFUSE(kShape, "starts after", pool().set("padEnd", List{0, 0}).set("padBegin", List{0, 0}));
  REFUSE(kShape, "batch and the channels", withOut(pool(), 0, f32({2, 5, 4, 4})));
  REFUSE(kArgument, "mode", pool().set("mode", std::string("lp")));
  REFUSE(kArgument, "no indices", pool().set("mode", std::string("avg")));
  REFUSE(kDType, "indices", withOut(pool(), 1, desc(DType::kInt64, {2, 5, 4, 3})));
  REFUSE(kShape, "indices", withOut(pool(), 1, desc(DType::kInt32, {2, 5, 4, 2})));
  REFUSE(kShape, "input is empty", withIn(pool(), 0, f32({2, 0, 8, 3})).set("padEnd", List{9, 1}));
}

TEST("pool: a maximum of padding alone has no index") {
  Spec spec = pool().set("padBegin", List{4, 1});
  REFUSE(kShape, "padding alone", spec);
  spec.out.pop_back();
  ACCEPT(spec);
  REFUSE(kShape, "padding alone", pool().set("padBegin", List{0, 1}).set("padEnd", List{2, 1}));
  // Two taps, far apart, with the input between them.
  REFUSE(kShape, "padding alone",
         Spec(pool()).set("window", List{2, 3}).set("dilations", List{40, 1}).set("padBegin", List{9, 1}));
  REFUSE(kShape, "too large for int32 indices",
         withIn(Spec{"pool",
                     pool().attrs,
                     {f32({1, 65536, 65536, 1})},
                     {f32({1, 1, 1, 1}), desc(DType::kInt32, {1, 1, 1, 1})}},
                0, f32({1, 65536, 65536, 1})));
}

TEST("adaptivePool: nothing is computed of nothing") {
  REFUSE(kShape, "input is empty", withIn(adaptivePool(), 0, f32({2, 0, 8, 3})));
  REFUSE(kArgument, "no indices",
         Spec{"adaptivePool",
              {{"mode", std::string("avg")}},
              {f32({1, 2, 1})},
              {f32({1, 1, 1}), desc(DType::kInt32, {1, 1, 1})}});
  ACCEPT(withOut(adaptivePool(), 0, f32({2, 0, 3, 3})));
}

TEST("matmul: inner dimensions agree and batches broadcast") {
  REFUSE(kShape, "inner dimensions differ", matmul().set("transposeB", false));
  REFUSE(kShape, "do not broadcast", withIn(matmul(), 0, f32({5, 3, 2, 3})));
  REFUSE(kShape, "at least 2", withIn(matmul(), 1, f32({3})));
  REFUSE(kShape, "bias", withIn(matmul(), 2, f32({2})));
  REFUSE(kDType, "a must be", withIn(matmul(), 0, desc(DType::kInt32, {5, 1, 2, 3})));
  REFUSE(kArgument, "transposeA", matmul().set("transposeA", 1.0));
  ACCEPT(Spec{"matmul", {}, {f32({2, 0}), f32({0, 3})}, {f32({2, 3})}});
}

TEST("elementwise: dtypes that a function does not have are refused") {
  const auto ints = [](const char* fn, DType dtype) {
    return Spec{"unary",
                {{"fn", std::string(fn)}, {"alpha", 0.0}, {"beta", 1.0}},
                {desc(dtype, {3})},
                {desc(dtype, {3})}};
  };
  REFUSE(kDType, "exp", ints("exp", DType::kInt32));
  REFUSE(kDType, "neg", ints("neg", DType::kBool));
  ACCEPT(ints("clip", DType::kUInt8));
  REFUSE(kArgument, "fn is missing", unary().drop("fn"));
  REFUSE(kDType, "out", withOut(unary(), 0, desc(DType::kFloat64, {2, 3})));
  const auto bools = [](const char* fn, DType dtype, DType out) {
    return Spec{"binary", {{"fn", std::string(fn)}}, {desc(dtype, {3}), desc(dtype, {3})}, {desc(out, {3})}};
  };
  REFUSE(kDType, "add", bools("add", DType::kBool, DType::kBool));
  REFUSE(kDType, "atan2", bools("atan2", DType::kInt64, DType::kInt64));
  REFUSE(kDType, "out", bools("less", DType::kInt32, DType::kInt32));
  ACCEPT(bools("less", DType::kInt32, DType::kBool));
  REFUSE(kDType, "b must", withIn(binary(), 1, desc(DType::kFloat64, {4, 1})));
  REFUSE(kShape, "do not broadcast", withIn(binary(), 1, f32({4, 2})));
  REFUSE(kDType, "cond", withIn(select(), 0, desc(DType::kUInt8, {4, 1})));
  REFUSE(kDType, "b must", withIn(select(), 2, desc(DType::kInt32, {2, 1, 1})));
}

TEST("reduce: axes, dtypes and empty extremes") {
  REFUSE(kArgument, "ascend", reduce().set("axes", List{2, 0}));
  REFUSE(kArgument, "ascend", reduce().set("axes", List{0, 0}));
  REFUSE(kArgument, "axes", reduce().set("axes", List{0, 3}));
  REFUSE(kShape, "of no elements", withIn(reduce(), 0, f32({0, 3, 4})));
  REFUSE(kArgument, "exactly one axis",
         Spec(withOut(reduce(), 0, desc(DType::kInt32, {3}))).set("fn", std::string("argMax")));
  REFUSE(kDType, "mean",
         withOut(withIn(reduce(), 0, desc(DType::kInt32, {2, 3, 4})), 0, desc(DType::kInt32, {3}))
             .set("fn", std::string("mean")));
  ACCEPT(Spec(withIn(reduce(), 0, f32({0, 3, 4}))).set("fn", std::string("sum")));
  REFUSE(kArgument, "axis", softmax().set("axis", 2.0));
  REFUSE(kShape, "scalar", Spec{"softmax", {{"axis", 0.0}}, {f32({})}, {f32({})}});
  REFUSE(kArgument, "epsilon", normalize().set("epsilon", -1.0));
  REFUSE(kArgument, "epsilon", normalize().set("epsilon", kNan));
  REFUSE(kArgument, "at least one axis", normalize().set("axes", List{}));
  REFUSE(kShape, "scale", withIn(scaleShift(), 1, f32({2})));
}

TEST("copy: every address that the strides reach exists") {
  REFUSE(kShape, "reads elements 0 to 6 of 6",
         copy()
             .set("offset", 6.0)
             .set("strides", List{-3, 0, -1})
             .set("offset", 6.0)
             .set("strides", List{-4, 0, -1}));
  REFUSE(kShape, "reads elements -1 to 4", copy().set("offset", 4.0));
  REFUSE(kShape, "reads", copy().set("strides", List{-3, 1, -1}));
  REFUSE(kShape, "reads", copy().set("strides", List{1125899906842624.0, 0, 0}));
  REFUSE(kArgument, "strides", copy().set("strides", List{0, 0}));
  REFUSE(kShape, "reads elements 0 to 0 of 0",
         Spec{"copy", {{"offset", 0.0}, {"strides", List{}}}, {f32({0})}, {f32({})}});
  ACCEPT(Spec{"copy", {{"offset", 77.0}, {"strides", List{9, 9}}}, {f32({3})}, {f32({0, 4})}});
}

TEST("concat, pad, gather, cast, reshape: shapes follow from the inputs") {
  REFUSE(kShape, "differ outside of axis", withIn(concat(), 1, f32({3, 0})));
  REFUSE(kShape, "differ in rank", withIn(concat(), 1, f32({2})));
  REFUSE(kDType, "x must", withIn(concat(), 1, desc(DType::kInt32, {2, 0})));
  REFUSE(kShape, "at most 2 in mode reflect",
         Spec(withOut(pad(), 0, f32({2, 7}))).set("padBegin", List{0, 3}));
  REFUSE(
      kShape, "at most 3 in mode symmetric",
      Spec(withOut(pad(), 0, f32({2, 8}))).set("padBegin", List{0, 4}).set("mode", std::string("symmetric")));
  REFUSE(kShape, "at most 0 in mode edge",
         Spec(withOut(withIn(pad(), 0, f32({2, 0})), 0, f32({2, 3}))).set("mode", std::string("edge")));
  REFUSE(kArgument, "padBegin", pad().set("padBegin", List{0, -1}));
  REFUSE(kArgument, "value does not fit uint8",
         Spec(withOut(withIn(pad(), 0, desc(DType::kUInt8, {2, 3})), 0, desc(DType::kUInt8, {2, 6})))
             .set("value", 256.0));
  ACCEPT(Spec(withOut(withIn(pad(), 0, f32({2, 0})), 0, f32({2, 0})))
             .set("padBegin", List{0, 0})
             .set("padEnd", List{0, 0}));
  REFUSE(kShape, "nothing to index", withIn(gather(), 0, f32({2, 0, 4})));
  REFUSE(kDType, "indices", withIn(gather(), 1, f32({5, 6})));
  REFUSE(kShape, "out", withOut(cast(), 0, desc(DType::kUInt8, {3, 2})));
  REFUSE(kShape, "the sizes differ", withOut(reshape(), 0, f32({6, 2})));
  REFUSE(kDType, "out", withOut(reshape(), 0, desc(DType::kInt32, {6, 1})));
}

TEST("flops: multiply-adds count double") {
  EXPECT(flopsOf(conv().make()) == 2.0 * 3 * 4 * 6 * 6 * 9 * 2);
  EXPECT(flopsOf(convTranspose().make()) == 2.0 * 3 * 5 * 4 * 3 * 3);
  EXPECT(flopsOf(matmul().make()) == 2.0 * 5 * 4 * 2 * 7 * 3);
  EXPECT(flopsOf(unary().make()) == 6);
  EXPECT(flopsOf(reshape().make()) == 0);
}

int main() { return lw::test::runAll(); }
