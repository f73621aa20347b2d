// The CUDA backend against the reference over random geometries. Compiled for the host its kernels run here,
// block after block; built with nvcc (cmake -DLW_CUDA=ON) the same program runs them on the GPU.
#include "backend/cuda/conv.h"
#include "backend/cuda/matmul.h"
#include "device_trial.h"
#include "large_cases.h"
#include "other_cases.h"
#include "transpose_case.h"
#include "window_cases.h"

using namespace lw;
using namespace lw::test;

namespace {

using Make = Case (*)(Random&);

void tryMany(const char* name, int count, Make make, Precision precision) {
  Random random(20261128);
  int skipped = 0;
  for (int i = 0; i < count; ++i) {
    Case c = make(random);
    while (flopsOf(c.make()) > 3e6) c = make(random);
    c.precision = precision;
    Trial trial(c, random.next());
    if (trial.supported())
      trial.check();
    else
      ++skipped;
  }
  EXPECT(skipped == 0);
  if (skipped > 0) std::printf("%s: %d of %d are not supported\n", name, skipped, count);
}

/// The tensor cores by themselves, whatever the backend would choose.
class TensorCores : public Backend {
 public:
  explicit TensorCores(Precision precision) { context_.precision = precision; }
  const char* name() const override { return "tensor cores"; }
  bool supports(const Op& op) const override {
    return op.is<ConvParams>() ? cuda::fitsConvMma(op, context_) : cuda::fitsMatmulMma(op, context_);
  }
  bool supports(Precision) const override { return true; }
  std::unique_ptr<Prepared> prepare(const Op& op, const PrepareContext& context) const override {
    return op.is<ConvParams>() ? cuda::prepareConvMma(op, context) : cuda::prepareMatmulMma(op, context);
  }
  Device* device() const override { return cudaBackend().device(); }

 private:
  PrepareContext context_;
};

/// Sizes that cross tiles.
void tryTensorCores(int count, Make make, Precision precision) {
  const TensorCores backend(precision);
  Random random(20261129);
  for (int i = 0; i < count; ++i) {
    Case c = make(random);
    const auto fits = [&] {
      const Op op = c.make();
      return backend.supports(op) && flopsOf(op) >= 1e6 && flopsOf(op) <= (count == 1 ? 1e9 : 2e7);
    };
    while (!fits()) c = make(random);
    c.precision = precision;
    Trial(c, random.next(), backend).check();
  }
}

Case anyConv(Random& random) { return convCase(random, {4}); }
Case pointwiseConv(Random& random) { return convCase(random, {1}); }
Case squareConv(Random& random) { return convCase(random, {5, Channels::kAny, true}); }
Case deepConv(Random& random) { return convCase(random, {3, Channels::kDeep}); }

/// The plain cores by themselves, whatever the backend would choose.
class PlainCores : public Backend {
 public:
  const char* name() const override { return "plain cores"; }
  bool supports(const Op& op) const override { return op.is<ConvParams>() || op.is<MatmulParams>(); }
  bool supports(Precision) const override { return true; }
  std::unique_ptr<Prepared> prepare(const Op& op, const PrepareContext& context) const override {
    return op.is<ConvParams>() ? cuda::prepareConvGemm(op, context) : cuda::prepareMatmulTiles(op, context);
  }
  Device* device() const override { return cudaBackend().device(); }
};

void tryPlainCores(int count, Make make) {
  Random random(20261130);
  for (int i = 0; i < count; ++i) {
    Case c = make(random);
    while (count > 1 && flopsOf(c.make()) > 3e6) c = make(random);
    Trial(c, random.next(), PlainCores()).check();
  }
}

#define AGAINST_REFERENCE(name, count, make) \
  TEST(name) { tryMany(name, count, make, Precision::kFloat32); }
#define IN_PRECISION(precision, name, count, make) \
  TEST(name) { tryMany(name, count, make, precision); }

}  // namespace

