// The CUDA backend against the reference over random geometries. Compiled for the host its kernels run here,
// block after block; built with nvcc (cmake -DLW_CUDA=ON) the same program runs them on the GPU.
#include "backend/cuda/cuda_backend.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "backend/cuda/conv.h"
#include "backend/cuda/matmul.h"
#include "backend/device.h"
#include "harness.h"
#include "large_cases.h"
#include "other_cases.h"
#include "run_op.h"
#include "transpose_case.h"
#include "window_cases.h"

using namespace lw;
using namespace lw::test;

namespace {

using Make = Case (*)(Random&);

constexpr size_t kSlack = 256;  ///< bytes on both sides of a value, which nobody may write

Device& device() { return *cudaBackend().device(); }

/// A value on the device, `shift` elements behind the alignment that an allocation has.
class Remote {
 public:
  Remote(const Operand& from, size_t shift)
      : bytes_(from.memory().bytes()),
        at_(kSlack + shift * sizeOf(from.desc().dtype)),
        memory_(device().allocate(at_ + bytes_ + kSlack)),
        image_(at_ + bytes_ + kSlack, std::byte{0x5a}) {
    if (bytes_ > 0) std::memcpy(image_.data() + at_, from.memory().data(), bytes_);
    device().write(memory_.data(), image_.data(), image_.size());
    view_ = {memory_.data() + at_, from.desc().dtype, from.desc().dims};
  }
  const View& view() const { return view_; }
  /// Whether it is as it was, but for the value itself when that may change; `to` takes the value.
  bool fetch(Queue& queue, bool mayChange, Operand* to) const {
    std::vector<std::byte> now(image_.size());
    queue.download(now.data(), memory_.data(), now.size());
    queue.wait("a test");
    if (to != nullptr && bytes_ > 0) std::memcpy(to->memory().data(), now.data() + at_, bytes_);
    if (mayChange && bytes_ > 0) std::memcpy(now.data() + at_, image_.data() + at_, bytes_);
    return now == image_;
  }

 private:
  size_t bytes_, at_;
  Buffer memory_;
  std::vector<std::byte> image_;
  View view_;
};

class Trial {
 public:
  Trial(const Case& c, uint64_t seed, const Backend& backend = cudaBackend())
      : case_(c), op_(c.make()), backend_(backend) {
    for (const TensorDesc& d : op_.in) in_.emplace_back(d, Guarded::At::kEnd);
    Random random(seed);
    for (size_t i = 0; i < in_.size(); ++i)
      for (int64_t j = 0; j < in_[i].size(); ++j) in_[i].put(j, c.value(random, i));
  }
  bool supported() const { return backend_.supports(op_); }

  void check() {
    TestStore store;
    const auto prepared = prepareOn(backend_, op_, in_, case_.constant, store, case_.precision);
    const auto queue = device().open();
    std::vector<Operand> expected = makeOutputs();
    TestStore referenceStore;
    OneThread one(1, false);
    std::vector<View> in, out;
    for (const Operand& x : in_) in.push_back(x.view());
    for (const Operand& y : expected) out.push_back(y.view());
    prepareOn(referenceBackend(), op_, in_, case_.constant, referenceStore)->run(one, in.data(), out.data());

    const std::vector<Operand> got = run(*prepared, *queue, 0);
    for (size_t i = 0; i < got.size(); ++i) compare(got[i], expected[i], prepared->algorithm());
    // Whether accesses are wide depends on where the operands lie; the bits do not.
    const std::vector<Operand> shifted = run(*prepared, *queue, 1);
    for (size_t i = 0; i < got.size(); ++i)
      if (!same(got[i], shifted[i]))
        fail("other bits for operands at another alignment", prepared->algorithm());
    checkInPlace(*prepared, *queue, got);
    checkSample(*prepared, *queue, got);
  }

 private:
  std::vector<Operand> makeOutputs() const {
    std::vector<Operand> result;
    for (const TensorDesc& d : op_.out) result.emplace_back(d, Guarded::At::kEnd);
    return result;
  }
  static bool same(const Operand& a, const Operand& b) {
    return a.memory().bytes() == 0 ||
           std::memcmp(a.memory().data(), b.memory().data(), a.memory().bytes()) == 0;
  }
  void fail(const std::string& what, const char* algorithm) const {
    expectAt(
        "cuda_backend.cc", 0, false,
        what + ": " + algorithm + ": " + case_.spec.toString() + (case_.residual ? " with residual" : ""));
  }

  std::vector<Operand> run(const Prepared& prepared, Queue& queue, size_t shift) const {
    std::vector<Operand> result = makeOutputs();
    std::vector<Remote> in, out;
    std::vector<View> inViews, outViews;
    for (size_t i = 0; i < in_.size(); ++i) {
      in.emplace_back(in_[i], shift);
      inViews.push_back(in[i].view());
      if (case_.constant[i]) inViews.back().data = nullptr;
    }
    for (const Operand& y : result) {
      out.emplace_back(y, shift);
      outViews.push_back(out.back().view());
    }
    if (result[0].size() > 0) prepared.run(queue, inViews.data(), outViews.data());
    queue.wait("a test");
    for (const Remote& x : in)
      if (!x.fetch(queue, false, nullptr)) fail("an input was written to", prepared.algorithm());
    for (size_t i = 0; i < out.size(); ++i)
      if (!out[i].fetch(queue, true, &result[i])) fail("an output was left", prepared.algorithm());
    return result;
  }

