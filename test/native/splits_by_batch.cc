#include "harness.h"
#include "spec.h"

using namespace lw;
using namespace lw::test;

namespace {

bool splits(const Spec& spec, std::vector<bool> batched) { return splitsByBatch(spec.make(), batched); }
std::string fn(const char* name) { return name; }

Spec binary(Dims a, Dims b, Dims out) {
  return {"binary", {{"fn", fn("add")}}, {f32(a), f32(b)}, {f32(out)}};
}
Spec matmul(Dims a, Dims b, Dims out, bool transposeA = false) {
  return {"matmul", {{"transposeA", transposeA}}, {f32(a), f32(b)}, {f32(out)}};
}
Spec copy(double offset, List strides, Dims x, Dims out) {
  return {"copy", {{"offset", offset}, {"strides", std::move(strides)}}, {f32(x)}, {f32(out)}};
}

}  // namespace

TEST("conv: x carries the batch, the weights do not") {
  const Spec conv{"conv",
                  {{"strides", List{1}},
                   {"dilations", List{1}},
                   {"padBegin", List{0}},
                   {"padEnd", List{0}},
                   {"groups", 1.0}},
                  {f32({4, 5, 2}), f32({1, 2, 4}), f32({4})},
                  {f32({4, 5, 4})}};
  EXPECT(splits(conv, {true, false, false}));
  EXPECT(!splits(conv, {true, false, true}));
  EXPECT(!splits(conv, {false, false, false}));
  Op fused = conv.make();
  std::get<ConvParams>(fused.params).hasResidual = true;
  fused.in.push_back(f32({4, 5, 4}));
  EXPECT(splitsByBatch(fused, {true, false, false, true}));
  EXPECT(!splitsByBatch(fused, {true, false, false, false}));
}

TEST("binary: what is not batched repeats over the batch") {
  EXPECT(splits(binary({4, 3}, {4, 3}, {4, 3}), {true, true}));
  EXPECT(splits(binary({4, 3}, {3}, {4, 3}), {true, false}));
  EXPECT(splits(binary({4, 3}, {1, 3}, {4, 3}), {true, false}));
  EXPECT(!splits(binary({4, 3}, {4, 3}, {4, 3}), {true, false}));
  EXPECT(!splits(binary({4}, {4, 4}, {4, 4}), {true, true}));
  EXPECT(!splits(binary({4}, {3, 4}, {3, 4}), {true, false}));
  EXPECT(!splits(binary({}, {}, {}), {true, true}));
  EXPECT(!splits(binary({4, 3}, {3}, {4, 3}), {false, false}));
}

TEST("matmul: rows of a, or matrices") {
  EXPECT(splits(matmul({4, 3}, {3, 5}, {4, 5}), {true, false}));
  EXPECT(!splits(matmul({4, 3}, {3, 5}, {4, 5}), {true, true}));
  EXPECT(!splits(matmul({4, 3}, {3, 5}, {4, 5}), {false, true}));
  EXPECT(!splits(matmul({3, 4}, {3, 5}, {4, 5}, true), {true, false}));
  EXPECT(splits(matmul({4, 2, 3}, {4, 3, 5}, {4, 2, 5}), {true, true}));
  EXPECT(splits(matmul({4, 2, 3}, {3, 5}, {4, 2, 5}), {true, false}));
  EXPECT(splits(matmul({2, 3}, {4, 3, 5}, {4, 2, 5}), {false, true}));
  EXPECT(!splits(matmul({4, 2, 3}, {4, 3, 5}, {4, 2, 5}), {true, false}));
  EXPECT(!splits(matmul({4, 3}, {4, 3, 5}, {4, 4, 5}), {true, true}));
}

TEST("ops along axes: the batch is not among them") {
  const auto reduce = [](List axes, Dims out) {
    return Spec{
        "reduce", {{"fn", fn("sum")}, {"axes", axes}, {"keepDims", false}}, {f32({4, 3, 2})}, {f32(out)}};
  };
  EXPECT(splits(reduce({1, 2}, {4}), {true}));
  EXPECT(splits(reduce({}, {4, 3, 2}), {true}));
  EXPECT(!splits(reduce({0}, {3, 2}), {true}));
  EXPECT(!splits(reduce({0, 1, 2}, {}), {true}));
  const auto softmax = [](double axis) {
    return Spec{"softmax", {{"axis", axis}}, {f32({4, 3})}, {f32({4, 3})}};
  };
  EXPECT(splits(softmax(1), {true}));
  EXPECT(!splits(softmax(0), {true}));
  const auto concat = [](double axis, Dims out) {
    return Spec{"concat", {{"axis", axis}}, {f32({4, 3}), f32({4, 3})}, {f32(out)}};
  };
  EXPECT(splits(concat(1, {4, 6}), {true, true}));
  EXPECT(!splits(concat(1, {4, 6}), {true, false}));
  EXPECT(!splits(concat(0, {8, 3}), {true, true}));
  const Spec gather{"gather", {{"axis", 1.0}}, {f32({4, 3}), desc(DType::kInt32, {2})}, {f32({4, 2})}};
  EXPECT(splits(gather, {true, false}));
  EXPECT(!splits(gather, {true, true}));
}

TEST("copy: every sample is made of the same part of its own") {
  EXPECT(splits(copy(0, {6, 1, 3}, {4, 2, 3}, {4, 3, 2}), {true}));  // transpose inside
  EXPECT(splits(copy(4, {6, -1}, {4, 2, 3}, {4, 5}), {true}));       // flipped slice
  EXPECT(!splits(copy(6, {6, 1}, {4, 2, 3}, {3, 6}), {true}));       // slice of the batch
  EXPECT(!splits(copy(0, {1, 4}, {4, 4}, {4, 4}), {true}));          // transpose of the batch
  EXPECT(!splits(copy(18, {-6, 1}, {4, 2, 3}, {4, 6}), {true}));     // flip of the batch
  EXPECT(!splits(copy(0, {3, 1}, {4, 3}, {4, 3}), {false}));
  EXPECT(splits(copy(0, {3, 1}, {1, 3}, {1, 3}), {true}));
}

TEST("reshape and pad: the batch stays where it is") {
  EXPECT(splits({"reshape", {}, {f32({4, 3, 2})}, {f32({4, 6})}}, {true}));
  EXPECT(!splits({"reshape", {}, {f32({4, 3, 2})}, {f32({2, 12})}}, {true}));
  EXPECT(!splits({"reshape", {}, {f32({1})}, {f32({})}}, {true}));
  const auto pad = [](List begin, Dims out) {
    return Spec{"pad",
                {{"padBegin", begin}, {"padEnd", List{0, 0}}, {"mode", fn("edge")}},
                {f32({4, 3})},
                {f32(out)}};
  };
  EXPECT(splits(pad({0, 1}, {4, 4}), {true}));
  EXPECT(!splits(pad({1, 0}, {5, 3}), {true}));
}

int main() { return lw::test::runAll(); }