AGAINST_REFERENCE("conv", 400, [](Random& r) { return convCase(r, {5}); })
AGAINST_REFERENCE("conv with few channels", 200, [](Random& r) { return convCase(r, {7, Channels::kFew}); })
AGAINST_REFERENCE("conv of depthwise", 300, [](Random& r) {
  return convCase(r, {5, Channels::kOfDepthwise});
})
AGAINST_REFERENCE("conv of many channels", 100, [](Random& r) { return convCase(r, {3, Channels::kDeep}); })
AGAINST_REFERENCE("convTranspose", 300, convTransposeCase)
AGAINST_REFERENCE("convTranspose of far positions", 20, farConvTranspose)
AGAINST_REFERENCE("matmul", 600, matmulCase)
AGAINST_REFERENCE("normalize", 400, normalizeCase)
AGAINST_REFERENCE("pool", 800, poolCase)
AGAINST_REFERENCE("adaptivePool", 300, adaptivePoolCase)
AGAINST_REFERENCE("reduce", 800, reduceCase)
AGAINST_REFERENCE("softmax", 400, softmaxCase)
AGAINST_REFERENCE("unary", 600, unaryCase)
AGAINST_REFERENCE("binary", 800, binaryCase)
AGAINST_REFERENCE("select", 200, selectCase)
AGAINST_REFERENCE("scaleShift", 160, scaleShiftCase)
AGAINST_REFERENCE("cast", 300, castCase)
AGAINST_REFERENCE("copy", 600, copyCase)
AGAINST_REFERENCE("copy to another order", 300, transposeCase)
AGAINST_REFERENCE("concat", 300, concatCase)
AGAINST_REFERENCE("pad", 400, padCase)
AGAINST_REFERENCE("gather", 300, gatherCase)

TEST("gather: an index out of range is an error of the wait") {
  const Spec spec{"gather", {{"axis", 0.0}}, {f32({3, 2}), desc(DType::kInt32, {1})}, {f32({1, 2})}};
  const Op op = spec.make();
  const auto queue = device().open();
  for (int32_t bad : {3, -4, 2147483647, -2147483647 - 1}) {
    std::vector<Operand> in;
    for (const TensorDesc& d : op.in) in.emplace_back(d, Guarded::At::kEnd);
    in[1].put(0, bad);
    const Remote x(in[0], 0), indices(in[1], 0), y(Operand(op.out[0], Guarded::At::kEnd), 0);
    TestStore store;
    const auto prepared = prepareOn(cudaBackend(), op, in, {false, false}, store);
    const View inViews[] = {x.view(), indices.view()}, outViews[] = {y.view()};
    prepared->run(*queue, inViews, outViews);
    EXPECT_ERROR(Code::kArgument,
                 "gather: the index is out of range. Received index=" + std::to_string(bad) + ", extent=3",
                 (queue->wait("a test"), 0));
    queue->wait("the next run, which nothing is refused of");
  }
}

TEST("plain cores: conv") { tryPlainCores(150, anyConv); }
TEST("plain cores: deep conv") { tryPlainCores(40, deepConv); }
TEST("plain cores: matmul") { tryPlainCores(300, matmulCase); }
TEST("plain cores: many tiles") { tryPlainCores(1, manyTiles); }
TEST("plain cores: many pieces") { tryPlainCores(1, manyPieces); }
TEST("plain cores: far positions") { tryPlainCores(20, farConv); }

#define ON_TENSOR_CORES(name, count, make)                                                          \
  TEST(name) {                                                                                      \
    for (const Precision precision : {Precision::kFloat32, Precision::kTf32, Precision::kBfloat16}) \
      tryTensorCores(count, make, precision);                                                       \
  }
ON_TENSOR_CORES("tensor cores: conv", 8, anyConv)
ON_TENSOR_CORES("tensor cores: pointwise conv", 8, pointwiseConv)
ON_TENSOR_CORES("tensor cores: square conv", 8, squareConv)
ON_TENSOR_CORES("tensor cores: deep conv", 8, deepConv)
ON_TENSOR_CORES("tensor cores: matmul", 20, matmulCase)
ON_TENSOR_CORES("tensor cores: large tiles", 1, largeTiles)
ON_TENSOR_CORES("tensor cores: middle tiles", 1, middleTiles)
ON_TENSOR_CORES("tensor cores: sums of splits", 1, splitSums)

/// Takes a part of a test's name, such as `conv`.
int main(int argc, char** argv) { return runAll(argc > 1 ? argv[1] : nullptr); }