  /// Over its first input an elementwise op, over its residual a convolution that says so.
  void checkInPlace(const Prepared& prepared, Queue& queue, const std::vector<Operand>& expected) const {
    const bool elementwise = op_.is<UnaryParams>() || op_.is<BinaryParams>();
    const size_t over = elementwise ? 0 : in_.size() - 1;
    if (!elementwise && !(case_.residual && prepared.writesOverResidual())) return;
    if (case_.constant[over] || op_.in[over].dtype != op_.out[0].dtype ||
        !(op_.in[over].dims == op_.out[0].dims) || expected[0].size() == 0)
      return;
    std::vector<Remote> in;
    std::vector<View> views;
    for (size_t i = 0; i < in_.size(); ++i) {
      in.emplace_back(in_[i], 0);
      views.push_back(in[i].view());
      if (case_.constant[i]) views.back().data = nullptr;
    }
    prepared.run(queue, views.data(), &views[over]);
    Operand got(op_.out[0], Guarded::At::kEnd);
    if (!in[over].fetch(queue, true, &got) || !same(got, expected[0]))
      fail("other bits in place", prepared.algorithm());
  }

  /// The last sample by itself gives the bits that it has in the batch.
  void checkSample(const Prepared& prepared, Queue& queue, const std::vector<Operand>& expected) const {
    const auto isBatched = [&](size_t i) {
      const Dims &x = in_[i].desc().dims, &y = op_.out[0].dims;
      return !case_.constant[i] && x.rank() == y.rank() && x.rank() > 0 && x[0] == y[0];
    };
    std::vector<bool> batched;
    for (size_t i = 0; i < in_.size(); ++i) batched.push_back(isBatched(i));
    if (expected[0].size() == 0 || op_.out[0].dims.rank() == 0 || op_.out[0].dims[0] < 2) return;
    if (!splitsByBatch(op_, batched)) return;
    const auto last = [](const View& view) {
      const size_t bytes = static_cast<size_t>(view.size()) * sizeOf(view.dtype);
      View sample = view;
      sample.dims[0] = 1;
      sample.data = view.as<std::byte>() + bytes - bytes / static_cast<size_t>(view.dims[0]);
      return sample;
    };
    std::vector<Remote> in, out;
    std::vector<View> inViews, outViews;
    for (size_t i = 0; i < in_.size(); ++i) {
      in.emplace_back(in_[i], 0);
      inViews.push_back(batched[i] ? last(in[i].view()) : in[i].view());
      if (case_.constant[i]) inViews.back().data = nullptr;
    }
    for (const Operand& y : expected) {
      out.emplace_back(y, 0);  // so that the other samples are right already
      outViews.push_back(last(out.back().view()));
      queue.upload(outViews.back().data,
                   std::vector<std::byte>(bytesOf(outViews.back()), std::byte{0x5a}).data(),
                   bytesOf(outViews.back()));
    }
    prepared.run(queue, inViews.data(), outViews.data());
    for (size_t i = 0; i < out.size(); ++i) {
      Operand got(op_.out[i], Guarded::At::kEnd);
      if (!out[i].fetch(queue, true, &got) || !same(got, expected[i]))
        fail("other bits for a sample by itself", prepared.algorithm());
    }
  }
  static size_t bytesOf(const View& view) { return static_cast<size_t>(view.size()) * sizeOf(view.dtype); }

  void compare(const Operand& got, const Operand& expected, const char* algorithm) const {
    const DType dtype = got.desc().dtype;
    // Factors rounded to 8 or 11 bits of precision are each off by half a unit of those.
    const bool low = op_.is<ConvParams>() || op_.is<MatmulParams>();
    const double factor = !low || dtype != DType::kFloat32     ? 0
                          : std::strstr(algorithm, "bfloat16") ? 0x1p-8
                          : std::strstr(algorithm, " tf32")    ? 0x1p-11
                                                               : 0;
    const double eps = !isFloat(dtype) ? 0 : dtype == DType::kFloat32 ? 0x1p-23 : 0x1p-52;
    for (int64_t i = 0; i < got.size(); ++i) {
      const double p = got.get(i), q = expected.get(i);
      const double allowed =
          eps * ((case_.terms + 8) * case_.scale + 16 * std::abs(q)) + 2 * factor * case_.terms * case_.scale;
      const bool close = std::isfinite(q) && std::abs(p - q) <= allowed;
      if (p == q || close || (std::isnan(p) && std::isnan(q))) continue;
      char text[200];
      std::snprintf(text, sizeof text, "element %lld is %.9g, expected %.9g within %.3g",
                    static_cast<long long>(i), p, q, allowed);
      return fail(text, algorithm);
    }
  }

  const Case& case_;
  Op op_;
  const Backend& backend_;
  std::vector<Operand> in_;
};

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
